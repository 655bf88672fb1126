#pragma once

#include "base/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a report finds: plain data. Whatever works on figures takes a Result: totals and pivot, the
/// pages and charts of lib/show, and gates (`--fail-if`), whose expressions name columns and groups
/// of it. Nothing in it is infinite, no number or -0: what cannot be computed is empty, and a note
/// says why.
namespace crm::report {

/// What the values of a column are. A number with a fraction is a text with the decimals of its
/// type, so that no format rounds it once more.
enum class ColumnType : std::uint8_t {
    text,
    date,      ///< 2026-11-30
    instant,   ///< 2026-11-30T09:00:00Z
    month,     ///< 2026-11
    boolean,   ///< yes, no
    duration,  ///< 30min
    integer,
    number,   ///< with `digits` decimals
    share,    ///< 0 to 1, with six decimals
    percent,  ///< 0 to 100, with six decimals
    money,    ///< major units with the decimals of the row's currency
    days,     ///< with one decimal
    list,     ///< several texts: those of meta::items_text, in JSON a list
    link,     ///< the name of a record of `noun`; its short id is in Result::ids
};

struct Column {
    std::string name;  ///< its key in JSON, its header in CSV
    ColumnType type = ColumnType::text;
    int digits = 0;          ///< of a number
    bool group = false;      ///< says which group the row is
    bool charted = false;    ///< the figure by which the report speaks
    std::string unit = {};   ///< of money that all rows have in one currency: its code
    std::string help = {};   ///< what it means, in one sentence
    std::string title = {};  ///< for people; see `heading`
    std::string noun = {};   ///< of a link

    /// The title or, without one, the name with blanks and a capital: "Won amount".
    std::string heading() const;
    /// Whether the values are numbers.
    bool numeric() const;
};

using Row = std::vector<Value>;  ///< one value per column; empty where there is none

/// Which records the groups of a row are: one short id per group, empty where the group is no
/// record. Rows of two records of one name differ in it.
using RowIds = std::vector<std::string>;

/// The type as a report file writes it: number(2); of a link its noun.
std::string type_text(const Column& column);

/// A value as a text; empty for none.
std::string text_of(const Value& value);
/// A value as a number; nothing where it is none.
std::optional<double> number_of(const Value& value);

struct Result {
    std::vector<Column> columns;  ///< the groups come first
    std::vector<Row> rows;
    std::vector<RowIds> ids;         ///< one for each row; none at all where no group is a record
    std::vector<std::string> notes;  ///< sentences about what is missing or not exact

    /// The record that a group of a row is; empty where it is none.
    std::string id_of(std::size_t row, std::size_t group) const;
    /// How many of the first columns are groups.
    std::size_t groups() const;
    /// The column that stands for a row in charts and pivots: the first of money, else the first
    /// after the groups.
    std::size_t figure() const;
    /// The column that a chart draws: the one that the rows are ordered by or the report names,
    /// else `figure`.
    std::size_t charted() const;
    /// The column of the currency; the number of columns where there is none.
    std::size_t currency() const;
    /// The column of that name; the number of columns where there is none.
    std::size_t place_of(std::string_view name) const;
    /// How many groups of a row are fixed: fewer than `groups` in a row of --totals, whose column
    /// `level` says so, and 0 in a grand total, of which each currency has one.
    std::size_t level(std::size_t row) const;
};

}  // namespace crm::report
