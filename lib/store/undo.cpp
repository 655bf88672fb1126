#include "store/undo.hpp"

#include "sql/expression.hpp"
#include "store/assign.hpp"
#include "store/consent.hpp"
#include "store/incoming.hpp"
#include "store/row_history.hpp"
#include "store/undo_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>

namespace crm::store {

using meta::Entity;
using meta::FieldInfo;
using sql::quoted;

namespace {

[[noreturn]] void refuse_undo(std::int64_t operation, std::string why, std::string hint = {}) {
    throw Error(Fault::refused, "cannot_undo",
                fmt::format("operation {} cannot be undone: {}", operation, why), std::move(hint));
}

/// The last operation after `operation` that is not undone and changed the record (and the field,
/// where one is given); 0 if there is none.
std::int64_t later(Store& store, const HistoryChange& change, std::int64_t operation,
                   std::string_view field) {
    const Found found{change.entity, change.record};
    for (const Operation& o : operations(store, &found, -1)) {
        if (o.id <= operation || o.undone_by != 0 || o.undoes != 0)
            continue;
        if (field.empty())
            return o.id;
        for (const HistoryChange& c : changes(store, o.id, &found))
            if (c.field == field)
                return o.id;
    }
    return 0;
}

constexpr std::string_view referencing = R"(
SELECT t."id", x.{column}
FROM {table} x
JOIN {noun} t ON t."id" = x.{record}
WHERE x.{column} BETWEEN ?1 AND ?2{and_noun} AND {live}
  AND NOT EXISTS (
    SELECT 1 FROM "change" c
    WHERE c."operation" = ?3 AND c."action" IN ('add', 'readd') AND c."noun" = {number}
      AND t."id" BETWEEN c."record" AND c."through")
  AND NOT EXISTS (
    SELECT 1 FROM "change" c
    WHERE c."operation" = ?3 AND c."field" = ?4 AND c."noun" = {number} AND c."record" = t."id")
LIMIT 1)";

/// Refuses the undo if records that the operation did not add itself link to one of the records
/// that would be removed.
void refuse_if_referenced(Store& store, const HistoryChange& run) {
    for (const Entity* noun : store.nouns())
        for (const IncomingLink& link : incoming_links(*noun, *run.entity)) {
            const std::string_view field = link.field->name();
            sql::Statement get = store.db().prepare(fmt::format(
                referencing, fmt::arg("column", link.column()), fmt::arg("table", link.table()),
                fmt::arg("noun", quoted(noun->noun)), fmt::arg("record", link.record_column()),
                fmt::arg("and_noun", link.and_noun("x")), fmt::arg("live", sql::live("t")),
                fmt::arg("number", noun->number)));
            get.with(run.record, run.through, run.operation, field);
            if (!get.step())
                continue;
            const std::string who = meta::short_id(*noun, get.integer(0));
            const std::string what = meta::short_id(*run.entity, get.integer(1));
            refuse_undo(run.operation,
                        fmt::format("{} of {} is {}, which it added", field, who, what),
                        fmt::format("crm {} edit {} {}= first", noun->noun, who, field));
        }
}

[[noreturn]] void refuse_purged(const Entity& entity, std::int64_t record, std::int64_t operation,
                                std::string_view when) {
    refuse_undo(operation, fmt::format("{} was purged{}", meta::short_id(entity, record), when),
                "purged records can only be restored from a backup");
}

/// What somebody said stays said: only what they say later counts.
void refuse_consent(Store& store, std::int64_t operation) {
    const auto lines = ConsentLedger(store).lines_of(operation);
    if (lines.empty())
        return;
    const bool objected = std::ranges::find(lines, "out", &ConsentLine::act) != lines.end();
    refuse_undo(operation,
                objected ? "an objection stays until its owner agrees again"
                         : "what somebody agreed to stays in the history of consent",
                objected ? "crm consent add ADDRESS --basis 'asked for it' --proof FILE"
                         : "crm suppress add ADDRESS ends it");
}

/// What an operation did, in the order in which it is undone: records are restored first and
/// removed last, so that the targets of links exist.
std::vector<HistoryChange> changes_to_undo(Store& store, std::int64_t operation) {
    std::vector<HistoryChange> all = changes(store, operation, nullptr);
    if (all.empty())
        refuse_consent(store, operation);
    for (const HistoryChange& c : all) {
        if (c.entity == nullptr)
            refuse_undo(operation,
                        "it changed records of a noun that this version of crm does not have");
        if (c.action == "purge")
            refuse_purged(*c.entity, c.record, operation, "");
    }
    std::ranges::reverse(all);
    std::ranges::stable_partition(all, [](const HistoryChange& c) { return c.action == "unadd"; });
    std::ranges::stable_partition(
        all, [](const HistoryChange& c) { return c.action != "add" && c.action != "readd"; });
    return all;
}

/// Undoes one operation, through a writer.
class Undo {
public:
    Undo(Writer& writer, Resolver& resolver, std::int64_t operation, const ReportUndo& report)
        : store_(writer.store()),
          undo_changes_(writer),
          resolver_(resolver),
          operation_(operation),
          report_(report),
          clock_(writer.info().clock),
          reading_{.clock = &clock_, .currency = store_.currency(), .kept = true} {}

    TakenBack run() {
        const std::vector<HistoryChange> all = changes_to_undo(store_, operation_);
        for (std::span<const HistoryChange> left = all; !left.empty();) {
            const HistoryChange& first = left.front();
            if (is_run(first)) {
                if (first.action == "unadd")
                    bring_back(first);
                else
                    take_away(first);
                left = left.subspan(1);
                continue;
            }
            // Consecutive changes of one record are undone together.
            const auto end = std::ranges::find_if(left, [&](const HistoryChange& c) {
                return c.entity != first.entity || c.record != first.record || is_run(c);
            });
            const auto count = static_cast<std::size_t>(end - left.begin());
            put_back(left.first(count));
            left = left.subspan(count);
        }
        if (taken_back_.all > 0 && taken_back_.left == taken_back_.all)
            refuse_undo(operation_, "its mail has left");
        try {
            undo_changes_.check_settled();
        } catch (const Error& e) {
            refuse_undo(operation_, e.message, e.hint);
        }
        undo_changes_.undoes(operation_);
        return taken_back_;
    }

private:
    static bool is_run(const HistoryChange& c) {
        return c.action == "add" || c.action == "readd" || c.action == "unadd";
    }

    void take_away(const HistoryChange& run) {
        refuse_if_purged(run);
        refuse_if_done(run, "IS NOT NULL", "unadd", "removed");
        for (const std::int64_t id :
             store_.touched_after(*run.entity, run.record, run.through, operation_)) {
            const HistoryChange one{run.operation, run.entity, id, id, {}, {}, {}, {}};
            if (const std::int64_t by = later(store_, one, operation_, {}); by != 0)
                refuse_undo(operation_,
                            fmt::format("{} was changed later, by operation {}",
                                        meta::short_id(*run.entity, id), by),
                            fmt::format("crm undo {}", by));
        }
        refuse_if_referenced(store_, run);
        std::int64_t first = run.record;
        if (undo_changes_.takes_back(*run.entity))
            for (std::int64_t id = run.record; id <= run.through; ++id)
                if (stays(*run.entity, id)) {
                    unadd(*run.entity, first, id - 1);
                    first = id + 1;
                }
        unadd(*run.entity, first, run.through);
    }

    /// Takes back what came of a record.
    bool stays(const Entity& entity, std::int64_t id) {
        const TakenBack one = undo_changes_.take_back(store_.get(entity, id));
        taken_back_.all += one.all;
        taken_back_.left += one.left;
        return one.stays;
    }

    void unadd(const Entity& entity, std::int64_t first, std::int64_t last) {
        if (first <= last)
            undo_changes_.unadd(entity, first, last,
                                [&](std::int64_t id) { report_(entity, id, "removed"); });
    }

    /// Refuses what another undo has done since: undoing this undo would then not be its opposite.
    void refuse_if_done(const HistoryChange& run, std::string_view undone, std::string_view action,
                        std::string_view done) {
        sql::Statement found = store_.db().prepare(fmt::format(
            R"(SELECT "id" FROM {} WHERE "id" BETWEEN ?1 AND ?2 AND "undone" {} LIMIT 1)",
            quoted(run.entity->noun), undone));
        if (!found.with(run.record, run.through).step())
            return;
        const std::int64_t id = found.integer(0);
        sql::Statement last = store_.db().prepare(R"(
            SELECT max("operation") FROM "change"
            WHERE "noun" = ?1 AND "record" <= ?2 AND "through" >= ?2 AND "action" = ?3)");
        last.with(run.entity->number, id, action).step();
        const std::int64_t by = last.integer(0);
        refuse_undo(operation_,
                    fmt::format("{} was {} later, by operation {}", meta::short_id(*run.entity, id),
                                done, by),
                    fmt::format("crm undo {}", by));
    }

    void refuse_if_purged(const HistoryChange& run) {
        sql::Statement purged = store_.db().prepare(R"(
            SELECT "record" FROM "change"
            WHERE "noun" = ?1 AND "record" BETWEEN ?2 AND ?3 AND "action" = 'purge'
            LIMIT 1)");
        if (purged.with(run.entity->number, run.record, run.through).step())
            refuse_purged(*run.entity, purged.integer(0), operation_, " since");
    }

    void bring_back(const HistoryChange& run) {
        refuse_if_purged(run);
        refuse_if_done(run, "IS NULL", "readd", "restored");
        undo_changes_.readd(*run.entity, run.record, run.through,
                            [&](std::int64_t id) { report_(*run.entity, id, "restored"); });
    }

    void put_back(std::span<const HistoryChange> changes) {
        const Entity& entity = *changes.front().entity;
        const std::optional<Record> kept = store_.find(entity, changes.front().record);
        if (!kept)
            refuse_purged(entity, changes.front().record, operation_, " since");
        const Record& before = *kept;
        Record after = before;
        std::string updated_at;
        bool moved = false;
        for (const HistoryChange& change : changes) {
            if (change.action == "trash" || change.action == "restore") {
                if (after.deleted_at != change.new_value)
                    refuse_conflict(change, "");
                after.deleted_at = change.old_value;
                moved = true;
            } else if (change.field == "uid") {
                if (after.uid != change.new_value)
                    refuse_conflict(change, "uid");
                after.uid = change.old_value;
            } else if (change.field == "updated_at") {
                if (after.text(*entity.find("updated_at")) == change.new_value)
                    updated_at = change.old_value;
            } else {
                put_back_field(change, after);
            }
        }
        undo_changes_.put_back(before, after, updated_at);
        report_(entity, after.id,
                moved ? (after.deleted_at.empty() ? "restored" : "removed") : "updated");
    }

    void put_back_field(const HistoryChange& change, Record& after) {
        const FieldInfo* field = change.entity->find(change.field);
        if (field == nullptr)
            refuse_undo(operation_, fmt::format("{} no longer has the field {}",
                                                change.entity->noun, change.field));
        if (keeps_last_rows(*field))
            return put_back_rows(change, *field, after);
        if (history_text(after, *field, store_.model()) != change.new_value)
            refuse_conflict(change, change.field);
        auto done =
            apply(after, {.field = field, .op = Assignment::Op::set, .text = change.old_value},
                  resolver_, reading_);
        if (!done)
            refuse_undo(operation_, done.error().message);
    }

    void put_back_rows(const HistoryChange& change, const FieldInfo& field, Record& after) {
        if (!remove_last_rows(after, field, change.new_value, store_.model()))
            refuse_conflict(change, change.field);
        Record old(*change.entity);
        auto done =
            apply(old, {.field = &field, .op = Assignment::Op::set, .text = change.old_value},
                  resolver_, reading_);
        if (!done)
            refuse_undo(operation_, done.error().message);
        std::ranges::move(old.rows[field.first], std::back_inserter(after.rows[field.first]));
    }

    /// `field`: what was changed later; empty for the record itself.
    [[noreturn]] void refuse_conflict(const HistoryChange& change, std::string_view field) {
        const std::int64_t by = later(store_, change, operation_, field);
        const std::string id = meta::short_id(*change.entity, change.record);
        refuse_undo(operation_,
                    (field.empty() ? id + " was removed or restored later"
                                   : fmt::format("{} of {} was changed later", field, id)) +
                        (by == 0 ? "" : fmt::format(", by operation {}", by)),
                    by == 0 ? "" : fmt::format("crm undo {}", by));
    }

    Store& store_;
    UndoChanges undo_changes_;
    Resolver& resolver_;
    std::int64_t operation_;
    const ReportUndo& report_;
    TakenBack taken_back_;
    const Clock& clock_;
    const meta::Reading reading_;
};

}  // namespace

TakenBack undo(Writer& writer, Resolver& resolver, const Operation& operation,
               const ReportUndo& report) {
    return Undo(writer, resolver, operation.id, report).run();
}

}  // namespace crm::store
