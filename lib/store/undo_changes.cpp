#include "store/undo_changes.hpp"

#include <fmt/format.h>

#include <vector>

namespace crm::store {

using meta::Entity;
using sql::quoted;

namespace {

constexpr std::string_view in_range = R"( WHERE "id" BETWEEN ?1 AND ?2)";

}  // namespace

void UndoChanges::unadd(const Entity& entity, std::int64_t first, std::int64_t last,
                        const std::function<void(std::int64_t)>& report) {
    auto& db = writer_.store_.db();
    const std::string table = quoted(entity.noun);
    writer_.log_.run(entity, first, last, "unadd");
    sql::Statement all = db.prepare(fmt::format(
        R"(SELECT "id" FROM {}{} AND "undone" IS NULL ORDER BY "id")", table, in_range));
    all.with(first, last);
    while (all.step())
        report(all.integer(0));
    // Whole runs at once: an import of many thousand records is taken back in a second.
    writer_.tables(entity).remove_derived(first, last);
    // Of a record that was in the trash already, the time of its deletion is kept.
    db.prepare(fmt::format(R"(
          UPDATE {} SET
            "undone" = CASE WHEN "deleted_at" IS NULL THEN 1 ELSE 2 END,
            "deleted_at" = coalesce("deleted_at", ?3){} AND "undone" IS NULL)",
                           table, in_range))
        .with(first, last, writer_.now_)
        .run();
}

void UndoChanges::readd(const Entity& entity, std::int64_t first, std::int64_t last,
                        const std::function<void(std::int64_t)>& report) {
    auto& db = writer_.store_.db();
    const std::string table = quoted(entity.noun);
    writer_.log_.run(entity, first, last, "readd");
    db.prepare(fmt::format(R"(
          UPDATE {} SET
            "deleted_at" = CASE "undone" WHEN 1 THEN NULL ELSE "deleted_at" END,
            "undone" = NULL{} AND "undone" IS NOT NULL)",
                           table, in_range))
        .with(first, last)
        .run();
    sql::Statement all =
        db.prepare(fmt::format(R"(SELECT "id" FROM {}{} ORDER BY "id")", table, in_range));
    all.with(first, last);
    std::vector<std::int64_t> ids;
    while (all.step())
        ids.push_back(all.integer(0));
    for (const std::int64_t id : ids) {
        const Record after = writer_.store_.get(entity, id);
        Record before = after;
        before.deleted_at = writer_.now_;
        if (after.deleted_at.empty())
            writer_.tables(entity).rederive(before, after);
        writer_.gate_.put_back(entity, id);
        report(id);
    }
}

void UndoChanges::put_back(const Record& before, Record& after, const std::string& updated_at) {
    const std::string deleted_at = after.deleted_at;
    after.deleted_at = before.deleted_at;
    align_mirrors(after);
    writer_.gate_.put_back(&before, after);
    const bool is_logged = writer_.update(before, after);
    if (deleted_at != before.deleted_at)
        writer_.move_to(after, deleted_at);
    if (updated_at.empty())
        return;
    NounTables& noun = writer_.tables(*after.entity);
    noun.records.update_updated_at(after.id, updated_at);
    if (is_logged)
        writer_.log_.correct(after, "updated_at", updated_at);
    else  // an operation that changed the record there and back
        writer_.log(after, "set", "updated_at", before.text(noun.updated_at), updated_at);
}

bool UndoChanges::takes_back(const Entity& entity) const {
    return writer_.gate_.takes_back(entity);
}

TakenBack UndoChanges::take_back(const Record& record) {
    return writer_.gate_.take_back(record);
}

void UndoChanges::check_settled() {
    writer_.write_waiting();
    writer_.gate_.check_settled();
}

void UndoChanges::undoes(std::int64_t operation) {
    writer_.log_.undoes(operation);
}

}  // namespace crm::store
