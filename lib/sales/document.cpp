#include "sales/document.hpp"

#include "base/text.hpp"
#include "sales/line_items.hpp"
#include "sales/totals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace crm::sales {

using store::Record;

namespace {

std::optional<Record> linked(store::Store& store, const Record& record, std::string_view name) {
    const meta::FieldInfo* field = record.entity->find(name);
    if (field == nullptr)
        return {};
    return store.find(*field->to, record.number(*field));
}

std::vector<std::string> lines_in(std::string_view text) {
    std::vector<std::string> lines;
    for (const std::string_view line : text::split(text, '\n'))
        if (!text::trimmed(line).empty())
            lines.emplace_back(text::trimmed(line));
    return lines;
}

/// Name, contact and billing address of the customer.
std::vector<std::string> customer_lines(store::Store& store, const Record& record) {
    const auto account = linked(store, record, "account");
    const auto contact = linked(store, record, "contact");
    std::vector<std::string> lines;
    if (account)
        lines.push_back(account->label());
    if (contact)
        lines.push_back(contact->label());
    if (!account)
        return lines;
    // The cells of an address: street, postcode, city, region, country.
    const auto address = account->of(*account->entity->find("billing_address"));
    const auto part = [&](std::size_t i) {
        const auto* text = std::get_if<std::string>(&address[i]);
        return text == nullptr ? std::string() : *text;
    };
    const std::string town(text::trimmed(part(1) + " " + part(2)));
    for (const std::string& line : {part(0), town, part(3), part(4)})
        if (!line.empty())
            lines.push_back(line);
    return lines;
}

void add_facts(show::Document& document, const Record& record, const DocumentLanguage& language,
               const Clock& clock) {
    std::string date = record.text("order_date");
    if (date.empty()) {
        const meta::FieldInfo& created = *record.entity->find("created_at");
        date = meta::text(created, record.views(created), &clock);
    }
    document.facts.emplace_back(language.date, language.day(date));
    if (const std::string until = record.text("valid_until"); !until.empty())
        document.facts.emplace_back(language.valid_until, language.day(until));
    if (const std::string due = record.text("due_on"); !due.empty())
        document.facts.emplace_back(language.due_on, language.day(due));
}

/// The table of line items; discounts and taxes have a column where there are any.
void add_lines(show::Document& document, const std::vector<LineItem>& items,
               const DocumentLanguage& language) {
    const bool discounts =
        std::ranges::any_of(items, [](const LineItem& item) { return item.discount > 0; });
    const bool taxes =
        std::ranges::any_of(items, [](const LineItem& item) { return item.tax.has_value(); });
    const auto add_title = [&](std::string_view title) { document.head.emplace_back(title); };
    add_title(language.position);
    add_title(language.item);
    add_title(language.quantity);
    add_title(language.price);
    if (discounts)
        add_title(language.discount);
    if (taxes)
        add_title(language.tax);
    add_title(language.net);

    for (const LineItem& item : items) {
        std::vector<std::string>& row = document.rows.emplace_back();
        row.push_back(std::to_string(document.rows.size()));
        row.push_back(item.sku.empty() ? item.name : fmt::format("{} ({})", item.name, item.sku));
        const std::string unit = item.unit.empty() ? "" : " " + item.unit;
        row.push_back(language.decimal(item.quantity, 3) + unit);
        row.push_back(item.price ? language.money(*item.price, item.currency) : "");
        if (discounts)
            row.push_back(item.discount > 0 ? language.percent(item.discount) : "");
        if (taxes)
            row.push_back(item.tax ? language.percent(*item.tax) : "");
        row.push_back(item.price ? language.money(item.net, item.currency) : "");
    }
}

void add_totals(show::Document& document, const Totals& totals, const DocumentLanguage& language) {
    if (!totals.tax_by_rate.empty()) {
        document.totals.emplace_back(language.subtotal,
                                     language.money(totals.net, totals.currency));
        for (const auto& [rate, tax] : totals.tax_by_rate)
            document.totals.emplace_back(fmt::format("{} {}", language.tax, language.percent(rate)),
                                         language.money(tax, totals.currency));
    }
    document.totals.emplace_back(language.total, language.money(totals.total(), totals.currency));
}

/// The line items and, where they come to one, the total.
void add_items(PrintedRecord& printed, store::Store& store, const Record& record,
               const DocumentLanguage& language) {
    const auto items = line_items(store, record);
    add_lines(printed.document, items, language);
    const Totals totals = totals_of(items);
    if (totals.several_currencies)
        printed.warnings.push_back(fmt::format(
            "warning: {} has line items in several currencies, so the document has no total",
            record.short_id()));
    if (totals.has_unpriced_lines)
        printed.warnings.push_back(
            fmt::format("warning: {} has a line item without a price, so the document has no total",
                        record.short_id()));
    if (totals.complete())
        add_totals(printed.document, totals, language);
}

}  // namespace

PrintedRecord document_of(store::Store& store, const Clock& clock, const Record& record,
                          const DocumentLanguage& language, std::string_view seller) {
    PrintedRecord printed;
    show::Document& document = printed.document;
    const bool is_quote = record.entity->noun == "quote";
    document.language = language.code;
    document.title = fmt::format("{} {}: {}", is_quote ? language.quote : language.order,
                                 record.short_id(), record.label());
    document.seller = lines_in(seller);
    document.customer = customer_lines(store, record);
    document.paragraphs = lines_in(record.text("description"));
    add_facts(document, record, language, clock);
    add_items(printed, store, record, language);
    return printed;
}

std::string lines_as_markdown(store::Store& store, const Record& record) {
    PrintedRecord printed;
    add_items(printed, store, record, document_languages().front());
    std::string table = show::document_table_markdown(printed.document);
    while (table.ends_with('\n') || table.ends_with(' '))
        table.pop_back();
    return table;
}

}  // namespace crm::sales
