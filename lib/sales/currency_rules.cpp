#include "sales/currency_rules.hpp"

#include "base/currency.hpp"
#include "base/error.hpp"
#include "base/money.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "sales/price_book.hpp"
#include "store/rows.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace crm::sales {

using meta::FieldInfo;
using store::Record;
using store::RuleContext;

namespace {

using Currencies = std::vector<std::string>;

void add_currency(Currencies& all, const std::string& currency) {
    if (!currency.empty() && std::ranges::find(all, currency) == all.end())
        all.push_back(currency);
}

void add_amount(Currencies& all, const Record& record, std::string_view name) {
    const FieldInfo* field = record.entity->find(name);
    if (field == nullptr || field->computed())
        return;
    if (const auto* currency = std::get_if<std::string>(&record.of(*field)[1]))
        add_currency(all, *currency);
}

void add_rows(Currencies& all, const Record& record, std::string_view rows_name,
              std::string_view amount_name) {
    const FieldInfo* rows = record.entity->find(rows_name);
    if (rows == nullptr)
        return;
    const FieldInfo& amount = store::inner_field(*rows, amount_name);
    for (const store::RowCells& row : record.rows[rows->first])
        add_currency(all, store::row_text(row, amount).value_or(""));
}

/// The chosen price book of a quote, or the record itself where it is a price book.
void add_price_book(Currencies& all, RuleContext& context, const Record& record) {
    if (record.entity->noun == "pricebook") {
        add_currency(all, price_book_currency(context.store(), record));
        return;
    }
    const FieldInfo* link = record.entity->find("pricebook");
    if (link == nullptr || record.number(*link) == 0)
        return;
    if (const auto book = context.find(*link->to, record.number(*link)))
        add_currency(all, price_book_currency(context.store(), *book));
}

/// In the order in which they are to be kept: the first is that of the record.
Currencies currencies_of(RuleContext& context, const Record& record) {
    Currencies all;
    if (const FieldInfo* own = record.entity->find("currency"))
        add_currency(all, record.text(*own));
    add_rows(all, record, "lines", "price");
    add_rows(all, record, "entries", "price");
    add_price_book(all, context, record);
    add_amount(all, record, "amount");
    add_amount(all, record, "total");
    add_rows(all, record, "payments", "amount");
    return all;
}

}  // namespace

void read_currency(RuleContext&, const Record* before, Record& after) {
    const FieldInfo& field = *after.entity->find("currency");
    const std::string text = after.text(field);
    if (text.empty() || (before != nullptr && before->text(field) == text))
        return;
    Expected<std::string> code = crm::read_currency(text);
    if (!code) {
        Error error = std::move(code.error());
        error.message = "currency: " + error.message;
        error.hint = "currency=EUR";
        throw error;
    }
    if (*code != text)
        after.put(field, {Value(*code)});
}

void check_one_currency(RuleContext& context, const Record* before, const Record& after) {
    const Currencies now = currencies_of(context, after);
    if (now.size() < 2)
        return;
    const Currencies was = before == nullptr ? Currencies() : currencies_of(context, *before);
    const auto is_new = [&](const std::string& currency) {
        return std::ranges::find(was, currency) == was.end();
    };
    if (before != nullptr && std::ranges::none_of(now, is_new))
        return;
    const std::string& own = was.empty() ? now.front() : was.front();
    const std::string& other = *std::ranges::find_if(
        now, [&](const std::string& currency) { return currency != own && is_new(currency); });
    const std::string name = after.id == 0 ? std::string(after.label())
                                           : fmt::format("{} {}", after.short_id(), after.label());
    throw Error(Fault::refused, "other_currency",
                fmt::format("{}: amounts in {} and {}; {} has one currency", name, own, other,
                            meta::with_article(after.entity->noun)),
                fmt::format("write the amount in {}, or use another {}", own, after.entity->noun));
}

}  // namespace crm::sales
