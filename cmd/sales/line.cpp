#include "base/number.hpp"
#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "cmd/sales/context.hpp"
#include "sales/competing_offers.hpp"
#include "sales/line_items.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

/// quote line, order line, deal line: add, edit and remove line items.
namespace crm::cmd {
namespace {

using meta::FieldInfo;
using store::Record;
using store::RowCells;

/// Index of the line item that a word names by its number or its product.
std::size_t line_index(Session& session, const Record& record, const std::string& word) {
    if (const auto number = whole_text_as<std::size_t>(word))
        return sales::line_with_number(record, *number);
    const FieldInfo& product = store::inner_field(sales::lines_field(record), "product");
    const store::Found found = resolve_reference(session, product.to, word);
    return sales::line_of_product(record, found.id, word);
}

/// Removes a line item; returns what to print.
std::string remove_line(Session& session, Record& record, const std::string& word) {
    const FieldInfo& lines = sales::lines_field(record);
    auto& rows = record.rows[lines.first];
    const std::size_t at = line_index(session, record, word);
    const auto item = sales::read_line_item(session.store(), lines, rows[at]);
    rows.erase(rows.begin() + static_cast<long>(at));
    return "without " + sales::describe(item);
}

bool has_price(std::span<const std::string> words) {
    return std::ranges::any_of(words,
                               [](const std::string& word) { return word.starts_with("price="); });
}

void assign_words(Session& session, const Record& record, RowCells& row,
                  std::span<const std::string> words) {
    const std::string currency = sales::line_currency(session.store(), record);
    for (const std::string& word : words)
        assign_row(session, sales::lines_field(record), row, word, currency);
}

/// What to print of a line item that was added or changed.
std::string describe_line(Session& session, const Record& record, const RowCells& row,
                          const std::string& source) {
    for (const std::string& warning : sales::competing_offers(session.store(), record, row))
        session.remark(warning);
    const auto item = sales::read_line_item(session.store(), sales::lines_field(record), row);
    return sales::describe(item) + (source.empty() ? "" : fmt::format(" ({})", source));
}

std::string add_line(Session& session, Record& record, const std::string& product,
                     std::span<const std::string> words) {
    const FieldInfo& lines = sales::lines_field(record);
    const FieldInfo& link = store::inner_field(lines, "product");
    RowCells row = store::empty_row(lines);
    row[link.first] = resolve_reference(session, link.to, product).id;
    assign_words(session, record, row, words);
    const std::string source =
        sales::complete_line(pricing_context(session), record, row, has_price(words));
    std::string text = describe_line(session, record, row, source);
    record.rows[lines.first].push_back(std::move(row));
    return text;
}

std::string edit_line(Session& session, Record& record, const std::string& reference,
                      std::span<const std::string> words) {
    RowCells& row =
        record.rows[sales::lines_field(record).first][line_index(session, record, reference)];
    const RowCells before = row;
    RowCells after = row;
    assign_words(session, record, after, words);
    const sales::PricingContext context = pricing_context(session);
    std::string source;
    if (!has_price(words))
        source = sales::follow_quantity(context, record, before, after);
    sales::complete_line(context, record, after, true);
    row = after;
    return describe_line(session, record, row, source);
}

int run_line(Session& session, const Arguments& args) {
    const std::string& verb = args.words[0];
    const std::string& reference = args.words[2];
    const std::span<const std::string> words = std::span(args.words).subspan(3);
    if (verb != "add" && verb != "edit" && verb != "rm")
        throw Error(Fault::usage, "unknown_verb",
                    fmt::format("'{}' is not a valid action of {} line; "
                                "valid values are add, edit, rm",
                                text::clipped(verb, 40), args.noun->noun));
    if (verb == "rm" && !words.empty())
        throw Error(Fault::usage, "too_many",
                    fmt::format("unexpected argument '{}'", text::clipped(words[0], 40)));
    Change change(session, args);
    const Record before =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[1]));
    Record after = before;
    std::string text;
    if (verb == "rm")
        text = remove_line(session, after, reference);
    else if (verb == "edit")
        text = edit_line(session, after, reference, words);
    else
        text = add_line(session, after, reference, words);
    const bool changed = change.writer.change(before, after);
    change.report.add(after, changed ? "updated" : "unchanged", text);
    return change.end();
}

constexpr std::string_view line_details =
    "Without price=… the price is that of the chosen price book; else of a valid price book for a "
    "segment of the customer; else of a valid price book for all customers; else the list price. "
    "Two price books of the same rank with different prices are an error. Prices are in the "
    "currency of the record, else of its line items, else of its price book, else of the database; "
    "a record has one currency.\n\n"
    "When the quantity changes, a price that was found in this way is found again; a price that "
    "was given by hand stays.\n\n"
    "Quantities have up to three decimals, discounts and taxes two. The net amount of a line item "
    "is quantity x price less the discount, before tax, rounded half up to the smallest unit of "
    "the currency; the total is the sum of the rounded amounts.\n\n"
    "A warning names open quotes of other owners that offer the same customer the product at "
    "another price. The line items of a closed quote or a cancelled order cannot be changed.";

Command line_command() {
    return {.help = "Add, change or remove a line item",
            .needs = Needs::writing,
            .arguments = {{.name = "add|edit|rm",
                           .kind = Kind::word,
                           .required = true,
                           .help = "what to do"},
                          {.name = "REF",
                           .kind = Kind::reference,
                           .required = true,
                           .help = "the record with the line item"},
                          {.name = "PRODUCT|N",
                           .kind = Kind::word,
                           .required = true,
                           .help = "the product, or for edit and rm the number of the line item"},
                          {.name = "FIELD=VALUE",
                           .kind = Kind::assignments,
                           .many = true,
                           .help = "quantity, price, discount, tax, cost"}},
            .run = run_line,
            .details = line_details};
}

}  // namespace

Command quote_line() {
    Command c = line_command();
    c.examples = {{"quote line add q7 PUMP-1 quantity=2 discount=5% tax=19%",
                   "at the price for this customer"},
                  {"quote line edit q7 PUMP-1 quantity=3", "one more"},
                  {"quote line rm q7 1", "remove the first line item"}};
    return c;
}

Command order_line() {
    Command c = line_command();
    c.examples = {{"order line add o3 PUMP-1 quantity=2", "add two pumps"},
                  {"order line edit o3 2 price=95", "change the price of the second line item"}};
    return c;
}

Command deal_line() {
    Command c = line_command();
    c.examples = {{"deal line add d41 PUMP-1 quantity=2", "what the customer wants to buy"},
                  {"deal line rm d41 PUMP-1", "remove it again"}};
    return c;
}

}  // namespace crm::cmd
