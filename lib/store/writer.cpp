#include "store/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/sha256.hpp"
#include "base/text.hpp"

namespace crm::store {

using meta::Entity;
using meta::Placed;
using meta::Type;
using sql::quoted;

/// What a noun needs while it is written to: its statements, its counter and the run of records that were added.
struct Writer::Noun {
    const Entity* entity;
    std::vector<sql::WordsColumn> words;
    std::int64_t last = 0;         ///< the counter
    std::int64_t stored_last = 0;  ///< as the store has it
    std::int64_t first_added = 0, last_added = 0;
    sql::Statement insert, words_in, words_out, search, unsearch;
    std::vector<sql::Statement> rows_in;  ///< by the number of the row list
    std::vector<sql::Statement> rows_clear;
    std::map<std::string, sql::Statement> updates;
    const Placed *created_at, *updated_at, *tags;
    std::vector<bool> worded;  ///< by words column: some record that was written here has any
    std::vector<Record> pending;  ///< additions of a bulk load that wait, by id
    std::vector<Record> writing;  ///< those that the worker is writing: read only
};

namespace {

constexpr std::size_t pending_limit = 8192;
/// Look-ups go in by the order of their keys, so the more wait the fewer pages are written to twice; that many take 100 MB.
constexpr std::size_t lookups_limit = std::size_t{1} << 20;

std::string marks(std::size_t n) {
    std::string out;
    for (std::size_t i = 1; i <= n; ++i) out += (i > 1 ? ",?" : "?") + std::to_string(i);
    return out;
}

/// text::words of what a words column holds; nothing for an empty value.
std::string words_of(const Record& record, const sql::WordsColumn& column) {
    const Placed& field = *column.field;
    if (column.part >= 0) {
        const auto* s = std::get_if<std::string>(&record.cells[field.first + static_cast<std::size_t>(column.part)]);
        return s == nullptr ? std::string() : text::words(*s);
    }
    if (field.cells == 1) return text::words(record.text(field));
    return text::words(meta::text(field, record.views(field)));
}

std::string words_table(const Entity& entity) { return quoted(std::string(entity.noun) + "_words"); }

/// The two columns of the full text, out of the words columns: the name, and everything else. Of many records, the
/// columns that are empty in all of them need not be asked for: `used`, by words column.
std::pair<std::string, std::string> search_columns(const Entity& entity, std::span<const sql::WordsColumn> words, const std::vector<bool>* used = nullptr) {
    std::string name = "''", rest;
    for (const auto& column : words) {
        if (column.part >= 0 || (used != nullptr && !(*used)[static_cast<std::size_t>(&column - words.data())])) continue;
        if (column.field == entity.name) {
            name = fmt::format("coalesce({}, '')", quoted(column.name));
        } else {
            rest += fmt::format("{}coalesce({} || ' ', '')", rest.empty() ? "" : " || ", quoted(column.name));
        }
    }
    return {name, rest.empty() ? "''" : rest};
}

}  // namespace

Writer::Writer(Store& store, Deed deed)
    : store_(store), deed_(std::move(deed)), transaction_(store.db(), deed_.wait), uuids_(deed_.now), now_(deed_.now.iso()) {
    auto& db = store.db();
    lookup_in_ = db.prepare("INSERT INTO \"lookup\"(\"kind\",\"key\",\"noun\",\"record\") VALUES(?1,?2,?3,?4) ON CONFLICT DO NOTHING");
}

Writer::~Writer() = default;

Writer::Noun& Writer::noun(const Entity& entity) {
    auto& slot = nouns_[entity.number];
    if (slot) return *slot;
    wait();
    slot = std::make_unique<Noun>();
    Noun& n = *slot;
    auto& db = store_.db();
    n.entity = &entity;
    n.words = sql::words_columns(entity);
    n.worded.resize(n.words.size());
    n.created_at = entity.find("created_at"), n.updated_at = entity.find("updated_at"), n.tags = entity.find("tags");
    sql::Statement last = db.prepare("SELECT \"last\" FROM \"sequence\" WHERE \"noun\"=?1");
    last.with(entity.noun);
    if (last.step()) n.last = n.stored_last = last.integer(0);
    n.insert = db.prepare(fmt::format("INSERT INTO {}({}) VALUES({})", quoted(entity.noun), cell_columns(entity, ""), marks(entity.cells + 3)));
    std::string columns;
    for (const auto& column : n.words) columns += "," + quoted(column.name);
    n.words_in = db.prepare(fmt::format("INSERT INTO {}(\"id\"{}) VALUES({})", words_table(entity), columns, marks(n.words.size() + 1)));
    n.rows_in.resize(entity.row_lists);
    n.rows_clear.resize(entity.row_lists);
    for (const Placed& field : entity.fields) {
        if (field.type() != Type::rows) continue;
        std::string names;
        std::size_t cells = 0;
        for (const Placed& inner : field.rows)
            for (const auto& column : inner.columns) names += "," + quoted(column.name), ++cells;
        n.rows_in[field.first] = db.prepare(fmt::format("INSERT INTO {}(\"record\",\"position\"{}) VALUES({})", quoted(field.table()), names, marks(cells + 2)));
    }
    // The second thread has time to keep the indexes; alone it is quicker to make them afterwards.
    if (bulk_ && !background_) {
        sql::Statement any = db.prepare(fmt::format("SELECT 1 FROM {} LIMIT 1", quoted(entity.noun)));
        if (!any.step()) {
            any.reset();
            for (const sql::Index& index : sql::indexes(entity)) {
                db.run("DROP INDEX " + quoted(index.name));
                dropped_.push_back(index);
            }
        }
    }
    return n;
}

void Writer::bulk() {
    bulk_ = true;
    sql::Statement any = store_.db().prepare("SELECT 1 FROM \"import_row\" LIMIT 1");
    had_import_rows_ = any.step();
    store_.db().cache(256);
}

std::int64_t Writer::operation() {
    if (operation_ != 0) return operation_;
    sql::Statement put = store_.db().prepare(
        "INSERT INTO \"operation\"(\"id\",\"at\",\"user\",\"command\") SELECT coalesce(max(\"id\"), 0) + 1, ?1, ?2, ?3 FROM \"operation\" WHERE true RETURNING \"id\"");
    put.with(now_, deed_.user, deed_.command);
    put.step();
    operation_ = put.integer(0);
    put.run();
    log_ = store_.db().prepare(
        "INSERT INTO \"change\"(\"operation\",\"noun\",\"record\",\"through\",\"action\",\"field\",\"old\",\"new\") VALUES(?1,?2,?3,?4,?5,?6,?7,?8)");
    return operation_;
}

bool Writer::fresh(const Record& record) {
    const Noun& n = noun(*record.entity);
    return n.first_added != 0 && record.id >= n.first_added && record.id <= n.last_added;
}

void Writer::log(const Record& record, std::string_view action, std::string_view field, std::string_view old_value, std::string_view new_value) {
    operation();
    if (fresh(record)) return;  // the addition says it all
    const auto value = [&](std::string_view s) { return s.empty() ? View() : View(s); };
    log_.with(operation_, record.entity->number, record.id, record.id, action, value(field), value(old_value), value(new_value)).run();
}

std::int64_t Writer::add(Record& record) {
    Noun& n = noun(*record.entity);
    operation();
    for (const Placed& field : record.entity->fields) {
        const std::string_view initial = !field.field->more.initial.empty() ? field.field->more.initial
                                         : field.type() == Type::choice && field.is(meta::required) ? field.field->more.words.front()
                                                                                                    : std::string_view();
        if (!initial.empty() && std::holds_alternative<std::monostate>(record.cells[field.first])) record.put(field, *meta::read(field, initial, {}));
    }
    record.id = ++n.last;
    if (record.uid.empty()) record.uid = uuids_.next();
    Value& created = record.cells[n.created_at->first];
    if (std::holds_alternative<std::monostate>(created)) created = now_;
    record.cells[n.updated_at->first] = now_;
    insert(record);
    if (n.first_added == 0) n.first_added = record.id;
    n.last_added = record.id;
    return record.id;
}

void Writer::put(Record& record) {
    Noun& n = noun(*record.entity);
    operation();
    n.last = std::max(n.last, record.id);
    insert(record);
    // A dump may leave numbers out: its records count as one run, from the first to the last.
    n.first_added = n.first_added == 0 ? record.id : std::min(n.first_added, record.id);
    n.last_added = std::max(n.last_added, record.id);
}

void Writer::count_from(const Entity& entity, std::int64_t last) {
    Noun& n = noun(entity);
    n.last = std::max(n.last, last);
}

void Writer::insert(Record& record) {
    Noun& n = noun(*record.entity);
    align_mirrors(record);
    check_required(record);
    if (bulk_) {
        const std::int64_t id = record.id;
        n.pending.push_back(std::move(record));
        record.id = id;
        // All nouns together, in their order: a link whose target is not yet there makes the engine look for it again and again.
        if (n.pending.size() >= pending_limit) write_pending();
        return;
    }
    n.insert.clear();
    n.insert.bind(1, record.id).bind(2, record.uid);
    int at = 2;
    for (const Value& cell : record.cells) {
        ++at;
        if (!std::holds_alternative<std::monostate>(cell)) n.insert.bind(at, View(cell));
    }
    if (!record.deleted_at.empty()) n.insert.bind(at + 1, record.deleted_at);
    n.insert.run();
    for (const Placed& field : record.entity->fields)
        if (field.type() == Type::rows) write_rows(record, field, true);
    if (!record.deleted_at.empty()) return;
    add_keys(record, lookups_);
    remember_tags(record);
    write_words(record);
}

namespace {

template <class Records>
auto* by_id(Records& records, std::int64_t id) {
    const auto it = std::ranges::lower_bound(records, id, {}, &Record::id);
    return it == records.end() || it->id != id ? nullptr : &*it;
}

}  // namespace

Record Writer::get(const Entity& entity, std::int64_t id) {
    Noun& n = noun(entity);
    if (const Record* waiting = by_id(n.pending, id)) return *waiting;
    if (const Record* writing = by_id(std::as_const(n.writing), id)) return *writing;
    wait();
    return store_.get(entity, id);
}

/// Records into a noun's tables, each table in one go.
void Writer::write_records(Noun& n, std::span<const Record> records) {
    if (records.empty()) return;
    const Entity& entity = *n.entity;
    auto& db = store_.db();
    std::size_t at = 0;
    // Most fields are empty in all records of one load: what is NULL anyway is not carried through.
    std::vector<std::string> columns{"id", "uid", "deleted_at"};
    std::vector<bool> has_value(entity.cells);
    for (const Record& record : records)
        for (std::size_t cell = 0; cell < entity.cells; ++cell)
            if (!std::holds_alternative<std::monostate>(record.cells[cell])) has_value[cell] = true;
    std::vector<std::size_t> used;
    for (const Placed& field : entity.fields)
        for (std::size_t i = 0; i < field.cells; ++i)
            if (has_value[field.first + i]) columns.push_back(field.columns[i].name), used.push_back(field.first + i);
    db.load(entity.noun, columns, [&](std::span<View> cells) {
        if (at == records.size()) return false;
        const Record& record = records[at++];
        cells[0] = record.id, cells[1] = std::string_view(record.uid);
        cells[2] = record.deleted_at.empty() ? View() : View(std::string_view(record.deleted_at));
        for (std::size_t i = 0; i < used.size(); ++i) cells[i + 3] = View(record.cells[used[i]]);
        return true;
    });
    for (const Placed& field : entity.fields) {
        if (field.type() != Type::rows) continue;
        columns = {"record", "position"};
        for (const Placed& inner : field.rows)
            for (const auto& column : inner.columns) columns.push_back(column.name);
        std::size_t row = 0;
        at = 0;
        db.load(field.table(), columns, [&](std::span<View> cells) {
            while (at < records.size() && row == records[at].rows[field.first].size()) ++at, row = 0;
            if (at == records.size()) return false;
            const RowCells& values = records[at].rows[field.first][row++];
            cells[0] = records[at].id, cells[1] = static_cast<std::int64_t>(row);
            for (std::size_t i = 0; i < values.size(); ++i) cells[i + 2] = View(values[i]);
            return true;
        });
    }
    columns = {"id"};
    std::vector<const sql::WordsColumn*> searched;
    for (const auto& column : n.words) {
        const auto first = has_value.begin() + static_cast<long>(column.field->first);
        if (std::none_of(first, first + static_cast<long>(column.field->cells), [](bool b) { return b; })) continue;
        columns.push_back(column.name);
        searched.push_back(&column);
        n.worded[static_cast<std::size_t>(&column - n.words.data())] = true;
    }
    std::vector<std::string> words(searched.size());
    at = 0;
    db.load(std::string(entity.noun) + "_words", columns, [&](std::span<View> cells) {
        while (at < records.size() && !records[at].deleted_at.empty()) ++at;
        if (at == records.size()) return false;
        const Record& record = records[at++];
        cells[0] = record.id;
        for (std::size_t i = 0; i < words.size(); ++i) {
            words[i] = words_of(record, *searched[i]);
            cells[i + 1] = words[i].empty() ? View() : View(std::string_view(words[i]));
        }
        add_keys(record, lookups_);
        remember_tags(record);
        return true;
    });
}

void Writer::write_pending() {
    wait();
    std::vector<std::vector<Record>> written;  // freed by the worker, which has time for it
    for (auto& [number, n] : nouns_) {
        written.push_back(std::move(n->writing));
        n->writing = std::move(n->pending);
        n->pending = {};
        if (n->writing.size() > pending_limit / 2) n->pending.reserve(pending_limit);
    }
    const auto write = [this] {
        for (auto& [number, n] : nouns_) write_records(*n, n->writing);
        if (lookups_.size() >= lookups_limit) flush_lookups();
    };
    if (background_)
        return worker_.run([this, write, written = std::make_shared<decltype(written)>(std::move(written))]() mutable {
            written.reset();
            write();
        });
    write();
    for (auto& [number, n] : nouns_) n->writing.clear();
}

/// Full text of all of a noun's additions: at the end and in the order of their numbers, since the engine writes out what
/// it has gathered whenever a number is smaller than the one before.
void Writer::index_added(Noun& n) {
    if (n.first_added == 0) return;
    const auto [name, rest] = search_columns(*n.entity, n.words, &n.worded);
    store_.db()
        .prepare(fmt::format("INSERT INTO \"search\"(\"rowid\",\"name\",\"text\") SELECT {}+\"id\", {}, {} FROM {} WHERE \"id\" BETWEEN ?1 AND ?2 ORDER BY \"id\"", sql::search_id(n.entity->number, 0), name,
                             rest, words_table(*n.entity)))
        .with(n.first_added, n.last_added)
        .run();
}

void Writer::settle() {
    write_pending();
    wait();
    for (auto& [number, n] : nouns_) n->writing.clear();
    flush_lookups();
}

void Writer::write_rows(const Record& record, const Placed& field, bool is_new) {
    Noun& n = noun(*record.entity);
    if (!is_new) {
        sql::Statement& clear = n.rows_clear[field.first];
        if (!clear) clear = store_.db().prepare(fmt::format("DELETE FROM {} WHERE \"record\"=?1", quoted(field.table())));
        clear.with(record.id).run();
    }
    std::int64_t position = 0;
    for (const RowCells& row : record.rows[field.first]) {
        sql::Statement& in = n.rows_in[field.first];
        in.reset();
        in.bind(1, record.id).bind(2, ++position);
        int at = 2;
        for (const Value& cell : row) in.bind(++at, View(cell));
        in.run();
    }
}


void Writer::add_keys(const Record& record, std::vector<LookupRow>& out) {
    if (!record.deleted_at.empty()) return;
    for (const Placed* field : record.entity->lookups) {
        const View cell(record.cells[field->first]);
        for (std::string& key : meta::lookup_keys(*field, std::span(&cell, 1)))
            out.push_back({static_cast<int>(*meta::lookup_kind(*field)), std::move(key), record.entity->number, record.id});
    }
}

void Writer::write_words(const Record& record) {
    Noun& n = noun(*record.entity);
    std::vector<std::string> words;
    words.reserve(n.words.size());
    n.words_in.reset();
    n.words_in.bind(1, record.id);
    int at = 1;
    for (const auto& column : n.words) {
        words.push_back(words_of(record, column));
        if (!words.back().empty()) n.worded[words.size() - 1] = true;
        n.words_in.bind(++at, words.back().empty() ? View() : View(std::string_view(words.back())));
    }
    n.words_in.run();
}

/// Puts into or takes out of the full text what the words table says of a record.
void Writer::index(const Record& record, bool in) {
    if (fresh(record)) return;  // indexed with the other additions
    Noun& n = noun(*record.entity);
    sql::Statement& statement = in ? n.search : n.unsearch;
    if (!statement) {
        const auto [name, rest] = search_columns(*record.entity, n.words);
        statement = store_.db().prepare(fmt::format("INSERT INTO \"search\"({}\"rowid\",\"name\",\"text\") SELECT {}{}+\"id\", {}, {} FROM {} WHERE \"id\"=?1", in ? "" : "\"search\",",
                                                    in ? "" : "'delete', ", sql::search_id(record.entity->number, 0), name, rest, words_table(*record.entity)));
    }
    statement.with(record.id).run();
}

/// Takes a run of records out of the full text, as the words table has them.
void Writer::unindex_run(const Entity& entity, std::int64_t first, std::int64_t last) {
    const auto [name, rest] = search_columns(entity, noun(entity).words);
    store_.db()
        .prepare(fmt::format("INSERT INTO \"search\"(\"search\",\"rowid\",\"name\",\"text\") SELECT 'delete', {}+\"id\", {}, {} FROM {} WHERE \"id\" BETWEEN ?1 AND ?2 ORDER BY \"id\"", sql::search_id(entity.number, 0), name, rest,
                             words_table(entity)))
        .with(first, last)
        .run();
}

/// Look-ups and full text, from what a record was to what it is; a record in the trash has neither.
void Writer::rederive(const Record& before, const Record& after) {
    Noun& n = noun(*after.entity);
    std::vector<LookupRow> old_keys, new_keys;
    add_keys(before, old_keys), add_keys(after, new_keys);
    std::ranges::sort(old_keys), std::ranges::sort(new_keys);
    std::vector<LookupRow> gone;
    std::ranges::set_difference(old_keys, new_keys, std::back_inserter(gone));
    std::ranges::set_difference(new_keys, old_keys, std::back_inserter(lookups_));
    if (!gone.empty()) {
        flush_lookups();
        if (!lookup_out_) lookup_out_ = store_.db().prepare("DELETE FROM \"lookup\" WHERE \"kind\"=?1 AND \"key\"=?2 AND \"noun\"=?3 AND \"record\"=?4");
        for (const LookupRow& row : gone) lookup_out_.with(row.kind, row.key, row.noun, row.record).run();
    }
    remember_tags(after);

    const bool was = before.deleted_at.empty(), is = after.deleted_at.empty();
    const bool same = was && is && std::ranges::all_of(n.words, [&](const auto& column) { return std::ranges::equal(before.of(*column.field), after.of(*column.field)); });
    if (same) return;
    if (was) {
        index(before, false);
        if (!n.words_out) n.words_out = store_.db().prepare(fmt::format("DELETE FROM {} WHERE \"id\"=?1", words_table(*after.entity)));
        n.words_out.with(after.id).run();
    }
    if (is) {
        write_words(after);
        index(after, true);
    }
}

void Writer::remember_tags(const Record& record) {
    const Placed& tags = *noun(*record.entity).tags;
    meta::each_value(tags, record.text(tags), [&](std::string_view tag) { spell_tag(tag); });
}

bool Writer::change(const Record& before, Record& after) {
    Noun& n = noun(*after.entity);
    align_mirrors(after);
    if (Record* waiting = by_id(n.pending, after.id)) {
        check_required(after);
        const bool differs = !(before == after);
        *waiting = after;
        return differs;
    }
    wait();
    std::vector<const Placed*> changed;
    for (const Placed& field : after.entity->fields) {
        if (&field == n.updated_at) continue;
        const bool same = field.type() == Type::rows ? before.rows[field.first] == after.rows[field.first] : std::ranges::equal(before.of(field), after.of(field));
        if (!same) changed.push_back(&field);
    }
    if (changed.empty() && before.uid == after.uid) return false;
    check_required(after);
    for (const Placed* field : changed)
        if (!field->is(meta::mirror)) log(after, "set", field->name(), history_text(before, *field, store_.model()), history_text(after, *field, store_.model()));
    if (before.uid != after.uid) log(after, "set", "uid", before.uid, after.uid);
    log(after, "set", "updated_at", before.text(*n.updated_at), now_);
    after.cells[n.updated_at->first] = now_;
    changed.push_back(n.updated_at);

    std::string sets = "\"uid\"=?2";
    int at = 2;
    for (const Placed* field : changed)
        for (const auto& column : field->columns) sets += fmt::format(",{}=?{}", quoted(column.name), ++at);
    sql::Statement& update = n.updates[sets];
    if (!update) update = store_.db().prepare(fmt::format("UPDATE {} SET {} WHERE \"id\"=?1", quoted(after.entity->noun), sets));
    update.reset();
    update.bind(1, after.id).bind(2, after.uid);
    at = 2;
    for (const Placed* field : changed)
        for (const Value& cell : after.of(*field)) update.bind(++at, View(cell));
    update.run();
    for (const Placed* field : changed)
        if (field->type() == Type::rows) write_rows(after, *field, false);
    rederive(before, after);
    return true;
}

void Writer::move_to(Record& record, std::string deleted_at) {
    wait();
    const Record before = record;
    record.deleted_at = std::move(deleted_at);
    log(record, record.deleted_at.empty() ? "restore" : "trash", {}, before.deleted_at, record.deleted_at);
    store_.db()
        .prepare(fmt::format("UPDATE {} SET \"deleted_at\"=?2 WHERE \"id\"=?1", quoted(record.entity->noun)))
        .with(record.id, record.deleted_at.empty() ? View() : View(std::string_view(record.deleted_at)))
        .run();
    rederive(before, record);
}

void Writer::trash(Record& record) {
    if (record.deleted_at.empty()) move_to(record, now_);
}

void Writer::restore(Record& record) {
    if (!record.deleted_at.empty()) move_to(record, {});
}

void Writer::purge(const Record& record) {
    wait();
    Record gone = record;
    gone.deleted_at = now_;
    rederive(record, gone);
    auto& db = store_.db();
    for (const Entity& entity : store_.model().entities()) {
        for (const Placed& field : entity.fields) {
            if (field.type() == Type::rows) {
                const Placed& first = field.rows.front();
                if (first.type() == Type::link && first.to == record.entity)
                    db.prepare(fmt::format("DELETE FROM {} WHERE {}=?1", quoted(field.table()), quoted(first.columns.back().name))).with(record.id).run();
                if (&entity == record.entity) db.prepare(fmt::format("DELETE FROM {} WHERE \"record\"=?1", quoted(field.table()))).with(record.id).run();
            } else if (field.type() == Type::link && field.to == record.entity) {
                db.prepare(fmt::format("UPDATE {0} SET {1}=NULL WHERE {1}=?1", quoted(entity.noun), quoted(field.columns[0].name))).with(record.id).run();
            } else if (field.type() == Type::link && field.to == nullptr) {
                db.prepare(fmt::format("UPDATE {0} SET {1}=NULL, {2}=NULL WHERE {1}=?1 AND {2}=?2", quoted(entity.noun), quoted(field.columns[0].name), quoted(field.columns[1].name)))
                    .with(record.entity->number, record.id)
                    .run();
            }
        }
    }
    // Mirrors of links to it may now show nothing although another row is there.
    for (const Entity& entity : store_.model().entities())
        for (const Placed& field : entity.fields)
            if (field.type() == Type::rows && field.mirror != nullptr && field.rows.front().to == record.entity)
                db.prepare(fmt::format("UPDATE {0} SET {1}=(SELECT r.{2} FROM {3} r WHERE r.\"record\"={0}.\"id\" ORDER BY r.\"position\" LIMIT 1) WHERE {1} IS NULL", quoted(entity.noun),
                                       quoted(field.mirror->name()), quoted(field.rows.front().columns.back().name), quoted(field.table())))
                    .run();
    db.prepare("DELETE FROM \"import_row\" WHERE \"noun\"=?1 AND \"record\"=?2").with(record.entity->number, record.id).run();
    db.prepare(fmt::format("DELETE FROM {} WHERE \"id\"=?1", quoted(record.entity->noun))).with(record.id).run();
    // The history keeps that it was, not what it said.
    db.prepare("UPDATE \"change\" SET \"old\"=NULL, \"new\"=NULL WHERE \"noun\"=?1 AND \"record\"=?2").with(record.entity->number, record.id).run();
    log(record, "purge");
}

std::string Writer::keep_blob(std::string_view bytes) {
    wait();
    std::string hash = sha256(bytes);
    sql::Statement put = store_.db().prepare("INSERT INTO \"blob\"(\"hash\",\"bytes\") VALUES(?1,?2) ON CONFLICT DO NOTHING");
    put.bind(1, hash).bind_blob(2, bytes);
    put.run();
    return hash;
}

std::string Writer::keep_tag(std::string_view tag) {
    wait();
    return spell_tag(tag);
}

std::string Writer::spell_tag(std::string_view tag) {
    if (tags_.contains(tag)) return std::string(tag);
    std::string name(tag);
    if (auto known = store_.tag(tag)) {
        if (*known == name) tags_.insert(name);
        return *known;
    }
    store_.db().prepare("INSERT INTO \"tag\"(\"key\",\"name\") VALUES(?1,?2) ON CONFLICT DO NOTHING").with(text::folded(tag), name).run();
    tags_.insert(name);
    return name;
}

void Writer::remember_row(std::uint64_t digest, const Entity& entity, std::int64_t record, const std::string& file, std::int64_t line) {
    if (sources_.empty() || sources_.back() != file) sources_.push_back(file);
    import_rows_.push_back({static_cast<std::int64_t>(digest), entity.number, record, static_cast<std::int64_t>(sources_.size() - 1), line});
}

void Writer::flush_lookups() {
    // In the order of the keys every insertion goes to the end of the tree. What is sorted are the first bytes of the keys
    // with their place, which is much cheaper to move and mostly enough to compare.
    struct Place {
        std::uint64_t first = 0, second = 0;
        std::uint32_t row = 0;
        bool operator==(const Place& other) const { return first == other.first && second == other.second; }
    };
    std::vector<Place> order(lookups_.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        const std::string_view key = lookups_[i].key;
        const auto bytes = [&](std::uint64_t head, std::size_t from, std::size_t to) {
            for (std::size_t at = from; at < to; ++at) head = head << 8 | (at < key.size() ? static_cast<unsigned char>(key[at]) : 0);
            return head;
        };
        order[i] = {bytes(static_cast<std::uint64_t>(lookups_[i].kind), 0, 7), bytes(0, 7, 15), i};
    }
    std::ranges::sort(order, [&](const Place& a, const Place& b) {
        if (a.first != b.first) return a.first < b.first;
        if (a.second != b.second) return a.second < b.second;
        return lookups_[a.row] < lookups_[b.row];
    });
    if (order.size() < 64) {
        for (const Place& place : order) {
            const LookupRow& row = lookups_[place.row];
            lookup_in_.with(row.kind, row.key, row.noun, row.record).run();
        }
    } else {
        static const std::vector<std::string> columns{"kind", "key", "noun", "record"};
        std::size_t at = 0;
        store_.db().load("lookup", columns, [&](std::span<View> cells) {
            while (at > 0 && at < order.size() && order[at] == order[at - 1] && lookups_[order[at].row] == lookups_[order[at - 1].row]) ++at;
            if (at == order.size()) return false;
            const LookupRow& row = lookups_[order[at++].row];
            cells[0] = static_cast<std::int64_t>(row.kind), cells[1] = std::string_view(row.key), cells[2] = static_cast<std::int64_t>(row.noun), cells[3] = row.record;
            return true;
        });
    }
    lookups_.clear();
}

void Writer::write_import_rows() {
    if (import_rows_.empty()) return;
    std::vector<std::int64_t> ids;
    sql::Statement put = store_.db().prepare("INSERT INTO \"source\"(\"operation\",\"file\") VALUES(?1,?2) RETURNING \"id\"");
    for (const std::string& file : sources_) {
        put.with(operation_, file);
        put.step();
        ids.push_back(put.integer(0));
        put.run();
    }
    // A row that told of a record before tells of this one now; with the old ones out of the way all go in at once.
    std::ranges::sort(import_rows_, {}, &ImportRow::digest);
    const auto [from, to] = std::ranges::unique(import_rows_, {}, &ImportRow::digest);
    import_rows_.erase(from, to);
    if (had_import_rows_) {
        sql::Statement out = store_.db().prepare("DELETE FROM \"import_row\" WHERE \"digest\"=?1");
        for (const ImportRow& row : import_rows_) out.with(row.digest).run();
    }
    static const std::vector<std::string> columns{"digest", "noun", "record", "source", "line"};
    std::size_t at = 0;
    store_.db().load("import_row", columns, [&](std::span<View> cells) {
        if (at == import_rows_.size()) return false;
        const ImportRow& row = import_rows_[at++];
        cells[0] = row.digest, cells[1] = static_cast<std::int64_t>(row.noun), cells[2] = row.record, cells[3] = ids[static_cast<std::size_t>(row.source)], cells[4] = row.line;
        return true;
    });
}

void Writer::flush() {
    settle();
    auto& db = store_.db();
    for (auto& [number, n] : nouns_) {
        if (n->first_added == 0) continue;
        log_.with(operation_, number, n->first_added, n->last_added, "add", View(), View(), View()).run();
        index_added(*n);
    }
    for (auto& [number, n] : nouns_)
        if (n->last != n->stored_last)
            db.prepare("INSERT INTO \"sequence\"(\"noun\",\"last\") VALUES(?1,?2) ON CONFLICT(\"noun\") DO UPDATE SET \"last\"=excluded.\"last\"").with(n->entity->noun, n->last).run();
    write_import_rows();
    for (const sql::Index& index : dropped_) db.run(index.create);
}

std::int64_t Writer::commit() {
    if (operation_ == 0) return 0;
    flush();
    if (deed_.dry_run) return 0;
    transaction_.commit();
    return operation_;
}

void check_required(const Record& record) {
    for (const Placed& field : record.entity->fields)
        if (field.is(meta::required) && field.cells > 0 && std::holds_alternative<std::monostate>(record.cells[field.first + field.cells - 1]))
            throw Error(Fault::refused, "required", fmt::format("{} {} needs a {}", std::string_view("aeiou").find(record.entity->noun[0]) == std::string_view::npos ? "a" : "an", record.entity->noun, field.name()),
                        fmt::format("say {}=…", field.name()));
}

std::optional<Error> conflict(Store& store, const Record& record) {
    for (const Placed& field : record.entity->fields) {
        const auto kind = meta::lookup_kind(field);
        if (!kind || !field.is(meta::unique)) continue;
        for (const std::string& key : meta::lookup_keys(field, record.views(field)))
            for (std::int64_t id : store.look_up(*kind, key, *record.entity)) {
                if (id == record.id) continue;
                const Record other = store.get(*record.entity, id);
                Error e(Fault::refused, "duplicate", fmt::format("{} {} already has {}", meta::short_id(*record.entity, id), other.label(), key),
                        fmt::format("crm {} edit {} …", record.entity->noun, meta::short_id(*record.entity, id)));
                e.candidates = {meta::short_id(*record.entity, id)};
                return e;
            }
    }
    return {};
}

}  // namespace crm::store
