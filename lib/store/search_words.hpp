#pragma once

#include "sql/schema.hpp"
#include "store/batch.hpp"
#include "store/numbers.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace crm::store {

/// text::words of what a words column holds; nothing for an empty value.
std::string words_of(std::span<const View> cells, const sql::WordsColumn& column);
/// The two columns of the full text of one record.
struct SearchText {
    std::string name, text;
};

/// The words of a batch's records, made before they are written.
struct BatchWords {
    std::vector<std::size_t> columns;  ///< the words columns that any of the records has
    std::vector<std::string> words;    ///< record by record, those columns
};

/// The words of a noun's records and their full text, kept in step with the records. A record in
/// the trash has neither. The full text of records that the operation adds is written at its end,
/// or of a whole batch: in the order of their numbers, since the engine writes out what it has
/// gathered whenever a number is smaller than the one before.
class SearchWords {
public:
    /// `numbers`: which records the operation adds.
    SearchWords(Store& store, const meta::Entity& entity, const Numbers& numbers);

    void add(const Record& record);
    void change(const Record& before, const Record& after);
    /// Takes out a run of records.
    void remove(std::int64_t first, std::int64_t last);

    /// Of a batch: `begin` chooses the columns, `append` makes the words of its next record, `load`
    /// writes them. Only `load` needs the database.
    void begin(const Batch& records, BatchWords& out);
    void append(const Batch::Packed& record, BatchWords& out) const;
    void load(const Batch& records, const BatchWords& words);
    /// Writes the full text of a batch, too.
    void load_full_text(const Batch& records, const BatchWords& words);

    /// Writes the full text of all that was added and has none yet.
    void finish();

private:
    void remove_words(std::int64_t id);
    void write_full_text(const Record& record);
    void remove_full_text(const Record& record);
    void prepare_entry();
    void search_text(std::span<const std::size_t> columns, std::span<const std::string> words,
                     SearchText& out) const;

    Store& store_;
    const meta::Entity& entity_;
    const Numbers& numbers_;
    std::vector<sql::WordsColumn> columns_;
    std::vector<bool> used_;       // by words column: some record that was written here has words
    std::int64_t searchable_ = 0;  // additions up to this one are in the full text
    // Of those, what the full text has of records that have changed since.
    std::map<std::int64_t, SearchText> outdated_;
    sql::Statement insert_, remove_, add_from_, remove_from_, entry_;
};

}  // namespace crm::store
