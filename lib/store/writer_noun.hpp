#pragma once

#include "store/batch.hpp"
#include "store/writer.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

/// Within store: what the parts of the writer share.
namespace crm::store {

/// The two columns of the full text.
struct SearchText {
    std::string name, text;
};

/// The words of a batch's records.
struct BatchWords {
    std::vector<std::size_t>
        columns;  ///< the words columns that any of them has, by their place in Noun::words
    std::vector<std::string> words;  ///< record by record, those columns
};

/// What a noun needs while it is written to: its statements, its counter and the run of records
/// that were added.
struct Writer::Noun {
    const meta::Entity* entity;
    std::vector<sql::WordsColumn> words;
    std::int64_t last = 0;         ///< the counter
    std::int64_t stored_last = 0;  ///< as the store has it
    std::int64_t first_added = 0, last_added = 0;
    std::int64_t searchable = 0;  ///< additions up to this one are in the full text
    std::map<std::int64_t, SearchText>
        outdated;  ///< of those, what the full text has of records that have changed since
    bool indexed = false;
    sql::Statement insert, words_in, words_out, search, unsearch, put_text;
    std::vector<sql::Statement> rows_in;  ///< by the number of the row list
    std::vector<sql::Statement> rows_clear;
    std::map<std::string, sql::Statement> updates;
    const meta::FieldInfo *created_at, *updated_at, *tags;
    std::vector<bool> worded;  ///< by words column: some record that was written here has any
    Batch pending;             ///< additions of a bulk load that wait
    Batch writing;             ///< those that the worker is writing: read only
    BatchWords pending_words, writing_words;

    explicit Noun(const meta::Entity& e) : entity(&e), pending(e), writing(e) {}
};

/// What the rules may ask of the operation under way.
struct Writer::Context final : RuleContext {
    explicit Context(Writer& w, std::string day)
        : RuleContext(w.store_, {w.info_.now, {}}, std::move(day)),
          writer(w),
          unique(*this, [&w](const meta::Entity& entity) { return w.noun(entity).stored_last; }) {
        strict = !w.info_.no_rules;
        user = w.info_.user;
    }

    Store& store() override {
        writer.wait();
        return store_;
    }
    Store& flushed() override {
        writer.flush_pending();
        return store_;
    }
    std::optional<Record> find(const meta::Entity& entity, std::int64_t id) override {
        return writer.find(entity, id);
    }
    bool is_new(const Record& record) override { return writer.fresh(record); }
    std::string text_before(const Record& record, const meta::FieldInfo& field) override {
        writer.wait();
        return writer.log_.text_before(record, field);
    }
    std::optional<Taken> taken(const Record* before, const Record& after) override {
        return unique.taken(before, after);
    }

    Writer& writer;
    UniqueKeys unique;
};

/// Look-ups go in by the order of their keys, so the more wait the fewer pages are written to
/// twice. Bytes.
inline constexpr std::size_t lookups_limit = std::size_t{64} << 20;

/// text::words of what a words column holds; nothing for an empty value.
std::string words_of(std::span<const View> cells, const sql::WordsColumn& column);
std::string words_table(const meta::Entity& entity);
/// The number of a record's entry in the full text, out of the words table.
std::string search_number(const meta::Entity& entity);
/// The two columns of the full text, out of the words columns: the name, and everything else. Of
/// many records, the columns that are empty in all of them need not be asked for: `used`, by words
/// column.
std::pair<std::string, std::string> search_columns(const meta::Entity& entity,
                                                   std::span<const sql::WordsColumn> words,
                                                   const std::vector<bool>* used = nullptr);
/// What these columns hold of one record, from its words in the words columns `of`.
void search_text(const meta::Entity& entity, std::span<const sql::WordsColumn> columns,
                 std::span<const std::size_t> of, std::span<const std::string> words,
                 SearchText& out);

}  // namespace crm::store
