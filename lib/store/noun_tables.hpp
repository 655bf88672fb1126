#pragma once

#include "store/lookup_table.hpp"
#include "store/numbers.hpp"
#include "store/record_table.hpp"
#include "store/search_words.hpp"
#include "store/tag_spelling.hpp"

#include <span>

namespace crm::store {

/// What all nouns share of what is derived from their records.
struct DerivedTables {
    explicit DerivedTables(Store& store) : lookups(store), tags(store) {}

    LookupTable lookups;
    TagSpelling tags;
};

/// The tables of one noun and what is derived from its records: words, full text, look-ups and the
/// spelling of tags, kept in step with them.
class NounTables {
public:
    NounTables(Store& store, const meta::Entity& entity, DerivedTables& derived);
    NounTables(const NounTables&) = delete;

    const meta::Entity& entity;
    const meta::FieldInfo &created_at, &updated_at, &tags;
    Numbers numbers;
    RecordTable records;
    SearchWords words;

    /// Writes a new record.
    void insert(const Record& record);
    /// What is derived, from what a record was to what it is.
    void rederive(const Record& before, const Record& after);
    /// Takes out what is derived from a run of records.
    void remove_derived(std::int64_t first, std::int64_t last);
    void keep_tags(std::span<const View> cells);

private:
    DerivedTables& derived_;
};

}  // namespace crm::store
