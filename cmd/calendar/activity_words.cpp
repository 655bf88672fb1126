#include "cmd/calendar/activity_words.hpp"

#include <fmt/format.h>

namespace crm::cmd {

std::vector<std::string> references_and_when(Session& session, const Arguments& args,
                                             std::string& when) {
    std::vector<std::string> words = args.words;
    if (words.size() < 2)
        throw Error(Fault::usage, "missing",
                    fmt::format("{} requires a reference and WHEN", session.command),
                    fmt::format("crm {} {}1 'next fri'", session.command, args.noun->prefix));
    when = words.back();
    words.pop_back();
    return session.references(words);
}

void put_typed(Session& session, store::Record& record, std::string_view field,
               const std::string& text) {
    const auto assignment =
        store::assignment(*record.entity, field, store::Assignment::Op::set, text);
    if (!assignment)
        throw assignment.error();
    if (auto done = store::apply(record, *assignment, session.resolver(), session.reading()); !done)
        throw done.error();
}

Option on_option() {
    return {.name = "on",
            .kind = Kind::moment,
            .value = "DAY",
            .help = "only the occurrence of the series on that day"};
}

Argument task_argument() {
    return {.name = "REF",
            .kind = Kind::reference,
            .required = true,
            .many = true,
            .help = "the tasks; - reads them from standard input"};
}

}  // namespace crm::cmd
