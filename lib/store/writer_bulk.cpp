#include "base/text.hpp"
#include "sql/full_text.hpp"
#include "store/writer_noun.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

/// Very many additions: they wait in memory and go into each table by one statement, some thousand
/// at a time.
namespace crm::store {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;
using sql::quoted;

void Writer::bulk() {
    bulk_ = true;
    context_->imported = true;
    rows_.begin();
    store_.db().cache(256);
}

std::optional<Record> Writer::find(const Entity& entity, std::int64_t id) {
    Noun& n = noun(entity);
    if (auto waiting = n.pending.get(id))
        return waiting;
    if (auto writing = n.writing.get(id))
        return writing;
    wait();
    return store_.find(entity, id);
}

Record Writer::get(const Entity& entity, std::int64_t id) {
    if (auto record = find(entity, id))
        return std::move(*record);
    throw Error(Fault::not_found, "not_found",
                fmt::format("no {} {}", entity.noun, meta::short_id(entity, id)));
}

bool Writer::waits(const Entity& entity, std::int64_t id) {
    return noun(entity).pending.has(id);
}

/// Records into a noun's tables, each table in one go.
void Writer::write_records(Noun& n, const Batch& records) {
    if (records.size() == 0)
        return;
    const Entity& entity = *n.entity;
    auto& db = store_.db();
    std::size_t at = 0;
    Batch::Packed record;
    // Most fields are empty in all records of one load: what is NULL anyway is not carried through.
    std::vector<std::string> columns{"id", "uid", "deleted_at"};
    std::vector<std::size_t> used;
    for (const FieldInfo& field : entity.fields())
        for (std::size_t i = 0; i < field.cells; ++i)
            if (records.uses(field.first + i))
                columns.push_back(field.columns[i].name), used.push_back(field.first + i);
    db.load(entity.noun, columns, [&](std::span<View> cells) {
        if (at == records.size())
            return false;
        records.read(at++, record);
        cells[0] = record.id, cells[1] = record.uid;
        cells[2] = record.deleted_at.empty() ? View() : View(record.deleted_at);
        for (std::size_t i = 0; i < used.size(); ++i)
            cells[i + 3] = record.cells[used[i]];
        return true;
    });
    for (const FieldInfo& field : entity.fields()) {
        if (field.type() != Type::rows || !records.uses_rows(field.first))
            continue;
        columns = {"record", "position"};
        for (const FieldInfo& inner : field.rows)
            for (const auto& column : inner.columns)
                columns.push_back(column.name);
        const std::size_t width = columns.size() - 2;
        std::span<const View> left;
        std::int64_t position = 0;
        at = 0;
        db.load(field.table(), columns, [&](std::span<View> cells) {
            while (left.empty()) {
                if (at == records.size())
                    return false;
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
    const BatchWords& words = n.writing_words;
    const std::size_t width = words.columns.size();
    for (const std::size_t column : words.columns)
        columns.push_back(n.words[column].name);
    const auto words_at = [&](std::size_t record) {
        return std::span(words.words).subspan(record * width, width);
    };
    at = 0;
    db.load(std::string(entity.noun) + "_words", columns, [&](std::span<View> cells) {
        do {
            if (at == records.size())
                return false;
            records.read(at++, record);
        } while (!record.deleted_at.empty());
        cells[0] = record.id;
        const auto of = words_at(at - 1);
        for (std::size_t i = 0; i < width; ++i)
            cells[i + 1] = of[i].empty() ? View() : View(std::string_view(of[i]));
        remember_tags(entity, record.cells);
        return true;
    });
    if (leading_ != &n)
        return;
    // One by one: the engine writes out what it has gathered before every statement that may put in
    // several.
    if (!n.put_text)
        n.put_text = db.prepare(db.dialect().full_text().add());
    SearchText text;
    for (at = 0; at < records.size(); ++at) {
        search_text(entity, n.words, words.columns, words_at(at), text);
        n.put_text.with(sql::search_id(entity.number, records.id(at)), text.name, text.text).run();
    }
    n.searchable = records.id(records.size() - 1);
}

/// Words and look-ups of records.
void Writer::derive(Noun& n, const Batch& records, BatchWords& out) {
    out.columns.clear();
    if (records.size() == 0)
        return;
    for (std::size_t i = 0; i < n.words.size(); ++i) {
        const FieldInfo& field = *n.words[i].field;
        bool any = false;
        for (std::size_t cell = 0; cell < field.cells; ++cell)
            any = any || records.uses(field.first + cell);
        if (any)
            out.columns.push_back(i), n.worded[i] = true;
    }
    out.words.resize(records.size() * out.columns.size());
    Batch::Packed record;
    auto word = out.words.begin();
    for (std::size_t at = 0; at < records.size(); ++at) {
        records.read(at, record);
        const bool live = record.deleted_at.empty();  // records in the trash are not found
        for (const std::size_t column : out.columns)
            *word++ = live ? words_of(record.cells, n.words[column]) : std::string();
        if (live)
            lookups_.add(*n.entity, record.id, record.cells);
    }
}

void Writer::write_pending() {
    // What is derived is made by the thread that would wait otherwise, and by one at a time.
    const bool here = !background_ || (worker_.busy() && !deriving_);
    if (here) {
        for (auto& [number, n] : nouns_)
            derive(*n, n->pending, n->pending_words);
        lookups_.sort();
    }
    wait();
    if (lookups_.bytes() >= lookups_limit)
        lookups_.flush();
    for (auto& [number, n] : nouns_) {
        std::swap(n->writing, n->pending);
        std::swap(n->writing_words, n->pending_words);
        n->pending.clear();
    }
    const auto write = [this] {
        for (auto& [number, n] : nouns_)
            write_records(*n, n->writing);
    };
    // The second thread has time to keep indexes and full text; alone it is quicker to make them
    // afterwards. Of the full text only that of one noun, since the engine writes out what it has
    // gathered when the numbers go back.
    deriving_ = !here;
    const std::size_t many =
        std::exchange(pending_limit_, std::min(2 * pending_limit_, pending_most));
    if (background_)
        return worker_.run([this, write, here, many] {
            if (!here) {
                for (auto& [number, n] : nouns_)
                    derive(*n, n->writing, n->writing_words);
                lookups_.sort();
                deriving_ = false;
            }
            for (auto& [number, n] : nouns_)
                if (n->writing.size() >= many)
                    index_noun(*n), lead();
            write();
        });
    write();
    for (auto& [number, n] : nouns_)
        n->writing.clear();
}

/// Chooses the noun whose full text is written as it comes: the one that says most, if none of it
/// is written yet.
void Writer::lead() {
    if (leading_ != nullptr)
        return;
    for (auto& [number, n] : nouns_)
        if (n->writing.size() > 0 && n->writing.id(0) == n->first_added &&
            (leading_ == nullptr || n->writing.bytes() > leading_->writing.bytes()))
            leading_ = n.get();
}

void Writer::flush_pending() {
    write_pending();
    wait();
    for (auto& [number, n] : nouns_)
        n->writing.clear();
    lookups_.flush();
}

void Writer::remember_row(std::uint64_t digest, const Entity& entity, std::int64_t record,
                          const std::string& file, std::int64_t line) {
    rows_.add(digest, entity, record, file, line);
}

void Writer::rename_rows(const std::function<std::uint64_t(std::uint64_t)>& digest) {
    rows_.rename(digest);
}

void Writer::index_noun(Noun& n) {
    if (n.indexed)
        return;
    sql::make_indexes(store_.db(), *n.entity);
    n.indexed = true;
}

void Writer::flush() {
    flush_pending();
    auto& db = store_.db();
    for (auto& [number, n] : nouns_) {
        if (n->first_added == 0)
            continue;
        log_.run(*n->entity, n->first_added, n->last_added, "add");
        make_searchable(*n);
    }
    for (auto& [number, n] : nouns_) {
        if (n->last >= sql::indexed_from)
            index_noun(*n);
        if (n->last != n->stored_last)
            db.prepare(
                  "INSERT INTO \"sequence\"(\"noun\",\"last\") VALUES(?1,?2) ON CONFLICT(\"noun\") "
                  "DO UPDATE SET \"last\"=excluded.\"last\"")
                .with(n->entity->noun, n->last)
                .run();
    }
    rows_.write(log_.id());
}

}  // namespace crm::store
