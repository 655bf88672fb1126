#include "base/money.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "sales/quote_advice.hpp"

#include <fmt/format.h>

/// quote advise: earlier prices, the success of discounts and the margin of a quote.
namespace crm::cmd {
namespace {

Value money_cell(const std::optional<std::int64_t>& minor, const std::string& currency) {
    return minor ? Value(money_text(*minor, currency)) : Value();
}

Value text_cell(const std::string& text) {
    return text.empty() ? Value() : Value(text);
}

int run_quote_advise(Session& session, const Arguments& args) {
    const store::Found found = resolve_reference(session, args.noun, args.words[0]);
    const store::Record quote = session.store().get(*args.noun, found.id);
    const auto advices = sales::advise(session.store(), quote);
    Rows rows(session, {"line",
                        "product",
                        "about",
                        "cases",
                        {"low", show::Shape::money},
                        {"middle", show::Shape::money},
                        {"high", show::Shape::money},
                        {"offered", show::Shape::money},
                        "currency",
                        "win_rate",
                        "says"});
    for (const sales::Advice& advice : advices)
        rows.row(
            {static_cast<std::int64_t>(advice.line), advice.product, advice.about,
             advice.cases ? Value(*advice.cases) : Value(), money_cell(advice.low, advice.currency),
             money_cell(advice.median, advice.currency), money_cell(advice.high, advice.currency),
             money_cell(advice.offered, advice.currency), text_cell(advice.currency),
             advice.win_rate ? Value(fmt::format("{:.2f}", *advice.win_rate)) : Value(),
             advice.comment});
    rows.end();
    return 0;
}

}  // namespace

Command quote_advise() {
    return {.help = "Show earlier prices, successful discounts and the margin",
            .needs = Needs::reading,
            .arguments =
                {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the quote"}},
            .formats = formats::rows,
            .run = run_quote_advise,
            .details =
                "For each line item: the net prices of a unit in orders that were not cancelled, "
                "in the currency of the line item, of this customer and of others in the same "
                "industry (of all others where the customer has none); how many of the decided "
                "quotes were accepted, by discount; and the margin. Every figure has its number of "
                "cases; with fewer than five it says \"too few cases\". The middle is the median, "
                "of an even number of prices the lower one.",
            .examples = {{"quote advise q7 -o table", "before the quote is sent"},
                         {"quote advise q7 --json | jq '.[] | select(.cases > 4)'",
                          "only figures with more than four cases"}}};
}

}  // namespace crm::cmd
