#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Files that an analysis reads instead of the database.
namespace crm::value {

/// A file as it was given: `--from FILE --map COLUMN=ROLE,…`.
struct InputFile {
    std::string name;  ///< for errors
    std::string text;  ///< UTF-8
    /// COLUMN and ROLE; COLUMN is a header or a number from 1.
    std::vector<std::pair<std::string, std::string>> map;
};

/// Throws usage where a part of the text is not COLUMN=ROLE.
std::vector<std::pair<std::string, std::string>> read_map(std::string_view text);

/// The rows of a table: CSV, with another delimiter, or columns separated by blanks where there is
/// no delimiter. Borrows the text of the file. Throws refused where it has more cells than fit into
/// memory with what is made of them.
class Table {
public:
    explicit Table(const InputFile& file);

    std::size_t rows() const { return ends_.size(); }
    /// How many cells a row has.
    std::size_t width(std::size_t row) const { return ends_[row] - begin(row); }
    /// A cell without blanks at its ends; empty beyond the end of a row.
    std::string_view cell(std::size_t at, std::size_t column) const;
    /// Rows that could not be read.
    std::size_t unreadable() const { return unreadable_; }

    /// The column that has that number from 1, or is called so in the first row. Throws usage with
    /// the headers of the file.
    std::size_t column(std::string_view name) const;
    /// The column whose header is exactly so.
    std::optional<std::size_t> header(std::string_view name) const;

private:
    /// Where a cell is in the text of the file or, beyond its end, in `unquoted_`.
    struct Cell {
        std::uint32_t begin, size;
    };

    void read_delimited(std::string_view text);
    void read_blanks(std::string_view text);
    void add(std::string_view cell);
    std::size_t begin(std::size_t row) const { return row == 0 ? 0 : ends_[row - 1]; }

    const InputFile& file_;
    std::vector<Cell> cells_;
    std::vector<std::uint32_t> ends_;  ///< of the rows, in `cells_`
    std::string unquoted_;             ///< cells that had doubled quotes
    std::size_t unreadable_ = 0;
};

/// Which column has which role.
class Roles {
public:
    /// By the map and, for roles that it does not name, the headers that are called like a role.
    /// Throws usage for a role that is not one of `valid` and a column that is not there.
    Roles(const Table& table, const InputFile& file, std::span<const std::string_view> valid);

    std::optional<std::size_t> find(std::string_view role) const;
    /// Throws usage with the headers where no column has the role.
    std::size_t get(std::string_view role) const;

private:
    const Table& table_;
    const InputFile& file_;
    std::vector<std::pair<std::string, std::size_t>> columns_;
};

/// A number with a point: 29.33, -5, 1e3. Nothing where it is none or not finite.
std::optional<double> read_plain_number(std::string_view text);

}  // namespace crm::value
