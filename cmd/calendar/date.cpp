#include "base/text.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/print.hpp"
#include "time/describe.hpp"

/// date: what date expressions mean.
namespace crm::cmd {
namespace {

struct Meaning {
    std::string given, means;
};

std::vector<Meaning> meanings(const std::vector<std::string>& words, const Clock& clock) {
    std::vector<Meaning> out;
    try {
        for (const std::string& word : words)
            out.push_back({word, describe_date(word, clock)});
    } catch (const Error&) {
        // next fri, without quotes
        const std::string all = text::joined(words, " ");
        if (words.size() < 2 || !read_dates(all, clock))
            throw;
        return {{all, describe_date(all, clock)}};
    }
    return out;
}

int run(Session& session, const Arguments& args) {
    const std::vector<Meaning> found = meanings(args.words, session.env.clock);
    if (session.format.empty() && found.size() == 1) {
        session.out.write(found[0].means + "\n");
        return 0;
    }
    Rows rows(session, {"given", "means"});
    for (const auto& [given, means] : found)
        rows.row({given, means});
    rows.end();
    return 0;
}

}  // namespace

Command date_command() {
    return {.help = "Show what date expressions mean",
            .arguments = {{.name = "WHEN",
                           .kind = Kind::moment,
                           .required = true,
                           .many = true,
                           .help = "a day, a time or a range: 'next fri', +3bd, 2026-Q4, -7d.."}},
            .formats = formats::rows,
            .run = run,
            .details =
                "The same expressions are accepted wherever a date is expected: in assignments, in "
                "queries and by --now. crm-dates(7) describes the grammar.",
            .examples = {{"date 'next fri' +3bd eom", "what each means today"},
                         {"date 2026-W48 --now 2026-11-01", "a week, seen from another day"}}};
}

}  // namespace crm::cmd
