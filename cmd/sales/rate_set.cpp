#include "base/rate.hpp"
#include "cmd/cli/changes.hpp"
#include "sales/exchange_rate.hpp"

#include <fmt/format.h>

/// rate set: the exchange rate of two currencies from a day on.
namespace crm::cmd {
namespace {

using store::Record;

int run_rate_set(Session& session, const Arguments& args) {
    const auto pair = read_pair(args.words[0]);  // the stored form, by which a rate is found
    if (!pair)
        throw pair.error();
    const std::string& rate = args.words[1];
    const Clock& clock = session.env.clock;
    const std::string day = args.date("on", clock).value_or(clock.today()).iso();
    Change change(session, args);
    Record added(*args.noun);
    assign(session, change, added, {"pair=" + *pair, "rate=" + rate, "date=" + day}, false);
    // With the rate as it is kept: 0.92 for 0,92.
    const auto text_of = [&](const Record& kept) {
        const std::string kept_rate(kept.text(*kept.entity->find("rate")));
        return fmt::format("{} {} from {} on", *pair, kept_rate, day);
    };

    if (const auto before = sales::find_rate(session.store(), *pair, day)) {
        Record after = *before;
        assign(session, change, after, {"rate=" + rate}, false);
        const bool changed = change.writer.change(*before, after);
        change.report.add(after, changed ? "updated" : "unchanged", text_of(after));
    } else {
        change.writer.add(added);
        change.report.add(added, "added", text_of(added));
    }
    return change.end();
}

}  // namespace

Command rate_set() {
    return {.help = "Set an exchange rate",
            .needs = Needs::writing,
            .arguments = {{.name = "PAIR",
                           .kind = Kind::word,
                           .required = true,
                           .help = "the currencies: USD/EUR"},
                          {.name = "RATE",
                           .kind = Kind::word,
                           .required = true,
                           .help = "the price of the first currency in the second: 0.9"}},
            .options = {{.name = "on",
                         .kind = Kind::moment,
                         .value = "DATE",
                         .help = "valid from this day on; default today"}},
            .run = run_rate_set,
            .details =
                "A rate is valid until the next rate of the same pair; it is also used in "
                "the other direction. `crm report … --in EUR` converts each record by the "
                "rate of its day. Rates are records: `crm rate list`, `crm rate rm`.",
            .examples = {{"rate set USD/EUR 0.90", "from today on"},
                         {"rate set USD/EUR 0.92 --on 2026-01-01", "from an earlier day on"},
                         {"rate list pair:USD/EUR -s date", "all rates of a pair"}}};
}

}  // namespace crm::cmd
