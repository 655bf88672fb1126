#include "base/rate.hpp"
#include "base/text.hpp"
#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

/// rate set: what one currency is in another, from a day on.
namespace crm::cmd {
namespace {

using store::Record;

int run(Session& session, const Arguments& args) {
    const auto pair = read_pair(args.words[0]);  // as it is kept: it is looked for
    if (!pair)
        throw pair.error();
    const std::string& rate = args.words[1];
    Record after(*args.noun);
    Change change(session, args);
    assign(session, change, after,
           {"pair=" + *pair, "rate=" + rate,
            "date=" + (args.has("on") ? args.value("on") : std::string("today"))},
           false);
    const std::string day = after.text(*args.noun->find("date"));
    sql::Statement there = session.store().db().prepare(
        R"(SELECT "id" FROM "rate" WHERE "pair" = ?1 AND "date" = ?2 AND "deleted_at" IS NULL AND "undone" IS NULL)");
    there.with(*pair, day);
    const std::string what = fmt::format("{} from {} on", rate, day);
    if (there.step()) {
        const Record before = session.store().get(*args.noun, there.integer(0));
        after = before;
        assign(session, change, after, {"rate=" + rate}, false);
        change.report.add(after, change.writer.change(before, after) ? "updated" : "unchanged",
                          fmt::format("{} {}", *pair, what));
    } else {
        change.writer.add(after);
        change.report.add(after, "added", fmt::format("{} {}", *pair, what));
    }
    return change.end();
}

}  // namespace

Command rate_set() {
    return {.help = "Say what one currency is in another",
            .needs = Needs::writing,
            .arguments = {{.name = "PAIR", .kind = Kind::word, .required = true, .help = "USD/EUR"},
                          {.name = "RATE",
                           .kind = Kind::word,
                           .required = true,
                           .help = "how many of the second one of the first is: 0.9"}},
            .options = {{.name = "on",
                         .kind = Kind::moment,
                         .value = "DATE",
                         .help = "from this day on; from today"}},
            .run = run,
            .details =
                "A rate holds until the next one of its pair; it also serves the other way round. "
                "`crm report … --in EUR` goes by the rate of the day of each record. Rates are "
                "records: `crm rate list`, `crm rate rm`.",
            .examples = {{"rate set USD/EUR 0.90", "from today on"},
                         {"rate set USD/EUR 0.92 --on 2026-01-01", "from an earlier day on"}}};
}

}  // namespace crm::cmd
