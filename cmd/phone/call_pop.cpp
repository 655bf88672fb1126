#include "base/text.hpp"
#include "campaign/call_sections.hpp"
#include "campaign/callers.hpp"
#include "cmd/cli/select.hpp"
#include "cmd/people/overview.hpp"
#include "cmd/phone/call_words.hpp"
#include "cmd/phone/person_card.hpp"

#include <fmt/format.h>

/// call pop: who is calling.
namespace crm::cmd {
namespace {

std::vector<people::OverviewSection> sections_of_caller(Session& session, const store::Found& who) {
    const people::OverviewRequest request = call_request(session, who);
    return {campaign::tickets_section(request), campaign::promises_section(request, true),
            campaign::history_section(request, 1)};
}

std::string caller_json(Session& session, const store::Found& who) {
    std::string out = person_json(session, who);
    out.pop_back();
    return out + "," + sections_json(session, sections_of_caller(session, who)) + "}";
}

void print_callers(Session& session, const std::vector<store::Found>& found) {
    const bool array = session.format == "json";
    if (array)
        session.out.write("[");
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (session.json()) {
            session.out.write(array && i > 0 ? ",\n" : "");
            session.out.write(caller_json(session, found[i]));
            session.out.write(array ? "" : "\n");
            continue;
        }
        if (i > 0)
            session.out.write("\n");
        print_person(session, found[i], sections_of_caller(session, found[i]));
    }
    if (array)
        session.out.write("]\n");
}

int run_call_pop(Session& session, const Arguments& args) {
    const std::string number = text::joined(args.words, " ");
    const std::vector<store::Found> found = campaign::callers(session.store(), number);
    if (found.empty())
        throw Error(
            Fault::not_found, "unknown_number",
            fmt::format("nobody has the number '{}'", text::visible(text::clipped(number, 40))),
            "crm contact add NAME phone=NUMBER");
    print_callers(session, found);
    return 0;
}

}  // namespace

Command call_pop() {
    return {.help = "Show who has a telephone number, and what is open with them",
            .needs = Needs::reading,
            .arguments = {caller_argument()},
            .run = run_call_pop,
            .details =
                "Contacts, leads, accounts and colleagues with the number, their owner, the open "
                "tickets of them and their company, the last promise and the last contact. Several "
                "who share a number are all shown. A number that nobody has is exit 1. Nothing is "
                "written, so a telephone system may run it at every call. In a pipe each line is a "
                "key and a value; JSON is an array of objects.",
            .examples = {{"call pop 00491715550142", "who is calling"},
                         {"call pop 0171-5550142 --json | jq -r '.[0].name'",
                          "the name, for a telephone system"}}};
}

}  // namespace crm::cmd
