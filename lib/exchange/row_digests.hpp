#pragma once

#include "base/flat_map.hpp"
#include "exchange/import_context.hpp"
#include "exchange/incoming_row.hpp"

#include <cstdint>
#include <string>

namespace crm::exchange {

/// Rows are remembered by a digest of what they say, so that the same row again changes nothing,
/// even if the record was edited in between.
class RowDigests {
public:
    explicit RowDigests(ImportContext& context);

    std::uint64_t digest(const IncomingRow& row, const form::Draft& draft);
    /// The record that a row of this or an earlier import was about; 0 for a new row.
    std::int64_t find(std::uint64_t digest);
    void add(std::uint64_t digest, std::int64_t record) { rows_.insert(digest, record); }

    /// How a row is remembered while one of its links could not be resolved.
    static std::uint64_t with_open_link(std::uint64_t digest) {
        return digest ^ 0x9e3779b97f4a7c15u;
    }

private:
    void append(std::int64_t number);
    void append(const IncomingRow& row);

    ImportContext& context_;
    FlatMap<std::int64_t> rows_;  // of this import
    std::string bytes_;           // kept for its memory
    sql::Statement earlier_;
};

}  // namespace crm::exchange
