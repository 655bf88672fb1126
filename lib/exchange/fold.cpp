#include "exchange/fold.hpp"

#include "base/names.hpp"
#include "base/text.hpp"
#include "form/vcard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

/// What a row does to its record.
namespace crm::exchange {

using meta::FieldInfo;
using meta::Item;
using meta::Type;
using store::Record;

namespace {

bool is_empty(const Value& cell) {
    return std::holds_alternative<std::monostate>(cell);
}

std::string cell_text(const Value& cell) {
    const auto* text = std::get_if<std::string>(&cell);
    return text == nullptr ? std::string() : *text;
}

/// A fuller form of the same name is not replaced by a shorter one.
bool is_better_name(std::string_view given, std::string_view stored) {
    return names_differ(given, stored) || name_key(given).size() >= name_key(stored).size();
}

/// The name of an extra property that is a column of a table, X-COLUMN;NAME=Status; empty for any
/// other.
std::string_view column_of(std::string_view line) {
    return line.starts_with("X-COLUMN;") ? line.substr(0, line.find(':')) : std::string_view();
}

/// The lines without the columns that a later table has, too: what it says counts.
std::string without_columns_of(const std::string& have, const std::string& later) {
    std::unordered_set<std::string_view> columns;
    for (const std::string_view line : text::split(later, '\n'))
        if (const auto column = column_of(line); !column.empty())
            columns.insert(column);
    std::string left;
    for (const std::string_view line : text::split(have, '\n')) {
        if (columns.contains(column_of(line)))
            continue;
        if (!left.empty())
            left += '\n';
        left += line;
    }
    return left;
}

/// The parts of an address field, in the order of its cells.
enum AddressPart : std::size_t { street, postcode, city, region, country, kind };

/// An address of another kind (home, when the row has one of work) is kept as a card's further
/// addresses are: as an extra property.
void keep_other_address(Record& record, const FieldInfo& field, std::span<const Value> given) {
    const auto have = record.of(field);
    const std::string have_kind = cell_text(have[kind]);
    const std::string given_kind = cell_text(given[kind]);
    if (have_kind.empty() || given_kind.empty() || have_kind == given_kind)
        return;
    const auto has_place = [](std::span<const Value> cells) {
        return !cell_text(cells[street]).empty() || !cell_text(cells[city]).empty();
    };
    if (!has_place(have) || !has_place(given))
        return;
    const auto part = [&](AddressPart n) { return form::escaped(cell_text(have[n])); };
    const std::string value = fmt::format(";;{};{};{};{};{}", part(street), part(city),
                                          part(region), part(postcode), part(country));
    const std::string line = form::content_line({{}, "ADR", {{"TYPE", have_kind}}, value, 0});
    const FieldInfo& extra = *record.entity->find("extra");
    record.put(extra, {Value(united(extra, record.text(extra), line))});
    for (std::size_t i = 0; i < field.cells; ++i)
        record.cells[field.first + i] = Value();
}

void fold_list(Record& record, const FieldInfo& field, const IncomingRow& row, bool already_set,
               UnitedLists& lists) {
    // Most rows of a record that came before repeat its lists as they are.
    if (record.text(field) == row.record.text(field))
        return;
    const std::string* first = nullptr;
    if (!already_set) {
        const auto found = std::ranges::find(row.first, &field, &IncomingRow::FieldText::first);
        first = found == row.first.end() ? nullptr : &found->second;
    }
    const std::string& more = row.record.text(field);
    const bool is_later_table = field.type() == Type::extra && !already_set;
    const std::string have =
        is_later_table ? without_columns_of(record.text(field), more) : record.text(field);
    record.put(field, {Value(lists.unite(field, have, more, first))});
}

/// Whether a row may change a field that is no list.
bool may_change(const Record& record, const FieldInfo& field, const IncomingRow& row) {
    // A table that has no objection to mail does not withdraw one: only the person does.
    if (field.name() == "do_not_mail" || field.name() == "do_not_call")
        return record.number(field) == 0;
    if (&field != record.entity->name())
        return true;
    if (row.name.empty())
        return false;
    const std::string& stored = record.text(field);
    return is_better_name(row.name, stored) || is_placeholder_name(record, stored);
}

/// Whether a merge kept this value among the extra properties, in favour of the one that is there:
/// then a file that comes again does not bring it back.
bool is_put_aside(const Record& record, const FieldInfo& field, const Record& given) {
    const FieldInfo* extra = record.entity->find("extra");
    const bool nothing_aside = extra == nullptr || record.text(*extra).empty();
    if (nothing_aside || std::ranges::equal(record.of(field), given.of(field)))
        return false;
    const auto lines = text::split(std::string_view(record.text(*extra)), '\n');
    const std::string line =
        meta::extra_property(field.name(), meta::text(field, given.views(field)));
    return std::ranges::find(lines, line) != lines.end();
}

void fold_value(Record& record, const FieldInfo& field, const IncomingRow& row, bool already_set) {
    const auto given = row.record.of(field);
    if (field.type() == Type::address && !already_set)
        keep_other_address(record, field, given);
    for (std::size_t i = 0; i < field.cells; ++i) {
        Value& cell = record.cells[field.first + i];
        if (!is_empty(given[i]) && (!already_set || is_empty(cell)))
            cell = given[i];
    }
}

}  // namespace

bool is_placeholder_name(const Record& record, std::string_view name) {
    for (const std::string_view list : {"emails", "phones", "domains", "urls"}) {
        const auto items = meta::read_items(record.text(list));
        if (std::ranges::find(items, name, &Item::value) != items.end())
            return true;
    }
    return false;
}

UnitedLists::United& UnitedLists::list_of(const FieldInfo& field, const std::string& text) {
    const auto known = lists_.find(&field);
    if (known != lists_.end() && known->second.text == text)
        return known->second;
    return lists_
        .insert_or_assign(&field, United{text, meta::ItemList(field, meta::read_items(text))})
        .first->second;
}

std::string UnitedLists::unite(const FieldInfo& field, const std::string& have,
                               const std::string& more, const std::string* first) {
    if (field.type() == Type::extra)
        return meta::united_lines(have, more);
    auto& [text, list] = list_of(field, have);
    const bool adds_callable = field.type() == Type::phone && !meta::has_callable(list.items());
    const std::string first_value = first == nullptr ? "" : meta::first_item(*first)->value;
    std::vector<Item> appended;
    bool only_appends = !adds_callable;
    for (Item& item : meta::read_items(more)) {
        if (Item* same = list.find(item.value)) {
            meta::add_labels(*same, item.labels);
            only_appends = only_appends && item.labels.empty();
        } else if (first != nullptr && item.value == first_value) {
            list.prepend(std::move(item));
            only_appends = false;
        } else {
            appended.push_back(item);
            list.append(std::move(item));
        }
    }
    if (adds_callable)
        list.put_callable_first();
    if (!only_appends)
        text = meta::items_text(list.items());
    else if (!appended.empty())
        text += (text.empty() ? "" : "; ") + meta::items_text(appended);
    return text;
}

std::string united(const FieldInfo& field, const std::string& have, const std::string& more) {
    return UnitedLists().unite(field, have, more);
}

void fold(Record& record, const IncomingRow& row, RecordMark& mark, UnitedLists& lists) {
    for (const FieldInfo& field : record.entity->fields()) {
        if (field.is(meta::mirror) || field.is(meta::derived) || field.name() == "created_at" ||
            !has_value(row.record, field))
            continue;
        const bool already_set = mark.set[field.index];
        if (field.is(meta::many))
            fold_list(record, field, row, already_set, lists);
        else if (may_change(record, field, row) && !is_put_aside(record, field, row.record))
            fold_value(record, field, row, already_set);
        else
            continue;
        mark.set.set(field.index);
    }
    // The uid of another system is a reference to it for a record that has its own.
    if (!row.record.uid.empty() && row.record.uid != record.uid) {
        const FieldInfo& refs = *record.entity->find("refs");
        record.put(refs, {Value(lists.unite(refs, record.text(refs), "uid:" + row.record.uid))});
    }
}

void fold_company_link(Record& record, const IncomingRow& row, std::int64_t company,
                       const meta::Reading& reading) {
    const FieldInfo* links = record.entity->find("accounts");
    if (links == nullptr || company == 0)
        return;
    auto& list = record.rows[links->first];
    auto link = std::ranges::find_if(
        list, [&](const store::RowCells& cells) { return cells.front() == Value(company); });
    if (link == list.end()) {
        const FieldInfo& last = links->rows.back();
        store::RowCells cells(last.first + last.cells);
        cells.front() = company;
        // The company that came last is the present one.
        link = list.insert(list.begin(), std::move(cells));
    }
    if (row.company_link.empty())
        return;
    for (const std::string_view part : text::split(row.company_link, ',')) {
        std::string_view value = text::trimmed(part);
        const auto named = std::ranges::find_if(links->rows, [&](const FieldInfo& field) {
            return value.starts_with(std::string(field.name()) + " ");
        });
        const FieldInfo& field = named == links->rows.end() ? links->rows[1] : *named;
        if (named != links->rows.end())
            value.remove_prefix(field.name().size() + 1);
        auto cells = meta::read(field, value, reading);
        if (cells && is_empty((*link)[field.first]))
            (*link)[field.first] = std::move(cells->front());
    }
}

}  // namespace crm::exchange
