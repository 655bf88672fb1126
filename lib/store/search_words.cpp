#include "store/search_words.hpp"

#include "base/text.hpp"
#include "sql/full_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::store {

using meta::Entity;
using meta::FieldInfo;
using sql::quoted;

std::string words_of(std::span<const View> cells, const sql::WordsColumn& column) {
    const FieldInfo& field = *column.field;
    if (column.part >= 0)
        return text::words(cells[field.first + static_cast<std::size_t>(column.part)].text);
    if (field.cells == 1)
        return text::words(cells[field.first].text);
    return text::words(meta::text(field, cells.subspan(field.first, field.cells)));
}

SearchWords::SearchWords(Store& store, const Entity& entity, const Numbers& numbers)
    : store_(store),
      entity_(entity),
      numbers_(numbers),
      columns_(sql::words_columns(entity)),
      used_(columns_.size()) {
    std::string names, parameters = "?1";
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        names += "," + quoted(columns_[i].name);
        parameters += fmt::format(",?{}", i + 2);
    }
    insert_ = store.db().prepare(fmt::format("INSERT INTO {}(\"id\"{}) VALUES({})",
                                             sql::words_table(entity), names, parameters));
}

void SearchWords::add(const Record& record) {
    const std::vector<View> cells(record.cells.begin(), record.cells.end());
    insert_.reset();
    insert_.bind(1, record.id);
    std::vector<std::string> words;  // what is bound must stay until the statement has run
    words.reserve(columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const std::string& word = words.emplace_back(words_of(cells, columns_[i]));
        if (!word.empty())
            used_[i] = true;
        insert_.bind(static_cast<int>(i) + 2, word.empty() ? View() : View(std::string_view(word)));
    }
    insert_.run();
}

void SearchWords::remove_words(std::int64_t id) {
    if (!remove_)
        remove_ = store_.db().prepare(
            fmt::format("DELETE FROM {} WHERE \"id\"=?1", sql::words_table(entity_)));
    remove_.with(id).run();
}

void SearchWords::change(const Record& before, const Record& after) {
    const bool was = before.deleted_at.empty(), is = after.deleted_at.empty();
    const bool same =
        was && is && std::ranges::all_of(columns_, [&](const auto& column) {
            return std::ranges::equal(before.of(*column.field), after.of(*column.field));
        });
    if (same)
        return;
    if (was) {
        remove_full_text(before);
        remove_words(after.id);
    }
    if (is) {
        add(after);
        write_full_text(after);
    }
}

/// What the words table says of a record into the full text.
void SearchWords::write_full_text(const Record& record) {
    if (numbers_.is_new(record.id))  // with the other additions, at the end
        return;
    if (!add_from_) {
        const auto [name, rest] = sql::search_columns(entity_, columns_);
        add_from_ = store_.db().prepare(store_.db().dialect().full_text().add_from(
            sql::search_number(entity_), name, rest,
            "FROM " + sql::words_table(entity_) + " WHERE \"id\"=?1"));
    }
    add_from_.with(record.id).run();
}

/// Takes what the words table says of a record out of the full text.
void SearchWords::remove_full_text(const Record& record) {
    if (numbers_.is_new(record.id)) {
        if (record.id > searchable_ || outdated_.contains(record.id))
            return;
        const std::vector<View> cells(record.cells.begin(), record.cells.end());
        std::vector<std::string> words;
        std::vector<std::size_t> all;
        for (const auto& column : columns_) {
            all.push_back(words.size());
            words.push_back(words_of(cells, column));
        }
        search_text(all, words, outdated_[record.id]);
        return;
    }
    if (!remove_from_) {
        const auto [name, rest] = sql::search_columns(entity_, columns_);
        remove_from_ = store_.db().prepare(store_.db().dialect().full_text().remove_from(
            sql::search_number(entity_), name, rest,
            "FROM " + sql::words_table(entity_) + " WHERE \"id\"=?1"));
    }
    remove_from_.with(record.id).run();
}

void SearchWords::remove(std::int64_t first, std::int64_t last) {
    const auto [name, rest] = sql::search_columns(entity_, columns_);
    const std::string table = sql::words_table(entity_), range = "WHERE \"id\" BETWEEN ?1 AND ?2";
    auto& db = store_.db();
    db.prepare(db.dialect().full_text().remove_from(
                   sql::search_number(entity_), name, rest,
                   fmt::format("FROM {} {} ORDER BY \"id\"", table, range)))
        .with(first, last)
        .run();
    db.prepare(fmt::format("DELETE FROM {} {}", table, range)).with(first, last).run();
}

void SearchWords::begin(const Batch& records, BatchWords& out) {
    out.columns.clear();
    out.words.clear();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const FieldInfo& field = *columns_[i].field;
        bool any = false;
        for (std::size_t cell = 0; cell < field.cells; ++cell)
            any = any || records.uses(field.first + cell);
        if (any) {
            out.columns.push_back(i);
            used_[i] = true;
        }
    }
    out.words.reserve(records.size() * out.columns.size());
}

void SearchWords::append(const Batch::Packed& record, BatchWords& out) const {
    for (const std::size_t column : out.columns)
        out.words.push_back(record.deleted_at.empty() ? words_of(record.cells, columns_[column])
                                                      : std::string());
}

void SearchWords::load(const Batch& records, const BatchWords& words) {
    std::vector<std::string> columns{"id"};
    for (const std::size_t column : words.columns)
        columns.push_back(columns_[column].name);
    auto word = words.words.begin();
    const std::size_t width = words.columns.size();
    std::size_t at = 0;
    Batch::Packed record;
    store_.db().load(std::string(entity_.noun) + "_words", columns, [&](std::span<View> cells) {
        for (;; word += static_cast<std::ptrdiff_t>(width)) {
            if (at == records.size())
                return false;
            records.read(at++, record);
            if (record.deleted_at.empty())
                break;
        }
        cells[0] = record.id;
        for (std::size_t i = 0; i < width; ++i, ++word)
            cells[i + 1] = word->empty() ? View() : View(std::string_view(*word));
        return true;
    });
}

/// Puts an entry into the full text: ?1 is its number, ?2 its name, ?3 its other text.
void SearchWords::prepare_entry() {
    if (!entry_)
        entry_ = store_.db().prepare(store_.db().dialect().full_text().add());
}

void SearchWords::load_full_text(const Batch& records, const BatchWords& words) {
    if (records.size() == 0)
        return;
    // One by one: the engine writes out what it has gathered before every statement that may put in
    // several.
    prepare_entry();
    const std::size_t width = words.columns.size();
    SearchText entry;
    for (std::size_t at = 0; at < records.size(); ++at) {
        search_text(words.columns, std::span(words.words).subspan(at * width, width), entry);
        entry_.with(sql::search_id(entity_.number, records.id(at)), entry.name, entry.text).run();
    }
    searchable_ = records.id(records.size() - 1);
}

/// What the full text has of one record, from its words in these words columns.
void SearchWords::search_text(std::span<const std::size_t> columns,
                              std::span<const std::string> words, SearchText& out) const {
    out.name.clear();
    out.text.clear();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const sql::WordsColumn& column = columns_[columns[i]];
        if (column.part >= 0 || words[i].empty())
            continue;
        if (column.field == entity_.name()) {
            out.name = words[i];
        } else {
            out.text += words[i];
            out.text += ' ';
        }
    }
}

void SearchWords::finish() {
    if (numbers_.added() == 0)
        return;
    auto& db = store_.db();
    const auto [name, rest] = sql::search_columns(entity_, columns_, &used_);
    const std::string number = sql::search_number(entity_), table = sql::words_table(entity_);
    const sql::FullText& full_text = db.dialect().full_text();
    const std::string added =
        fmt::format("FROM {} WHERE \"id\" BETWEEN ?1 AND ?2 ORDER BY \"id\"", table);
    db.prepare(full_text.add_from(number, name, rest, added))
        .with(std::max(numbers_.first_added(), searchable_ + 1), numbers_.last_added())
        .run();
    if (outdated_.empty())
        return;
    sql::Statement take = db.prepare(full_text.remove());
    for (const auto& [id, text] : outdated_)
        take.with(sql::search_id(entity_.number, id), text.name, text.text).run();
    sql::Statement get = db.prepare(
        fmt::format("SELECT {}, {}, {} FROM {} WHERE \"id\"=?1", number, name, rest, table));
    prepare_entry();
    for (const auto& [id, text] : outdated_)
        if (get.with(id).step())
            entry_.with(get.integer(0), get.text(1), get.text(2)).run();
    outdated_.clear();
}

}  // namespace crm::store
