#include "store/lookup_table.hpp"

#include "meta/type.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace crm::store {

using meta::FieldInfo;

namespace {

using Key = std::pair<int, std::string>;

std::set<Key> keys_of(const Record& record) {
    std::set<Key> keys;
    if (!record.deleted_at.empty())
        return keys;
    for (const FieldInfo* field : record.entity->lookups())
        for (std::string& key : meta::lookup_keys(*field, record.views(*field)))
            keys.emplace(static_cast<int>(*meta::lookup_kind(*field)), std::move(key));
    return keys;
}

}  // namespace

LookupTable::LookupTable(Store& store) : store_(store) {
    in_ = store.db().prepare(R"(
        INSERT INTO "lookup"("kind", "key", "noun", "record") VALUES(?1, ?2, ?3, ?4)
        ON CONFLICT DO NOTHING)");
}

void LookupTable::add(const meta::Entity& entity, std::int64_t record,
                      std::span<const View> cells) {
    for (const FieldInfo* field : entity.lookups())
        for (const std::string& key : meta::lookup_keys(*field, cells.subspan(field->first, 1)))
            waiting_.add(static_cast<int>(*meta::lookup_kind(*field)), key, entity.number, record);
}

void LookupTable::change(const Record& before, const Record& after) {
    const std::set<Key> old_keys = keys_of(before), new_keys = keys_of(after);
    for (const auto& [kind, key] : new_keys)
        if (!old_keys.contains({kind, key}))
            waiting_.add(kind, key, after.entity->number, after.id);
    std::vector<Key> gone;
    std::ranges::set_difference(old_keys, new_keys, std::back_inserter(gone));
    if (gone.empty())
        return;
    flush();
    if (!out_)
        out_ = store_.db().prepare(R"(
            DELETE FROM "lookup"
            WHERE "kind" = ?1 AND "key" = ?2 AND "noun" = ?3 AND "record" = ?4)");
    for (const auto& [kind, key] : gone)
        out_.with(kind, key, after.entity->number, after.id).run();
}

void LookupTable::remove(const meta::Entity& entity, std::int64_t first, std::int64_t last) {
    store_.db()
        .prepare(R"(DELETE FROM "lookup" WHERE "noun" = ?1 AND "record" BETWEEN ?2 AND ?3)")
        .with(entity.number, first, last)
        .run();
}

/// In the order of the keys every insertion goes to the end of the tree.
void LookupTable::flush() {
    Lookups::Merge rows(waiting_);
    Lookup row{};
    if (waiting_.size() < 64) {
        while (rows.next(row))
            in_.with(row.kind, row.key, row.noun, row.record).run();
    } else {
        static const std::vector<std::string> columns{"kind", "key", "noun", "record"};
        store_.db().load("lookup", columns, [&](std::span<View> cells) {
            if (!rows.next(row))
                return false;
            cells[0] = static_cast<std::int64_t>(row.kind);
            cells[1] = row.key;
            cells[2] = static_cast<std::int64_t>(row.noun);
            cells[3] = row.record;
            return true;
        });
    }
    waiting_.clear();
}

}  // namespace crm::store
