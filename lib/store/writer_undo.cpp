#include "store/writer.hpp"

#include <fmt/format.h>

#include <algorithm>

/// What only an undo does to records: making them as if they had never been added, bringing them
/// back, and putting fields back together with their times.
namespace crm::store {

using meta::Entity;
using sql::quoted;

void Writer::unadd(const Entity& entity, std::int64_t first, std::int64_t last,
                   const std::function<void(std::int64_t)>& tell) {
    auto& db = store_.db();
    const std::string table = quoted(entity.noun), range = " WHERE \"id\" BETWEEN ?1 AND ?2";
    log_.run(entity, first, last, "unadd");
    sql::Statement all = db.prepare("SELECT \"id\" FROM " + table + range +
                                    " AND \"undone\" IS NULL ORDER BY \"id\"");
    all.with(first, last);
    while (all.step())
        tell(all.integer(0));
    // Whole runs at once: an import of many thousand records is taken back in a second.
    unindex_run(entity, first, last);
    lookups_.remove(entity, first, last);
    db.prepare("DELETE FROM " + quoted(std::string(entity.noun) + "_words") + range)
        .with(first, last)
        .run();
    // The moment of deletion it had, if it lay in the trash, is kept behind a mark: "trash 2026-…".
    db.prepare("UPDATE " + table +
               " SET \"undone\"=CASE WHEN \"deleted_at\" IS NULL THEN 1 ELSE 2 END, "
               "\"deleted_at\"=coalesce(\"deleted_at\", ?3)" +
               range + " AND \"undone\" IS NULL")
        .with(first, last, now_)
        .run();
}

void Writer::readd(const Entity& entity, std::int64_t first, std::int64_t last,
                   const std::function<void(std::int64_t)>& tell) {
    auto& db = store_.db();
    const std::string table = quoted(entity.noun), range = " WHERE \"id\" BETWEEN ?1 AND ?2";
    log_.run(entity, first, last, "readd");
    db.prepare("UPDATE " + table +
               " SET \"deleted_at\"=CASE \"undone\" WHEN 1 THEN NULL ELSE \"deleted_at\" END, "
               "\"undone\"=NULL" +
               range + " AND \"undone\" IS NOT NULL")
        .with(first, last)
        .run();
    sql::Statement all = db.prepare("SELECT \"id\" FROM " + table + range + " ORDER BY \"id\"");
    all.with(first, last);
    std::vector<std::int64_t> ids;
    while (all.step())
        ids.push_back(all.integer(0));
    for (std::int64_t id : ids) {
        const Record after = store_.get(entity, id);
        Record before = after;
        before.deleted_at = now_;
        if (after.deleted_at.empty())
            rederive(before, after);
        gate_.put_back(entity, id);
        tell(id);
    }
}

void Writer::put_back(const Record& before, Record& after, const std::string& updated_at) {
    const std::string deleted_at = after.deleted_at;
    after.deleted_at = before.deleted_at;
    align_mirrors(after);
    gate_.put_back(&before, after);
    update(before, after);
    if (deleted_at != before.deleted_at)
        move_to(after, deleted_at);
    if (updated_at.empty())
        return;
    // The last change was the one that is taken back: the time is what it was before.
    store_.db()
        .prepare(fmt::format("UPDATE {} SET \"updated_at\"=?2 WHERE \"id\"=?1",
                             quoted(after.entity->noun)))
        .with(after.id, updated_at)
        .run();
    log_.correct(after, "updated_at", updated_at);
}

void Writer::check_settled() {
    flush_pending();
    gate_.check_settled();
}

void Writer::undoes(std::int64_t undone) {
    log_.undoes(undone);
}

}  // namespace crm::store
