#pragma once

#include "store/store.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace crm::store {

/// The rows of files that one operation has read, known by their digests: the same row again
/// changes nothing. They wait in memory and are written at the end.
class ImportedRows {
public:
    explicit ImportedRows(Store& store) : store_(store) {}

    /// Before the first row: whether the database knows rows of earlier imports.
    void begin();
    bool empty() const { return rows_.empty(); }
    /// A row was about a record.
    void add(std::uint64_t digest, const meta::Entity& entity, std::int64_t record,
             const std::string& file, std::int64_t line);
    /// Other digests for all rows.
    void rename(const std::function<std::uint64_t(std::uint64_t)>& digest);
    /// `operation`: 0 where the rows changed nothing. They are known from now on all the same: they
    /// must not undo later edits.
    void write(std::int64_t operation);

private:
    struct Row {
        std::int64_t digest;
        int noun;
        std::int64_t record;
        std::int64_t source;  ///< number of the file in `files_`
        std::int64_t line;
    };
    std::vector<std::int64_t> write_files(std::int64_t operation);

    Store& store_;
    bool had_rows_ = true;
    std::vector<Row> rows_;
    std::vector<std::string> files_;
};

}  // namespace crm::store
