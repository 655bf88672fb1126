#include "store/undo.hpp"

#include "sql/expression.hpp"
#include "store/assign.hpp"
#include "store/incoming.hpp"
#include "store/undo_changes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::store {

using meta::Entity;
using meta::FieldInfo;
using sql::quoted;

namespace {

[[noreturn]] void refuse(std::int64_t operation, std::string why, std::string hint = {}) {
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
            refuse(run.operation, fmt::format("{} of {} is {}, which it added", field, who, what),
                   fmt::format("crm {} edit {} {}= first", noun->word, who, field));
        }
}

}  // namespace

void undo(Writer& writer, Resolver& resolver, const Operation& operation,
          const std::function<void(const Entity&, std::int64_t, std::string_view)>& tell) {
    Store& store = writer.store();
    UndoChanges undo_changes(writer);
    std::vector<HistoryChange> all = changes(store, operation.id, nullptr);
    for (const HistoryChange& c : all) {
        if (c.entity == nullptr)
            refuse(operation.id,
                   "it changed records of a noun that this version of crm does not have");
        if (c.action == "purge")
            refuse(operation.id, fmt::format("{} was purged", meta::short_id(*c.entity, c.record)),
                   "purged records can only be restored from a backup");
    }
    // Records are restored first and removed last, so that the targets of links exist.
    std::ranges::reverse(all);
    std::ranges::stable_partition(all, [](const HistoryChange& c) { return c.action == "unadd"; });
    std::ranges::stable_partition(
        all, [](const HistoryChange& c) { return c.action != "add" && c.action != "readd"; });

    const Clock& clock = writer.info().clock;
    const meta::Reading how{.clock = &clock, .currency = store.currency(), .kept = true};
    for (std::size_t i = 0; i < all.size();) {
        const HistoryChange& c = all[i];
        if (c.action == "add" || c.action == "readd") {
            for (std::int64_t id = c.record; id <= c.through; ++id) {
                const HistoryChange one{c.operation, c.entity, id, id, {}, {}, {}, {}};
                if (store.touched_after(*c.entity, id, operation.id))
                    if (const std::int64_t by = later(store, one, operation.id, {}); by != 0)
                        refuse(operation.id,
                               fmt::format("{} was changed later, by operation {}",
                                           meta::short_id(*c.entity, id), by),
                               fmt::format("crm undo {}", by));
            }
            refuse_if_referenced(store, c);
            undo_changes.unadd(*c.entity, c.record, c.through,
                               [&](std::int64_t id) { tell(*c.entity, id, "removed"); });
            ++i;
            continue;
        }
        if (c.action == "unadd") {
            sql::Statement purged = store.db().prepare(
                "SELECT 1 FROM \"change\" WHERE \"noun\"=?1 AND \"record\" BETWEEN ?2 AND ?3 AND "
                "\"action\"='purge' LIMIT 1");
            if (purged.with(c.entity->number, c.record, c.through).step())
                refuse(operation.id,
                       fmt::format("{} was purged since", meta::short_id(*c.entity, c.record)),
                       "purged records can only be restored from a backup");
            undo_changes.readd(*c.entity, c.record, c.through,
                               [&](std::int64_t id) { tell(*c.entity, id, "restored"); });
            ++i;
            continue;
        }
        // Consecutive changes of one record are undone together.
        const Record before = store.get(*c.entity, c.record);
        Record after = before;
        std::string updated_at;
        bool moved = false;
        for (; i < all.size() && all[i].entity == c.entity && all[i].record == c.record &&
               all[i].action != "add" && all[i].action != "unadd" && all[i].action != "readd";
             ++i) {
            const HistoryChange& one = all[i];
            const auto conflict = [&](std::string_view field) {
                const std::int64_t by = later(store, one, operation.id, field);
                const std::string id = meta::short_id(*one.entity, one.record);
                refuse(operation.id,
                       (field.empty() ? id + " was removed or restored later"
                                      : fmt::format("{} of {} was changed later", field, id)) +
                           (by == 0 ? "" : fmt::format(", by operation {}", by)),
                       by == 0 ? "" : fmt::format("crm undo {}", by));
            };
            if (one.action == "trash" || one.action == "restore") {
                if (after.deleted_at != one.new_value)
                    conflict("");
                after.deleted_at = one.old_value;
                moved = true;
            } else if (one.field == "uid") {
                if (after.uid != one.new_value)
                    conflict("uid");
                after.uid = one.old_value;
            } else if (one.field == "updated_at") {
                if (after.text(*one.entity->find("updated_at")) == one.new_value)
                    updated_at = one.old_value;
            } else {
                const FieldInfo* field = one.entity->find(one.field);
                if (field == nullptr)
                    refuse(operation.id, fmt::format("{} no longer has the field {}",
                                                     one.entity->noun, one.field));
                if (history_text(after, *field, store.model()) != one.new_value)
                    conflict(one.field);
                auto done =
                    apply(after, {.field = field, .op = Assignment::Op::set, .text = one.old_value},
                          resolver, how);
                if (!done)
                    refuse(operation.id, done.error().message);
            }
        }
        undo_changes.put_back(before, after, updated_at);
        tell(*c.entity, c.record,
             moved ? (after.deleted_at.empty() ? "restored" : "removed") : "updated");
    }
    try {
        undo_changes.check_settled();
    } catch (const Error& e) {
        refuse(operation.id, e.message, e.hint);
    }
    undo_changes.undoes(operation.id);
}

}  // namespace crm::store
