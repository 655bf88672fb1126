#include "store/merge.hpp"

#include "store/assign.hpp"
#include "store/incoming.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::store {
namespace {

using meta::Entity;
using meta::FieldInfo;
using meta::Item;
using meta::Type;

bool empty(std::span<const Value> cells) {
    return std::ranges::all_of(
        cells, [](const Value& v) { return std::holds_alternative<std::monostate>(v); });
}

/// Changes a link to `from` into a link to `to`; true if there was one.
bool redirect(std::span<Value> cells, const FieldInfo& link, const Record& from, const Record& to) {
    const auto* id = std::get_if<std::int64_t>(&cells.back());
    if (id == nullptr || *id != from.id)
        return false;
    if (link.to == nullptr) {
        const auto* noun = std::get_if<std::int64_t>(&cells.front());
        if (noun == nullptr || *noun != from.entity->number)
            return false;
    } else if (link.to != from.entity) {
        return false;
    }
    cells.back() = to.id;
    return true;
}

/// Redirects all links of a record. Rows that then link to the same record are united.
bool redirect(Record& record, const Record& from, const Record& to) {
    bool changed = false;
    for (const FieldInfo& field : record.entity->fields()) {
        if (field.is(meta::mirror))
            continue;
        if (field.type() == Type::link) {
            changed = redirect(std::span(record.cells).subspan(field.first, field.cells), field,
                               from, to) ||
                      changed;
        } else if (field.type() == Type::rows) {
            auto& rows = record.rows[field.first];
            bool here = false;
            for (RowCells& row : rows)
                for (const FieldInfo& inner : field.rows)
                    if (inner.type() == Type::link)
                        here = redirect(std::span(row).subspan(inner.first, inner.cells), inner,
                                        from, to) ||
                               here;
            if (here)
                unite_rows(field, rows);
            changed = changed || here;
        }
    }
    return changed;
}

}  // namespace

Record merged(const Record& keep, const Record& drop) {
    Record out = keep;
    for (const FieldInfo& field : keep.entity->fields()) {
        const std::string_view name = field.name();
        if (field.is(meta::mirror) || name == "updated_at" || name == "stages")
            continue;
        if (field.type() == Type::rows) {
            auto& rows = out.rows[field.first];
            rows.insert(rows.end(), drop.rows[field.first].begin(), drop.rows[field.first].end());
            unite_rows(field, rows);
        } else if (name == "created_at") {
            if (drop.text(field) < keep.text(field))
                out.put(field, {Value(drop.text(field))});
        } else if (empty(drop.of(field))) {
            continue;
        } else if (empty(keep.of(field))) {
            std::ranges::copy(drop.of(field), out.cells.begin() + static_cast<long>(field.first));
        } else if (field.type() == Type::extra ||
                   (field.type() == Type::prose && name == "description")) {
            if (keep.text(field).find(drop.text(field)) == std::string::npos)
                out.put(field,
                        {Value(keep.text(field) + (field.type() == Type::extra ? "\n" : "\n\n") +
                               drop.text(field))});
        } else if (field.is(meta::many)) {
            std::vector<Item> items = meta::read_items(keep.text(field));
            for (Item& item : meta::read_items(drop.text(field)))
                if (std::ranges::none_of(items, [&](const Item& have) {
                        return meta::same_value(field, have.value, item.value);
                    }))
                    items.push_back(std::move(item));
            out.put(field, {Value(meta::items_text(items))});
        }
    }
    std::vector<Item> refs = meta::read_items(out.text(*keep.entity->find("refs")));
    refs.push_back({"uid:" + drop.uid, {}});
    out.put(*keep.entity->find("refs"), {Value(meta::items_text(refs))});
    redirect(out, drop, keep);
    // A link from one to the other would become a link to itself.
    for (const FieldInfo& field : keep.entity->fields()) {
        if (field.type() == Type::link && field.to == keep.entity && !field.is(meta::mirror) &&
            out.number(field) == keep.id)
            out.put(field, {Value()});
        if (field.type() == Type::rows && field.rows.front().to == keep.entity)
            std::erase_if(out.rows[field.first], [&](const RowCells& row) {
                return row[field.rows.front().cells - 1] == Value(keep.id);
            });
    }
    return out;
}

std::int64_t merge(Writer& writer, const Record& keep, Record drop,
                   const std::function<void(const Record&)>& kept) {
    if (keep.entity != drop.entity)
        throw Error(Fault::refused, "two_nouns",
                    fmt::format("{} is a {}, {} a {}", keep.short_id(), keep.entity->noun,
                                drop.short_id(), drop.entity->noun),
                    "only records of the same noun can be merged");
    if (keep.id == drop.id)
        throw Error(Fault::refused, "same_record",
                    fmt::format("{} cannot be merged with itself", keep.short_id()));
    Store& store = writer.store();
    std::int64_t changed = 0;
    Record after = merged(keep, drop);
    // DROP is removed first, because two records cannot have the same addresses.
    const Record dropped = drop;
    writer.trash(drop);
    writer.change(keep, after);
    for (const Entity* entity : store.nouns())
        for (const std::int64_t id : linking_records(store, *entity, *dropped.entity, dropped.id)) {
            if (entity == keep.entity && (id == dropped.id || id == keep.id))
                continue;
            const auto before = store.find(*entity, id);
            if (!before)
                continue;
            Record then = *before;
            if (redirect(then, dropped, keep) && writer.relink(*before, then))
                ++changed;
        }
    kept(after);
    return changed;
}

}  // namespace crm::store
