#pragma once

#include "store/record.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crm::store {

/// Records that wait to be written, one after another in one piece of memory: most fields are empty
/// in most records, and what is empty takes no room here. In the order of their ids, in which they
/// are usually added.
class Batch {
public:
    explicit Batch(const meta::Entity& entity);

    /// A record as it is packed; everything in it is borrowed, and valid until the batch changes.
    struct Packed {
        std::int64_t id = 0;
        std::string_view uid, deleted_at;
        std::vector<View> cells;  ///< all of them
        std::vector<std::vector<View>>
            rows;                        ///< by row list, the cells of its rows one after another
        std::vector<std::uint16_t> set;  ///< which cells are
    };

    void add(const Record& record);
    std::size_t size() const { return entries_.size(); }
    std::size_t bytes() const { return bytes_.size(); }
    std::int64_t id(std::size_t n) const { return entries_[n].id; }
    bool has(std::int64_t id) const { return place(id) != none; }
    std::optional<Record> get(std::int64_t id) const;
    void replace(const Record& record);  ///< one that is there
    void clear();                        ///< keeps the memory
    /// The n-th record into `out`, which may hold another one of the same batch.
    void read(std::size_t n, Packed& out) const;
    /// Whether any record has a value in this cell, a row in this list.
    bool uses(std::size_t cell) const { return used_[cell]; }
    bool uses_rows(std::size_t list) const { return used_rows_[list]; }

private:
    static constexpr std::size_t none = ~std::size_t{0};
    struct Entry {
        std::int64_t id;
        std::size_t at;
    };
    std::size_t place(std::int64_t id) const;
    void pack(const Record& record);
    void pack(const View& cell);
    void pack_text(std::string_view text);

    const meta::Entity* entity_;
    std::vector<std::size_t> row_cells_;  ///< by row list: cells of one row
    std::vector<Entry> entries_;
    std::string bytes_;
    std::vector<bool> used_, used_rows_;
};

}  // namespace crm::store
