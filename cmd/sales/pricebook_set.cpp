#include "base/money.hpp"
#include "base/text.hpp"
#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

#include <algorithm>

/// pricebook set: the price of a product in a price book, from a quantity on.
namespace crm::cmd {
namespace {

using store::Record;
using store::RowCells;

int run(Session& session, const Arguments& args) {
    Change change(session, args);
    const Record before =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    Record after = before;
    const meta::FieldInfo& entries = *before.entity->find("entries");
    const meta::FieldInfo &product = entries.rows[0], &least = inner_field(entries, "min_quantity"),
                          &price = inner_field(entries, "price");
    std::string currency = before.text(*before.entity->find("currency"));
    if (currency.empty())
        currency = session.store().currency();
    RowCells row = empty_row(entries);
    const store::Found sold = resolve_reference(session, product.to, args.words[1]);
    row[product.first] = sold.id;
    bool priced = false;
    for (const std::string& word : std::span(args.words).subspan(2))
        assign_row(session, entries, row, word, currency),
            priced = priced || word.starts_with("price=");
    if (!priced)
        throw Error(Fault::usage, "missing", "what does it cost?",
                    "price=90, or price= to take the entry away");
    const bool gone = std::holds_alternative<std::monostate>(row[price.first]);
    if (const Value& told = row[price.first + 1]; !gone && told != Value(currency))
        throw Error(Fault::refused, "other_currency",
                    fmt::format("{} {} has prices in {}, not in {}", before.short_id(),
                                before.label(), currency, std::get<std::string>(told)),
                    fmt::format("crm pricebook edit {} currency={}", before.short_id(),
                                std::get<std::string>(told)));

    const auto quantity = [&](const RowCells& r) {
        const auto* n = std::get_if<std::int64_t>(&r[least.first]);
        return n == nullptr || *n < 1 ? std::int64_t{1} : *n;  // none said is one
    };
    std::vector<RowCells>& rows = after.rows[entries.first];
    const auto same = std::ranges::find_if(rows, [&](const RowCells& r) {
        return r[product.first] == row[product.first] && quantity(r) == quantity(row);
    });
    const std::string name = session.store().name(*product.to, sold.id);
    const std::string from =
        quantity(row) > 1 ? fmt::format("{} from {} on", name, quantity(row)) : name;
    std::string what;
    if (gone) {
        if (same == rows.end())
            throw Error(
                Fault::not_found, "not_found",
                fmt::format("{} {} has no price of {}", before.short_id(), before.label(), from));
        rows.erase(same);
        what = "without " + from;
    } else {
        what =
            fmt::format("{}: {} {}", from,
                        money_text(std::get<std::int64_t>(row[price.first]), currency), currency);
        if (same != rows.end())
            *same = row;
        else
            rows.push_back(row);
        // As a list of prices is read: product by product, by the quantity.
        std::ranges::stable_sort(rows, {}, [&](const RowCells& r) {
            return std::pair(std::get<std::int64_t>(r[product.first]), quantity(r));
        });
    }
    change.report.add(after, change.writer.change(before, after) ? "updated" : "unchanged", what);
    return change.end();
}

}  // namespace

Command pricebook_set() {
    return {.help = "Say what a product costs in a price book",
            .needs = Needs::writing,
            .arguments =
                {{.name = "PRICEBOOK",
                  .kind = Kind::reference,
                  .required = true,
                  .help = "the price book"},
                 {.name = "PRODUCT", .kind = Kind::word, .required = true, .help = "the product"},
                 {.name = "FIELD=VALUE",
                  .kind = Kind::assignments,
                  .many = true,
                  .help = "min_quantity, price"}},
            .run = run,
            .details =
                "A price holds from min_quantity units on, and until a larger one is reached. "
                "Setting it again changes it; an empty price= takes it away. Prices are in the "
                "currency of the price book, else of the store.",
            .examples = {{"pricebook set pb1 PUMP-1 price=100", "of one"},
                         {"pricebook set pb1 PUMP-1 min_quantity=10 price=90", "of ten and more"},
                         {"pricebook set pb1 PUMP-1 min_quantity=10 price=", "no longer"}}};
}

}  // namespace crm::cmd
