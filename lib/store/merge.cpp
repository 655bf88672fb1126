#include "store/merge.hpp"

#include "base/names.hpp"
#include "base/text.hpp"
#include "meta/item_list.hpp"
#include "store/assign.hpp"
#include "store/incoming.hpp"
#include "store/unique.hpp"

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

/// How a record is found in the one that it was merged into.
std::string uid_reference(const Record& record) {
    return "uid:" + record.uid;
}

/// The fields in which two records are put together, one by one.
class Merger {
public:
    Merger(Store& store, const Record& keep, const Record& drop)
        : store_(store), keep_(keep), drop_(drop), out_(keep) {}

    Record run() {
        for (const FieldInfo& field : keep_.entity->fields())
            if (!field.is(meta::mirror) && !field.is(meta::derived))
                take(field);
        keep_differences();
        add_reference();
        redirect(out_, drop_, keep_);
        remove_links_to_itself();
        return std::move(out_);
    }
    std::vector<Difference> differences() { return std::move(differences_); }

private:
    void take(const FieldInfo& field) {
        const std::string_view name = field.name();
        if (name == "updated_at")
            return;
        if (field.type() == Type::rows)
            return unite(field, out_.rows[field.first], drop_.rows[field.first]);
        if (name == "created_at") {
            if (drop_.text(field) < keep_.text(field))
                copy(field);
            return;
        }
        if (empty(drop_.of(field)) || std::ranges::equal(drop_.of(field), keep_.of(field)))
            return;
        const bool opted_out = name == "do_not_mail" || name == "do_not_call";
        if (empty(keep_.of(field)) || (opted_out && drop_.number(field) != 0))
            return copy(field);
        if (field.type() == Type::extra || name == "description")
            return append(field, field.type() == Type::extra ? "\n" : "\n\n");
        if (field.is(meta::many))
            return unite_items(field);
        const bool same_name = &field == keep_.entity->name() &&
                               name_key(drop_.text(field)) == name_key(keep_.text(field));
        if (!opted_out && !same_name)
            differences_.push_back({&field, shown(field)});
    }

    void copy(const FieldInfo& field) {
        std::ranges::copy(drop_.of(field), out_.cells.begin() + static_cast<long>(field.first));
    }

    static void unite(const FieldInfo& field, std::vector<RowCells>& rows,
                      const std::vector<RowCells>& more) {
        rows.insert(rows.end(), more.begin(), more.end());
        unite_rows(field, rows);
    }

    void append(const FieldInfo& field, std::string_view separator) {
        const std::string& have = keep_.text(field);
        const std::string& more = drop_.text(field);
        if (have.find(more) == std::string::npos)
            out_.put(field, {Value(have + std::string(separator) + more)});
    }

    void unite_items(const FieldInfo& field) {
        meta::ItemList list(field, meta::read_items(keep_.text(field)));
        for (Item& item : meta::read_items(drop_.text(field))) {
            if (Item* same = list.find(item.value))
                meta::add_labels(*same, item.labels);
            else
                list.append(std::move(item));
        }
        out_.put(field, {Value(meta::items_text(list.items()))});
    }

    /// The other's value as a person reads it: of a link the name.
    std::string shown(const FieldInfo& field) {
        if (field.type() != Type::link)
            return meta::text(field, drop_.views(field));
        const auto cells = drop_.of(field);
        const auto* noun = std::get_if<std::int64_t>(&cells.front());
        const Entity* to = field.to;
        if (to == nullptr && noun != nullptr)
            to = store_.model().by_number(static_cast<int>(*noun));
        if (to == nullptr)
            return {};
        const std::string name = store_.name(*to, drop_.number(field));
        return name.empty() ? meta::short_id(*to, drop_.number(field)) : name;
    }

    void keep_differences() {
        const FieldInfo* extra = keep_.entity->find("extra");
        if (extra == nullptr)
            return;
        std::string lines = out_.text(*extra);
        for (const Difference& difference : differences_) {
            const std::string line =
                meta::extra_property(difference.field->name(), difference.text);
            const auto known = text::split(std::string_view(lines), '\n');
            if (std::ranges::find(known, line) == known.end())
                lines += (lines.empty() ? "" : "\n") + line;
        }
        if (!lines.empty())
            out_.put(*extra, {Value(std::move(lines))});
    }

    /// By its uid the other one is found here. A record that was merged before has its own.
    void add_reference() {
        const FieldInfo& refs = *keep_.entity->find("refs");
        std::vector<Item> items = meta::read_items(out_.text(refs));
        std::erase_if(items, [&](const Item& item) {
            return item.value == uid_reference(drop_) || item.value == uid_reference(keep_);
        });
        items.push_back({uid_reference(drop_), {}});
        out_.put(refs, {Value(meta::items_text(items))});
    }

    /// A link from one to the other would become a link to itself.
    void remove_links_to_itself() {
        for (const FieldInfo& field : keep_.entity->fields()) {
            if (field.type() == Type::link && field.to == keep_.entity && !field.is(meta::mirror) &&
                out_.number(field) == keep_.id)
                out_.put(field, {Value()});
            if (field.type() == Type::rows && field.rows.front().to == keep_.entity)
                std::erase_if(out_.rows[field.first], [&](const RowCells& row) {
                    return row[field.rows.front().cells - 1] == Value(keep_.id);
                });
        }
    }

    Store& store_;
    const Record& keep_;
    const Record& drop_;
    Record out_;
    std::vector<Difference> differences_;
};

void refuse_unlike(const Record& keep, const Record& drop) {
    if (keep.entity != drop.entity)
        throw Error(Fault::refused, "two_nouns",
                    fmt::format("{} is a {}, {} a {}", keep.short_id(), keep.entity->noun,
                                drop.short_id(), drop.entity->noun),
                    "only records of the same noun can be merged");
    if (keep.id == drop.id)
        throw Error(Fault::refused, "same_record",
                    fmt::format("{} cannot be merged with itself", keep.short_id()));
}

/// The record that has the same links as this one, though no two may.
std::optional<Record> twin_of(Store& store, const Record& record) {
    for (const UniqueKey& key : unique_keys(record))
        if (key.kind == UniqueKey::together)
            for (const std::int64_t id : holders(store, *record.entity, key))
                if (id != record.id)
                    return store.find(*record.entity, id);
    return {};
}

/// Whether of two records that join the same ones the first is further: a later word of a choice
/// that the program keeps, such as the rank of a member, else more values.
bool is_further(const Record& one, const Record& other) {
    for (const FieldInfo& field : one.entity->fields()) {
        if (field.type() != Type::choice || !field.is(meta::derived) || field.cells == 0)
            continue;
        const auto words = field.field->more.words;
        const auto place = [&](const Record& record) {
            return std::ranges::find(words, record.text(field)) - words.begin();
        };
        if (place(one) != place(other))
            return place(one) > place(other);
    }
    const auto values = [](const Record& record) {
        return std::ranges::count_if(record.cells,
                                     [](const Value& cell) { return cell != Value(); });
    };
    return values(one) > values(other);
}

/// Two records that join the same ones, but for a link to `from` in the first: one stays.
std::int64_t unite(Writer& writer, const Record& linking, const Record& twin, const Record& from,
                   const Record& to) {
    if (!is_further(linking, twin))
        return merge(writer, twin, linking).relinked + 1;
    const std::int64_t relinked = merge(writer, linking, twin).relinked;
    const Record before = writer.get(*linking.entity, linking.id);
    Record after = before;
    redirect(after, from, to);
    writer.relink(before, after);
    return relinked + 1;
}

/// Links of other records to `from` become links to `to`; how many records that changed. Those
/// that are then the same are merged, too.
std::int64_t relink(Writer& writer, const Record& from, const Record& to) {
    Store& store = writer.store();
    std::int64_t changed = 0;
    for (const Entity* entity : store.nouns())
        for (const std::int64_t id : linking_records(store, *entity, *from.entity, from.id)) {
            if (entity == to.entity && (id == from.id || id == to.id))
                continue;
            const auto before = store.find(*entity, id);
            if (!before)
                continue;
            Record after = *before;
            if (!redirect(after, from, to))
                continue;
            if (const auto twin = twin_of(store, after)) {
                changed += unite(writer, *before, *twin, from, to);
                continue;
            }
            if (writer.relink(*before, after))
                ++changed;
        }
    return changed;
}

/// A record that was restored after a merge, and is merged into another one, is no longer found in
/// the first.
void take_reference(Writer& writer, const Record& drop, const Record& keep) {
    Store& store = writer.store();
    const FieldInfo& refs = *drop.entity->find("refs");
    const std::string reference = uid_reference(drop);
    for (const std::int64_t id : store.look_up(meta::Lookup::ref, reference, *drop.entity)) {
        if (id == keep.id || id == drop.id)
            continue;
        const Record before = writer.get(*drop.entity, id);
        Record after = before;
        std::vector<Item> items = meta::read_items(before.text(refs));
        std::erase_if(items, [&](const Item& item) { return item.value == reference; });
        after.put(refs, {items.empty() ? Value() : Value(meta::items_text(items))});
        writer.change(before, after);
    }
}

}  // namespace

Merged merge(Writer& writer, const Record& keep, Record drop) {
    refuse_unlike(keep, drop);
    Merger merger(writer.store(), keep, drop);
    Merged out{.kept = merger.run(), .relinked = 0, .differences = merger.differences()};
    // DROP is removed first, because two records cannot have the same addresses.
    const Record dropped = drop;
    writer.trash_merged(drop);
    take_reference(writer, dropped, keep);
    writer.change(keep, out.kept);
    out.relinked = relink(writer, dropped, keep);
    return out;
}

}  // namespace crm::store
