#pragma once

#include "report/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Conditions on the figures of a report: `coverage<3`, `max(days)>30`.
///
///     condition = term { ("and" | "or") term }      "and" binds tighter
///     term      = value op limit
///     value     = "rows" | column | column "[" group "=" text "]"
///               | ("sum" | "mean" | "min" | "max") "(" column ")"
///     op        = "<" | "<=" | "=" | "!=" | ">=" | ">"
///     limit     = number [ "k" | "M" ] [ "%" | currency | "d" | "h" ]
///
/// A column or a text with other characters is in double quotation marks.
namespace crm::report {

/// Limits and the figures compared with them are in units of 10^-9: a sum of a million amounts and
/// a limit times a million still have room.
using Exact = __int128;
inline constexpr int exact_decimals = 9;
inline constexpr Exact exact_one = 1'000'000'000;

struct FailTerm {
    enum class Kind : std::uint8_t { rows, column, group, sum, mean, min, max };
    enum class Op : std::uint8_t { below, at_most, equal, differs, at_least, above };
    enum class Unit : std::uint8_t { none, percent, days, hours, money };

    Kind kind = Kind::rows;
    std::string column;
    std::size_t column_at = 0;  ///< where the column is in the text
    std::string group, text;    ///< of Kind::group
    std::size_t group_at = 0;
    Op op = Op::below;
    Exact limit = 0;
    std::string as_typed;  ///< the limit
    Unit unit = Unit::none;
    std::string currency;
    std::size_t limit_at = 0;
};

struct FailIf {
    std::string text;
    std::vector<std::vector<FailTerm>> terms;  ///< fails if all terms of one of the lists hold
};

/// Throws usage `bad_condition` with the place of what is wrong.
FailIf read_fail_if(std::string_view text);

/// What a condition says about a report.
struct Verdict {
    /// A row that fails, and the column whose value does.
    struct Row {
        std::size_t row = 0, column = 0;
        std::string shown;  ///< the value for people
    };

    bool fails = false;
    /// The value of the term that decides: the first that fails, else of the first term the value
    /// nearest to failing. As its column has it; empty where there is none.
    std::string value;
    std::string shown;      ///< the same for people: 35.3 %, 1200.00 EUR
    std::string limit;      ///< in the unit of the value
    bool money = false;     ///< value and limit are amounts
    std::string row;        ///< "owner Ada, product Pump"; empty for a value of the whole report
    std::vector<Row> rows;  ///< that fail
    std::string text;       ///< the condition
    std::vector<std::string> notes;  ///< sentences: a group that no row has
    std::string message() const;     ///< "coverage<3: 2.1 (owner Ada)"
};

/// Money is compared in minor units, numbers digit by digit; nothing is rounded. An empty value
/// never fails. Terms about a column that are joined by `and` are about the same row. Rows of
/// --totals are left out. With a currency only amounts in it count. Throws usage: a column or group
/// that does not exist, with the nearest names; a column without numbers; a unit that the column
/// does not have; a sum, mean, minimum or maximum of several currencies without a currency.
Verdict judge(const FailIf& condition, const Result& result);

}  // namespace crm::report
