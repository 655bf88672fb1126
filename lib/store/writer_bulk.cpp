#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "store/writer_noun.hpp"

/// Very many additions: they wait in memory and go into each table by one statement, some thousand at a time.
namespace crm::store {

using meta::Entity;
using meta::Placed;
using meta::Type;
using sql::quoted;

void Writer::bulk() {
    bulk_ = true;
    sql::Statement any = store_.db().prepare("SELECT 1 FROM \"import_row\" LIMIT 1");
    had_import_rows_ = any.step();
    store_.db().cache(256);
}

Record Writer::get(const Entity& entity, std::int64_t id) {
    Noun& n = noun(entity);
    if (auto waiting = n.pending.get(id)) return std::move(*waiting);
    if (auto writing = n.writing.get(id)) return std::move(*writing);
    wait();
    return store_.get(entity, id);
}

bool Writer::waits(const Entity& entity, std::int64_t id) { return noun(entity).pending.has(id); }

/// Records into a noun's tables, each table in one go.
void Writer::write_records(Noun& n, const Batch& records) {
    if (records.size() == 0) return;
    const Entity& entity = *n.entity;
    auto& db = store_.db();
    std::size_t at = 0;
    Batch::Packed record;
    // Most fields are empty in all records of one load: what is NULL anyway is not carried through.
    std::vector<std::string> columns{"id", "uid", "deleted_at"};
    std::vector<std::size_t> used;
    for (const Placed& field : entity.fields)
        for (std::size_t i = 0; i < field.cells; ++i)
            if (records.uses(field.first + i)) columns.push_back(field.columns[i].name), used.push_back(field.first + i);
    db.load(entity.noun, columns, [&](std::span<View> cells) {
        if (at == records.size()) return false;
        records.read(at++, record);
        cells[0] = record.id, cells[1] = record.uid;
        cells[2] = record.deleted_at.empty() ? View() : View(record.deleted_at);
        for (std::size_t i = 0; i < used.size(); ++i) cells[i + 3] = record.cells[used[i]];
        return true;
    });
    for (const Placed& field : entity.fields) {
        if (field.type() != Type::rows || !records.uses_rows(field.first)) continue;
        columns = {"record", "position"};
        for (const Placed& inner : field.rows)
            for (const auto& column : inner.columns) columns.push_back(column.name);
        const std::size_t width = columns.size() - 2;
        std::span<const View> left;
        std::int64_t position = 0;
        at = 0;
        db.load(field.table(), columns, [&](std::span<View> cells) {
            while (left.empty()) {
                if (at == records.size()) return false;
                records.read(at++, record);
                left = record.rows[field.first];
                position = 0;
            }
            cells[0] = record.id, cells[1] = ++position;
            std::ranges::copy(left.first(width), cells.begin() + 2);
            left = left.subspan(width);
            return true;
        });
    }
    columns = {"id"};
    std::vector<const sql::WordsColumn*> searched;
    for (const auto& column : n.words) {
        bool any = false;
        for (std::size_t i = 0; i < column.field->cells; ++i) any = any || records.uses(column.field->first + i);
        if (!any) continue;
        columns.push_back(column.name);
        searched.push_back(&column);
        n.worded[static_cast<std::size_t>(&column - n.words.data())] = true;
    }
    std::vector<std::string> words(searched.size());
    at = 0;
    db.load(std::string(entity.noun) + "_words", columns, [&](std::span<View> cells) {
        do {
            if (at == records.size()) return false;
            records.read(at++, record);
        } while (!record.deleted_at.empty());
        cells[0] = record.id;
        for (std::size_t i = 0; i < words.size(); ++i) {
            words[i] = words_of(record.cells, *searched[i]);
            cells[i + 1] = words[i].empty() ? View() : View(std::string_view(words[i]));
        }
        add_keys(entity, record.id, record.cells, lookups_);
        remember_tags(entity, record.cells);
        return true;
    });
}

void Writer::write_pending() {
    wait();
    for (auto& [number, n] : nouns_) {
        std::swap(n->writing, n->pending);
        n->pending.clear();
    }
    const auto write = [this] {
        for (auto& [number, n] : nouns_) write_records(*n, n->writing);
        sort_lookups();
        if (lookups_.size() >= lookups_limit) flush_lookups();
    };
    // The second thread has time to keep the indexes; alone it is quicker to make them afterwards.
    if (background_)
        return worker_.run([this, write] {
            for (auto& [number, n] : nouns_)
                if (n->writing.size() == pending_limit) index_noun(*n);
            write();
        });
    write();
    for (auto& [number, n] : nouns_) n->writing.clear();
}

void Writer::settle() {
    write_pending();
    wait();
    for (auto& [number, n] : nouns_) n->writing.clear();
    flush_lookups();
}

void Writer::remember_row(std::uint64_t digest, const Entity& entity, std::int64_t record, const std::string& file, std::int64_t line) {
    if (sources_.empty() || sources_.back() != file) sources_.push_back(file);
    import_rows_.push_back({static_cast<std::int64_t>(digest), entity.number, record, static_cast<std::int64_t>(sources_.size() - 1), line});
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

void Writer::index_noun(Noun& n) {
    if (n.indexed) return;
    sql::make_indexes(store_.db(), *n.entity);
    n.indexed = true;
}

void Writer::flush() {
    settle();
    auto& db = store_.db();
    for (auto& [number, n] : nouns_) {
        if (n->first_added == 0) continue;
        log_.with(operation_, number, n->first_added, n->last_added, "add", View(), View(), View()).run();
        index_added(*n);
    }
    for (auto& [number, n] : nouns_) {
        if (n->last >= sql::indexed_from) index_noun(*n);
        if (n->last != n->stored_last)
            db.prepare("INSERT INTO \"sequence\"(\"noun\",\"last\") VALUES(?1,?2) ON CONFLICT(\"noun\") DO UPDATE SET \"last\"=excluded.\"last\"").with(n->entity->noun, n->last).run();
    }
    write_import_rows();
}

}  // namespace crm::store
