#include "store/writer.hpp"

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "store/incoming.hpp"
#include "store/writer_noun.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace crm::store {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;
using sql::quoted;

namespace {

std::string marks(std::size_t n) {
    std::string out;
    for (std::size_t i = 1; i <= n; ++i)
        out += (i > 1 ? ",?" : "?") + std::to_string(i);
    return out;
}

}  // namespace

Writer::Writer(Store& store, OperationInfo info)
    : store_(store),
      info_(std::move(info)),
      transaction_(store.db(), info_.wait),
      uuids_(info_.now.seconds),
      now_(info_.now.iso()),
      log_(store, now_, info_.user, info_.command),
      rows_(store),
      lookups_(store),
      tags_(store),
      context_(
          std::make_unique<Context>(*this, info_.today.empty() ? now_.substr(0, 10) : info_.today)),
      gate_(store.rules(), *context_) {}

Writer::~Writer() = default;

Writer::Noun& Writer::noun(const Entity& entity) {
    auto& slot = nouns_[entity.number];
    if (slot)
        return *slot;
    wait();
    slot = std::make_unique<Noun>(entity);
    Noun& n = *slot;
    auto& db = store_.db();
    n.words = sql::words_columns(entity);
    n.worded.resize(n.words.size());
    n.created_at = entity.find("created_at"), n.updated_at = entity.find("updated_at"),
    n.tags = entity.find("tags");
    sql::Statement last = db.prepare("SELECT \"last\" FROM \"sequence\" WHERE \"noun\"=?1");
    last.with(entity.noun);
    if (last.step())
        n.last = n.stored_last = last.integer(0);
    n.indexed = n.stored_last >= sql::indexed_from;
    n.insert = db.prepare(fmt::format("INSERT INTO {}({}) VALUES({})", quoted(entity.noun),
                                      cell_columns(entity, ""), marks(entity.cells() + 3)));
    std::string columns;
    for (const auto& column : n.words)
        columns += "," + quoted(column.name);
    n.words_in = db.prepare(fmt::format("INSERT INTO {}(\"id\"{}) VALUES({})", words_table(entity),
                                        columns, marks(n.words.size() + 1)));
    n.rows_in.resize(entity.row_lists());
    n.rows_clear.resize(entity.row_lists());
    for (const FieldInfo& field : entity.fields()) {
        if (field.type() != Type::rows)
            continue;
        std::string names;
        std::size_t cells = 0;
        for (const FieldInfo& inner : field.rows)
            for (const auto& column : inner.columns)
                names += "," + quoted(column.name), ++cells;
        n.rows_in[field.first] =
            db.prepare(fmt::format("INSERT INTO {}(\"record\",\"position\"{}) VALUES({})",
                                   quoted(field.table()), names, marks(cells + 2)));
    }
    return n;
}

bool Writer::fresh(const Record& record) {
    const Noun& n = noun(*record.entity);
    return n.first_added != 0 && record.id >= n.first_added && record.id <= n.last_added;
}

void Writer::log(const Record& record, std::string_view action, std::string_view field,
                 std::string_view old_value, std::string_view new_value) {
    log_.begin();
    if (!fresh(record))  // else the addition says it all
        log_.record(record, action, field, old_value, new_value);
}

std::int64_t Writer::add(Record& record) {
    Noun& n = noun(*record.entity);
    for (const FieldInfo& field : record.entity->fields()) {
        const std::string_view initial = !field.field->more.initial.empty()
                                             ? field.field->more.initial
                                         : field.type() == Type::choice && field.is(meta::required)
                                             ? field.field->more.words.front()
                                             : std::string_view();
        if (!initial.empty() && std::holds_alternative<std::monostate>(record.cells[field.first]))
            record.put(field, *meta::read(field, initial, {}));
    }
    Value& created = record.cells[n.created_at->first];
    if (std::holds_alternative<std::monostate>(created))
        created = now_;
    record.cells[n.updated_at->first] = now_;
    align_mirrors(record);
    gate_.change(nullptr, record);
    log_.begin();
    record.id = ++n.last;
    if (record.uid.empty())
        record.uid = uuids_.next();
    insert(record);
    if (n.first_added == 0)
        n.first_added = record.id;
    n.last_added = record.id;
    written(nullptr, record);
    return record.id;
}

void Writer::written(const Record* before, const Record& after) {
    context_->unique.hold(after.id);
    gate_.written(before, after);
}

void Writer::put(Record& record) {
    Noun& n = noun(*record.entity);
    log_.begin();
    n.last = std::max(n.last, record.id);
    align_mirrors(record);
    gate_.load(record);
    insert(record);
    // A dump may leave numbers out: its records count as one run, from the first to the last.
    n.first_added = n.first_added == 0 ? record.id : std::min(n.first_added, record.id);
    n.last_added = std::max(n.last_added, record.id);
    written(nullptr, record);
}

std::int64_t Writer::added(const Entity& entity) const {
    const auto it = nouns_.find(entity.number);
    return it == nouns_.end() || it->second->first_added == 0
               ? 0
               : it->second->last_added - it->second->first_added + 1;
}

void Writer::count_from(const Entity& entity, std::int64_t last) {
    Noun& n = noun(entity);
    n.last = std::max(n.last, last);
}

void Writer::insert(Record& record) {
    Noun& n = noun(*record.entity);
    if (bulk_) {
        n.pending.add(record);
        // All nouns together, in their order: a link whose target is not yet there makes the engine
        // look for it again and again.
        if (n.pending.size() >= pending_limit_)
            write_pending();
        return;
    }
    n.insert.clear();
    n.insert.bind(1, record.id).bind(2, record.uid);
    int at = 2;
    for (const Value& cell : record.cells) {
        ++at;
        if (!std::holds_alternative<std::monostate>(cell))
            n.insert.bind(at, View(cell));
    }
    if (!record.deleted_at.empty())
        n.insert.bind(at + 1, record.deleted_at);
    n.insert.run();
    for (const FieldInfo& field : record.entity->fields())
        if (field.type() == Type::rows)
            write_rows(record, field, true);
    if (!record.deleted_at.empty())
        return;
    const std::vector<View> cells(record.cells.begin(), record.cells.end());
    lookups_.add(*record.entity, record.id, cells);
    remember_tags(*record.entity, cells);
    write_words(record);
}

void Writer::write_rows(const Record& record, const FieldInfo& field, bool is_new) {
    Noun& n = noun(*record.entity);
    if (!is_new) {
        sql::Statement& clear = n.rows_clear[field.first];
        if (!clear)
            clear = store_.db().prepare(
                fmt::format("DELETE FROM {} WHERE \"record\"=?1", quoted(field.table())));
        clear.with(record.id).run();
    }
    std::int64_t position = 0;
    for (const RowCells& row : record.rows[field.first]) {
        sql::Statement& in = n.rows_in[field.first];
        in.reset();
        in.bind(1, record.id).bind(2, ++position);
        int at = 2;
        for (const Value& cell : row)
            in.bind(++at, View(cell));
        in.run();
    }
}

bool Writer::change(const Record& before, Record& after) {
    align_mirrors(after);
    gate_.change(&before, after);
    if (!update(before, after))
        return false;
    written(&before, after);
    return true;
}

bool Writer::relink(const Record& before, Record& after) {
    context_->relinked = true;
    const bool changed = change(before, after);
    context_->relinked = false;
    return changed;
}

bool Writer::update(const Record& before, Record& after) {
    Noun& n = noun(*after.entity);
    if (n.pending.has(after.id)) {
        if (before == after)
            return false;
        n.pending.replace(after);
        return true;
    }
    wait();
    std::vector<const FieldInfo*> changed;
    for (const FieldInfo& field : after.entity->fields()) {
        if (&field == n.updated_at)
            continue;
        const bool same = field.type() == Type::rows
                              ? before.rows[field.first] == after.rows[field.first]
                              : std::ranges::equal(before.of(field), after.of(field));
        if (!same)
            changed.push_back(&field);
    }
    if (changed.empty() && before.uid == after.uid)
        return false;
    for (const FieldInfo* field : changed)
        if (!field->is(meta::mirror))
            log(after, "set", field->name(), history_text(before, *field, store_.model()),
                history_text(after, *field, store_.model()));
    if (before.uid != after.uid)
        log(after, "set", "uid", before.uid, after.uid);
    log(after, "set", "updated_at", before.text(*n.updated_at), now_);
    after.cells[n.updated_at->first] = now_;
    changed.push_back(n.updated_at);

    std::string sets = "\"uid\"=?2";
    int at = 2;
    for (const FieldInfo* field : changed)
        for (const auto& column : field->columns)
            sets += fmt::format(",{}=?{}", quoted(column.name), ++at);
    sql::Statement& update = n.updates[sets];
    if (!update)
        update = store_.db().prepare(
            fmt::format("UPDATE {} SET {} WHERE \"id\"=?1", quoted(after.entity->noun), sets));
    update.reset();
    update.bind(1, after.id).bind(2, after.uid);
    at = 2;
    for (const FieldInfo* field : changed)
        for (const Value& cell : after.of(*field))
            update.bind(++at, View(cell));
    update.run();
    for (const FieldInfo* field : changed)
        if (field->type() == Type::rows)
            write_rows(after, *field, false);
    rederive(before, after);
    return true;
}

void Writer::move_to(Record& record, std::string deleted_at) {
    wait();
    const Record before = record;
    record.deleted_at = std::move(deleted_at);
    log(record, record.deleted_at.empty() ? "restore" : "trash", {}, before.deleted_at,
        record.deleted_at);
    store_.db()
        .prepare(fmt::format("UPDATE {} SET \"deleted_at\"=?2 WHERE \"id\"=?1",
                             quoted(record.entity->noun)))
        .with(record.id,
              record.deleted_at.empty() ? View() : View(std::string_view(record.deleted_at)))
        .run();
    rederive(before, record);
}

void Writer::trash(Record& record) {
    if (record.deleted_at.empty())
        move_to(record, now_);
}

void Writer::restore(Record& record) {
    if (record.deleted_at.empty())
        return;
    wait();
    Record live = record;
    live.deleted_at.clear();
    gate_.restore(live);
    move_to(record, {});
    written(&live, record);
}

/// Files belong to their record, and bytes to the files that have them.
void Writer::purge_files(const Record& record) {
    const Entity& files = store_.model().get("attachment");
    auto& db = store_.db();
    if (record.entity == &files) {
        db.prepare(
              "DELETE FROM \"blob\" WHERE \"hash\"=?1 AND NOT EXISTS (SELECT 1 FROM \"attachment\" "
              "WHERE \"hash\"=?1 AND \"id\"<>?2)")
            .with(record.text(*files.find("hash")), record.id)
            .run();
        return;
    }
    std::vector<std::int64_t> ids;
    sql::Statement of =
        db.prepare("SELECT \"id\" FROM \"attachment\" WHERE \"about_noun\"=?1 AND \"about\"=?2");
    of.with(record.entity->number, record.id);
    while (of.step())
        ids.push_back(of.integer(0));
    for (const std::int64_t id : ids)
        purge(store_.get(files, id));
}

namespace {

constexpr std::string_view next_first_value = R"(
UPDATE {noun} SET {mirror} = (
  SELECT r.{column}
  FROM {rows} r
  WHERE r."record" = {noun}."id"
  ORDER BY r."position"
  LIMIT 1)
WHERE {mirror} = ?1)";

/// Removes the rows that a link to a record identifies; any other link to it is emptied.
void clear_link(sql::Connection& db, const IncomingLink& link, std::int64_t id) {
    const std::string condition = link.leads_to("?1");
    if (!link.identifies_row()) {
        std::string columns;
        for (const auto& column : link.link->columns)
            columns += (columns.empty() ? "" : ", ") + quoted(column.name) + "=NULL";
        db.prepare(fmt::format("UPDATE {} SET {} WHERE {}", link.table(), columns, condition))
            .with(id)
            .run();
        return;
    }
    db.prepare(fmt::format("DELETE FROM {} WHERE {}", link.table(), condition)).with(id).run();
    // Another row may be the first one now, which the mirror shows.
    if (link.field->mirror != nullptr)
        db.prepare(fmt::format(next_first_value, fmt::arg("noun", quoted(link.entity->noun)),
                               fmt::arg("mirror", quoted(link.field->mirror->name())),
                               fmt::arg("column", link.column()), fmt::arg("rows", link.table())))
            .with(id)
            .run();
}

}  // namespace

void Writer::purge(const Record& record) {
    wait();
    purge_files(record);
    Record gone = record;
    gone.deleted_at = now_;
    rederive(record, gone);
    auto& db = store_.db();
    for (const Entity* noun : store_.nouns())
        for (const IncomingLink& link : incoming_links(*noun, *record.entity))
            clear_link(db, link, record.id);
    for (const FieldInfo& field : record.entity->fields())
        if (field.type() == Type::rows)
            db.prepare(fmt::format("DELETE FROM {} WHERE \"record\"=?1", quoted(field.table())))
                .with(record.id)
                .run();
    db.prepare("DELETE FROM \"import_row\" WHERE \"noun\"=?1 AND \"record\"=?2")
        .with(record.entity->number, record.id)
        .run();
    db.prepare(fmt::format("DELETE FROM {} WHERE \"id\"=?1", quoted(record.entity->noun)))
        .with(record.id)
        .run();
    // The history keeps that it was, not what it said.
    db.prepare(
          "UPDATE \"change\" SET \"old\"=NULL, \"new\"=NULL WHERE \"noun\"=?1 AND \"record\"=?2")
        .with(record.entity->number, record.id)
        .run();
    log(record, "purge");
}

std::string Writer::keep_blob(std::string_view bytes) {
    wait();
    std::string hash = sha256(bytes);
    sql::Statement put = store_.db().prepare(
        "INSERT INTO \"blob\"(\"hash\",\"bytes\") VALUES(?1,?2) ON CONFLICT DO NOTHING");
    put.bind(1, hash).bind_blob(2, bytes);
    put.run();
    return hash;
}

std::int64_t Writer::commit() {
    if (!log_.begun()) {
        // Rows that told nothing new are known from now on: they must not undo what somebody edits
        // later.
        if (rows_.empty() || info_.dry_run)
            return 0;
        rows_.write(0);
        transaction_.commit();
        return 0;
    }
    flush();
    gate_.check_settled();
    if (info_.dry_run)
        return 0;
    if (info_.in_same_transaction)
        info_.in_same_transaction(store_);
    transaction_.commit();
    return log_.id();
}

}  // namespace crm::store
