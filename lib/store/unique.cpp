#include "store/unique.hpp"

#include "base/id.hpp"
#include "meta/item_list.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <unordered_set>

namespace crm::store {

using meta::Entity;
using meta::FieldInfo;
using sql::quoted;

namespace {

/// The record that the cells of a link lead to; nothing where it is empty.
std::optional<std::string> linked_id(const FieldInfo& link, std::span<const View> cells,
                                     const meta::Model& model) {
    const Entity* to = link.to;
    if (cells.back().null())
        return {};
    if (to == nullptr)
        to = model.by_number(static_cast<int>(cells.front().number));
    if (to == nullptr)
        return {};
    return meta::short_id(*to, cells.back().number);
}

/// "m1 c12"; empty where one of them is.
std::string links_of(const Entity& entity,
                     const std::function<std::vector<View>(const FieldInfo&)>& cells) {
    std::string out;
    for (const FieldInfo* link : entity.unique_together()) {
        const auto id = linked_id(*link, cells(*link), entity.model());
        if (!id)
            return {};
        out += (out.empty() ? "" : " ") + *id;
    }
    return out;
}

std::string links_of(const Record& record) {
    return links_of(*record.entity, [&](const FieldInfo& link) { return record.views(link); });
}

std::string link_columns(const Entity& entity) {
    std::string out;
    for (const FieldInfo* link : entity.unique_together())
        for (const auto& column : link->columns)
            out += (out.empty() ? "" : ", ") + quoted(column.name);
    return out;
}

/// Calls `each` with the links and the id of live records: of all, or of those that link to the
/// number `last` by the last link.
void each_linking(Store& store, const Entity& entity, std::int64_t last,
                  const std::function<void(std::string, std::int64_t)>& each) {
    const FieldInfo& link = *entity.unique_together().back();
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT {}, "id" FROM {} WHERE "deleted_at" IS NULL AND "undone" IS NULL{})",
        link_columns(entity), quoted(entity.noun),
        last == 0 ? "" : fmt::format(" AND {} = ?1", quoted(link.columns.back().name))));
    if (last != 0)
        get.with(last);
    while (get.step()) {
        int at = 0;
        std::string links = links_of(entity, [&](const FieldInfo& field) {
            std::vector<View> cells;
            for (std::size_t i = 0; i < field.columns.size(); ++i, ++at)
                cells.push_back(get.null(at) ? View() : View(get.integer(at)));
            return cells;
        });
        if (!links.empty())
            each(std::move(links), get.integer(at));
    }
}

}  // namespace

std::vector<UniqueKey> unique_keys(const Record& record) {
    std::vector<UniqueKey> keys;
    if (!record.uid.empty())
        keys.push_back({UniqueKey::uid, record.uid});
    if (std::string links = links_of(record); !links.empty())
        keys.push_back({UniqueKey::together, std::move(links)});
    for (const FieldInfo* field : record.entity->lookups()) {
        if (!field->is(meta::unique) || record.text(*field).empty())
            continue;
        const int kind = static_cast<int>(*meta::lookup_kind(*field));
        for (std::string& key : meta::lookup_keys(*field, record.views(*field)))
            keys.push_back({kind, std::move(key)});
    }
    return keys;
}

std::vector<UniqueKey> new_unique_keys(const Record* before, const Record& after) {
    if (before == nullptr)
        return unique_keys(after);
    std::vector<UniqueKey> keys;
    if (!after.uid.empty() && after.uid != before->uid)
        keys.push_back({UniqueKey::uid, after.uid});
    if (std::string links = links_of(after); !links.empty() && links != links_of(*before))
        keys.push_back({UniqueKey::together, std::move(links)});
    for (const FieldInfo* field : after.entity->lookups()) {
        const std::string &was = before->text(*field), &is = after.text(*field);
        if (!field->is(meta::unique) || is.empty() || was == is)
            continue;
        const auto keys_of = [&](std::string_view text) {
            return meta::lookup_keys(*field, std::array{View(text)});
        };
        // Most lists only grow.
        const auto more = field->is(meta::many) ? meta::appended_items(was, is) : std::nullopt;
        std::unordered_set<std::string> had;
        if (!more)
            for (std::string& key : keys_of(was))
                had.insert(std::move(key));
        for (std::string& key : keys_of(more.value_or(is)))
            if (!had.contains(key))
                keys.push_back({static_cast<int>(*meta::lookup_kind(*field)), std::move(key)});
    }
    return keys;
}

std::vector<std::int64_t> holders(Store& store, const Entity& entity, const UniqueKey& key) {
    if (key.kind == UniqueKey::together) {
        std::vector<std::int64_t> out;
        const std::string_view last = std::string_view(key.text).substr(key.text.rfind(' ') + 1);
        const std::size_t digits = last.find_first_of("0123456789");
        each_linking(store, entity, std::stoll(std::string(last.substr(digits))),
                     [&](const std::string& links, std::int64_t id) {
                         if (links == key.text)
                             out.push_back(id);
                     });
        return out;
    }
    if (key.kind != UniqueKey::uid)
        return store.look_up(static_cast<meta::Lookup>(key.kind), key.text, entity);
    return store.by_uid(entity, key.text);
}

std::uint64_t UniqueKeys::digest_of(const Entity& entity, const UniqueKey& key) {
    // A seed of its own: who writes a file cannot make its values meet.
    if (seed_ == 0)
        seed_ = random_bits() | 1;
    bytes_.clear();
    bytes_ += static_cast<char>(entity.number);
    bytes_ += static_cast<char>(key.kind);
    bytes_ += key.text;
    return digest(bytes_, seed_);
}

std::optional<Taken> UniqueKeys::taken(const Record* before, const Record& after) {
    fresh_.clear();
    if (!after.deleted_at.empty())
        return {};  // what is in the trash holds nothing
    const Entity& entity = *after.entity;
    for (UniqueKey& key : new_unique_keys(before, after)) {
        const std::uint64_t digest = digest_of(entity, key);
        fresh_.push_back(digest);
        if (const std::int64_t* id = held_.find(digest))
            if (auto other = holds(entity, key, *id, after.id))
                return Taken{std::move(key), std::move(*other)};
        if (auto other = stored(entity, key, after.id))
            return Taken{std::move(key), std::move(*other)};
    }
    return {};
}

void UniqueKeys::hold(std::int64_t id) {
    for (const std::uint64_t digest : fresh_)
        held_.assign(digest, id);
    fresh_.clear();
}

/// The record, if it is live, another than `self` and has the value now: since it was noted, it may
/// have changed.
std::optional<Record> UniqueKeys::holds(const Entity& entity, const UniqueKey& key, std::int64_t id,
                                        std::int64_t self) {
    if (id == self)
        return {};
    auto record = context_.find(entity, id);
    if (!record || !record->deleted_at.empty())
        return {};
    const auto keys = unique_keys(*record);
    if (std::ranges::find(keys, key) == keys.end())
        return {};
    return record;
}

std::optional<Record> UniqueKeys::stored(const Entity& entity, const UniqueKey& key,
                                         std::int64_t self) {
    const std::int64_t last = last_before_(entity);
    if (last == 0)
        return {};
    Asked& asked = asked_[{entity.number, key.kind}];
    if (asked.all_read)
        return {};
    // One question costs about as much as reading sixteen values in their order.
    if (++asked.times * 16 > last && asked.times > 64) {
        read_all(entity, key.kind);
        asked.all_read = true;
    }
    for (const std::int64_t id : holders(context_.store(), entity, key))
        if (auto other = holds(entity, key, id, self))
            return other;
    return {};
}

void UniqueKeys::read_all(const Entity& entity, int kind) {
    if (kind == UniqueKey::together)
        return each_linking(context_.store(), entity, 0, [&](std::string links, std::int64_t id) {
            held_.insert(digest_of(entity, {kind, std::move(links)}), id);
        });
    sql::Statement all =
        kind == UniqueKey::uid
            ? context_.store().db().prepare(fmt::format(
                  R"(SELECT "uid", "id" FROM {} WHERE "deleted_at" IS NULL AND "undone" IS NULL)",
                  quoted(entity.noun)))
            : context_.store().db().prepare(
                  R"(SELECT "key", "record" FROM "lookup" WHERE "kind" = ?1 AND "noun" = ?2)");
    if (kind != UniqueKey::uid)
        all.with(kind, entity.number);
    while (all.step())
        held_.insert(digest_of(entity, {kind, std::string(all.text(0))}), all.integer(1));
}

}  // namespace crm::store
