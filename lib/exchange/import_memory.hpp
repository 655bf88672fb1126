#pragma once

#include "base/flat_map.hpp"
#include "exchange/import_context.hpp"
#include "exchange/incoming_row.hpp"

#include <array>
#include <bitset>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace crm::exchange {

/// Where a key was first.
struct KeyPlace {
    std::int64_t record;
    std::int32_t line;
    std::int32_t file;
    bool operator==(const KeyPlace&) const = default;
};

/// What this import knows of a record that a row was about.
struct RecordMark {
    std::string name;
    std::bitset<128> set;  ///< fields that a row of this import has set
    std::int64_t line = 0;
    std::int32_t file = 0;
    bool added = false;
    bool counted = false;
    Traits traits{};        ///< what rows have said of it
    std::uint64_t uid = 0;  ///< digests of what the first row had; 0: nothing
    std::uint64_t refs = 0;
    std::uint64_t town = 0;
};

/// What this import has met so far: which key was on which line, and which records it has changed.
class ImportMemory {
public:
    explicit ImportMemory(ImportContext& context) : context_(context) {}

    const KeyPlace* find_key(const meta::Entity& entity, std::uint64_t key) const;
    /// The first place of a key is kept.
    void add_key(const meta::Entity& entity, std::uint64_t key, const KeyPlace& place);

    /// Null for a record that this import has not met.
    RecordMark* find(const meta::Entity& entity, std::int64_t record);
    RecordMark& mark(const meta::Entity& entity, std::int64_t record, RecordMark&& first);

    /// Later rows with one of the keys of this row mean the same record, or are wrong.
    void remember(const Keys& keys, const meta::Entity& entity, std::int64_t record,
                  const IncomingRow& row, const form::Draft& draft);
    /// Counts a changed record once.
    void count_update(RecordMark& mark);

    KeyPlace place(std::int64_t record, const form::Draft& draft);
    std::int32_t file_number(const std::string& file);
    const std::string& file_name(std::int32_t number) const {
        return files_[static_cast<std::size_t>(number)];
    }

private:
    static constexpr std::size_t most_nouns = 64;

    /// A row has several keys: its place is kept once.
    struct NounKeys {
        FlatMap<std::uint32_t> places;  // by the digest of a key
        std::vector<KeyPlace> rows;
    };

    ImportContext& context_;
    std::array<NounKeys, most_nouns> keys_;
    std::array<FlatMap<std::uint32_t>, most_nouns> records_;  // by record: its place in `marks_`
    std::deque<RecordMark> marks_;
    std::vector<std::string> files_;
};

}  // namespace crm::exchange
