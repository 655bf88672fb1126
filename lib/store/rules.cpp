#include "store/rules.hpp"

#include "store/attachment.hpp"
#include "store/custom.hpp"
#include "store/store.hpp"
#include "store/unique.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>

namespace crm::store {

using meta::FieldInfo;

namespace {

void check_required(RuleContext&, const Record*, const Record& record) {
    for (const FieldInfo& field : record.entity->fields())
        if (field.is(meta::required) && field.cells > 0 &&
            std::holds_alternative<std::monostate>(record.cells[field.first + field.cells - 1]))
            throw Error(Fault::refused, "required",
                        fmt::format("{} requires {}", record.entity->noun, field.name()),
                        record.id == 0 ? fmt::format("{}=VALUE", field.name())
                                       : fmt::format("crm {} edit {} {}=VALUE", record.entity->noun,
                                                     record.short_id(), field.name()));
}

void check_parts(const Record& record, const FieldInfo& list, const RowCells& entry) {
    for (const FieldInfo& part : list.rows)
        if (part.is(meta::required) && std::holds_alternative<std::monostate>(entry[part.first]))
            throw Error(Fault::refused, "required",
                        fmt::format("{}: an entry requires {}", list.name(), part.name()),
                        fmt::format("crm fields {} shows how to write one", record.entity->noun));
}

/// An entry's last day is not before its first.
void check_order_of_days(const FieldInfo& list, const RowCells& entry) {
    const auto since = std::ranges::find(list.rows, "since", &FieldInfo::name);
    const auto until = std::ranges::find(list.rows, "until", &FieldInfo::name);
    if (since == list.rows.end() || until == list.rows.end())
        return;
    const View from(entry[since->first]);
    const View to(entry[until->first]);
    if (!from.null() && !to.null() && to.text < from.text)
        throw Error(
            Fault::refused, "backwards",
            fmt::format("{}: until {} is before since {}", list.name(), to.text, from.text));
}

/// A record is not in a list of its own that leads to others.
void check_not_itself(const Record& record, const FieldInfo& list, const RowCells& entry) {
    const FieldInfo& to = list.rows.front();
    if (to.type() != meta::Type::link || record.id == 0 || entry[to.cells - 1] != Value(record.id))
        return;
    if (to.to == record.entity ||
        (to.to == nullptr && entry[0] == Value(std::int64_t{record.entity->number})))
        throw Error(
            Fault::refused, "itself",
            fmt::format("{}: {} cannot be linked to itself", list.name(), record.short_id()));
}

/// What an entry of a list has to be: a payment has an amount. Those of before may stay as they
/// are.
void check_entries(RuleContext&, const Record* before, const Record& record) {
    for (const FieldInfo& field : record.entity->fields()) {
        if (field.type() != meta::Type::rows || field.is(meta::mirror))
            continue;
        const auto& rows = record.rows[field.first];
        std::set<RowCells> known;
        if (before != nullptr && before->rows[field.first] == rows)
            continue;
        if (before != nullptr)
            known.insert(before->rows[field.first].begin(), before->rows[field.first].end());
        for (const RowCells& row : rows) {
            if (known.contains(row))
                continue;
            check_parts(record, field, row);
            check_order_of_days(field, row);
            check_not_itself(record, field, row);
        }
    }
}

void check_order_in_time(RuleContext& context, const Record*, const Record& record) {
    for (const auto& [begin, end] : {std::pair<std::string_view, std::string_view>{"start", "end"},
                                     {"start_date", "end_date"}}) {
        const FieldInfo* from = record.entity->find(begin);
        const FieldInfo* to = from == nullptr ? nullptr : record.entity->find(end);
        if (to == nullptr || record.text(*from).empty() || record.text(*to).empty() ||
            record.text(*to) >= record.text(*from))
            continue;
        const auto shown = [&](const FieldInfo& field) {
            return meta::text(field, record.views(field), &context.clock);
        };
        throw Error(Fault::refused, "backwards",
                    fmt::format("{} {} is before {} {}", end, shown(*to), begin, shown(*from)));
    }
}

/// Whether a record is above itself by a link.
bool is_above_itself(RuleContext& context, const Record& record, const FieldInfo& link) {
    const auto above = [&](std::int64_t id) {
        const auto next = context.find(*record.entity, id);
        return next ? next->number(link) : 0;
    };
    if (context.checking)
        return context.circles[&link].has(record.id, above);
    std::int64_t at = record.number(link);
    for (int steps = 0; at != 0 && at != record.id && steps < 1000; ++steps)
        at = above(at);
    return at == record.id;
}

/// A record would come to stand above itself: a company whose parent it is the parent of.
void check_circles(RuleContext& context, const Record* before, const Record& after) {
    if (after.id == 0)
        return;  // nothing can link to it yet
    for (const FieldInfo& field : after.entity->fields()) {
        if (field.type() != meta::Type::link || field.to != after.entity ||
            field.is(meta::mirror) || after.number(field) == 0 ||
            (before != nullptr && before->number(field) == after.number(field)))
            continue;
        if (is_above_itself(context, after, field))
            throw Error(
                Fault::refused, "circle",
                fmt::format("{} {} would be above itself: {}", after.short_id(), after.label(),
                            field.name()),
                fmt::format("crm {} show {} -F {}", after.entity->noun,
                            meta::short_id(*after.entity, after.number(field)), field.name()));
    }
}

void check_unique(RuleContext& context, const Record* before, const Record& after) {
    const auto taken = context.taken(before, after);
    if (!taken)
        return;
    const std::string says =
        taken->key.kind == UniqueKey::together
            ? fmt::format("there is a {} of {} already: {}", taken->by.entity->noun,
                          taken->key.text, taken->by.short_id())
            : fmt::format("{} {} already has {}{}", taken->by.short_id(), taken->by.label(),
                          taken->key.kind == UniqueKey::uid ? "uid " : "", taken->key.text);
    Error e(Fault::refused, "duplicate", says,
            fmt::format("crm {} edit {} …", after.entity->noun, taken->by.short_id()));
    e.candidates = {taken->by.short_id()};
    throw e;
}

constexpr Rule table[] = {
    {"", nullptr, check_required},
    {"", nullptr, check_entries, nullptr, Asked::changes},
    {"", nullptr, check_order_in_time},
    {"", nullptr, check_circles, nullptr, Asked::settled},
    {"", nullptr, check_unique, nullptr, Asked::settled},
    {"field", nullptr, check_field, join_field},
    {"attachment", nullptr, check_bytes, nullptr, Asked::changes},
};

}  // namespace

std::span<const Rule> rules() {
    return table;
}

}  // namespace crm::store
