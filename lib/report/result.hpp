#pragma once

#include "base/value.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// What a report finds. Whatever works on figures takes a Result: pivot.hpp, the writers and
/// charts of lib/show, and gates (`--fail-if`), whose expressions name columns and groups of it.
namespace crm::report {

/// What the values of a column are.
enum class ColumnType : std::uint8_t {
    text,
    integer,
    number,  ///< with `digits` decimals, as its text
    share,   ///< 0 to 1, with six decimals, as its text
    money,   ///< major units with the decimals of the row's currency, as its text
};

struct Column {
    std::string name;
    ColumnType type = ColumnType::text;
    int digits = 0;         ///< of a number
    bool group = false;     ///< says which group the row is
    bool charted = false;   ///< the figure by which the report speaks
    std::string unit = {};  ///< of money that all rows have in one currency: its code
    std::string help = {};  ///< what it means, in one sentence
};

using Row = std::vector<Value>;  ///< one value per column; empty where there is none

/// Which records the groups of a row are: one short id per group, empty where the group is no
/// record. Rows of two records of one name differ in it.
using RowIds = std::vector<std::string>;

/// A value as a text; empty for none.
std::string text_of(const Value& value);

struct Result {
    std::vector<Column> columns;  ///< the groups come first
    std::vector<Row> rows;
    std::vector<RowIds> ids;  ///< one for each row; none at all where no group is a record

    /// The record that a group of a row is; empty where it is none.
    std::string id_of(std::size_t row, std::size_t group) const;
    /// How many of the first columns are groups.
    std::size_t groups() const;
    /// The column that stands for a row in charts and pivots: the first of money, else the first
    /// after the groups.
    std::size_t figure() const;
    /// The column that a chart draws: the one that the report names, else `figure`.
    std::size_t charted() const;
    /// The column of the currency; the number of columns where there is none.
    std::size_t currency() const;
};

}  // namespace crm::report
