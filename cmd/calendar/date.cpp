#include "base/text.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/print.hpp"
#include "time/describe.hpp"
#include "time/rule_instances.hpp"

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

/// The days of a rule, or its times where it starts at a time.
int show_instances(Session& session, const Arguments& args) {
    const Clock& clock = session.env.clock;
    const std::string from = args.has("from") ? args.text("from") : "today";
    const std::optional<std::int64_t> limit = args.number("limit", 1);
    const auto instances = instances_of(args.text("recurrence"), from, limit.value_or(-1), clock);
    if (session.format.empty()) {
        for (const RuleInstance& found : instances)
            session.out.write(found.text + "\n");
        return 0;
    }
    Rows rows(session, {"instance"});
    for (const RuleInstance& found : instances)
        rows.row({found.text});
    rows.end();
    return 0;
}

int run_date(Session& session, const Arguments& args) {
    if (args.has("recurrence"))
        return show_instances(session, args);
    if (args.words.empty())
        throw Error(Fault::usage, "missing", "date requires WHEN or --recurrence RULE",
                    "crm date 'next fri'");
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
                           .many = true,
                           .help = "a day, a time or a range: 'next fri', +3bd, 2026-Q4, -7d.."}},
            .options = {{.name = "recurrence",
                         .kind = Kind::word,
                         .value = "RULE",
                         .help = "show when a rule happens: 'every last fri', FREQ=DAILY;COUNT=3"},
                        {.name = "from",
                         .kind = Kind::moment,
                         .value = "WHEN",
                         .help = "the day, or date and time, from which the rule counts; default: "
                                 "today"},
                        {.name = "limit",
                         .kind = Kind::number,
                         .value = "N",
                         .help = "so many of them; required for a rule without an end"}},
            .formats = formats::rows,
            .run = run_date,
            .details =
                "The same expressions are accepted wherever a date is expected: in assignments, in "
                "queries and by --now. crm-dates(7) describes the grammar. With --recurrence the "
                "instances of a rule are printed one a line: days, or dates and times where the "
                "rule starts at a time. The first is that of --from only if the rule has it.",
            .examples = {{"date 'next fri' +3bd eom", "what each means today"},
                         {"date 2026-W48 --now 2026-11-01", "a week, seen from another day"},
                         {"date --recurrence 'every last fri' --from 2026-11-30 --limit 3",
                          "the next three last Fridays"}}};
}

}  // namespace crm::cmd
