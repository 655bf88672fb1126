#pragma once

#include "exchange/incoming_row.hpp"
#include "store/record.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace crm::exchange {

/// The records of one name that the database had, arranged so that the one that a row means is
/// found without looking at all of them: a table may have ten thousand tasks "Call".
class Namesakes {
public:
    Namesakes(std::vector<store::Record> records, ImportContext& context);

    std::span<const store::Record> records() const { return records_; }

    /// What a row means: one record, none, or two that it might mean.
    struct Match {
        std::vector<std::int64_t> ids;  ///< at most two: no more are needed to call it ambiguous
        std::size_t agreement = 0;      ///< in how many fields they agree with the row

        void add(std::int64_t id, std::size_t in_fields);
    };
    using Test = std::function<bool(const store::Record&)>;
    /// The records that `is_another` does not exclude; where a name only describes, those of them
    /// that agree with the row in most fields.
    Match find(const IncomingRow& row, std::int64_t company, const Test& is_another);

private:
    using Places = std::span<const std::uint32_t>;  // of records in `records_`

    /// The records that a row may mean as far as one field goes.
    struct Choice {
        Places same;  ///< have its value
        Places none;  ///< have no value
        std::size_t size() const { return same.size() + none.size(); }
    };

    std::uint64_t key(std::string_view what, std::string_view value) const;
    void add_to_index(std::uint32_t place);
    Places places(std::uint64_t key) const;
    Choice choice(std::string_view what, std::string_view value) const;
    Choice smallest_choice(const IncomingRow& row, std::int64_t company);
    Places without_references_to(std::string_view system);
    std::vector<Places> agreeing(const IncomingRow& row) const;

    ImportContext& context_;
    std::vector<store::Record> records_;
    std::vector<std::uint32_t> all_;
    bool is_indexed_;
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> by_value_;
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> without_system_;
};

}  // namespace crm::exchange
