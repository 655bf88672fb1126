#include "cmd/cli/changes.hpp"
#include "sales/price_book.hpp"

#include <algorithm>
#include <span>

/// pricebook set: the price of a product in a price book, from a quantity on.
namespace crm::cmd {
namespace {

using store::Record;
using store::RowCells;

int run_pricebook_set(Session& session, const Arguments& args) {
    Change change(session, args);
    const Record before =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    const meta::FieldInfo& entries = *before.entity->find("entries");
    const meta::FieldInfo& product = store::inner_field(entries, "product");
    RowCells row = store::empty_row(entries);
    row[product.first] = resolve_reference(session, product.to, args.words[1]).id;

    const std::span<const std::string> words = std::span(args.words).subspan(2);
    const std::string currency = sales::price_book_currency(session.store(), before);
    for (const std::string& word : words)
        assign_row(session, entries, row, word, currency);
    if (std::ranges::none_of(words, [](const auto& word) { return word.starts_with("price="); }))
        throw Error(Fault::usage, "missing", "pricebook set requires a price",
                    "price=90, or price= to remove the entry");

    Record after = before;
    const std::string what = sales::set_price(session.store(), after, row);
    const bool changed = change.writer.change(before, after);
    change.report.add(after, changed ? "updated" : "unchanged", what);
    return change.end();
}

}  // namespace

Command pricebook_set() {
    return {.help = "Set the price of a product in a price book",
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
                  .help = "min_quantity, price",
                  .rows = "entries"}},
            .run = run_pricebook_set,
            .details =
                "A price is valid from min_quantity units on, until the next larger "
                "min_quantity. Setting it again changes it; an empty price= removes it. "
                "Prices are in the currency of the price book, else of the database.",
            .examples = {{"pricebook set pb1 PUMP-1 price=100", "for any quantity"},
                         {"pricebook set pb1 PUMP-1 min_quantity=10 price=90", "ten or more"},
                         {"pricebook set pb1 PUMP-1 min_quantity=10 price=",
                          "remove the price for ten or more"}}};
}

}  // namespace crm::cmd
