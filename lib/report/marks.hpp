#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

/// The marks in the SQL of report files. What they become is decided in compile.cpp.
///
/// Of the request (-p, --by, --where, --in, --method):
///     {by}           the columns of the groups, each with its comma
///     {joins}        what the groups, the method and the value of deals need in FROM
///     {where}        the condition: records that are not deleted, query, --where and -p
///     {group}        the whole GROUP BY: the groups, and the currency where there is money
///     {order}        what sorts the groups, each with its comma
///     {partition}    PARTITION BY the groups of --by, for window functions
///     {value}        what a record is worth, in minor units; with --in in that currency
///     {currency}     the currency of {value}
///     {value_currency}  the same before --in converts it
///     {weighted}     what the method expects the records of a group to bring, in minor units
///
/// Of the database and its configuration:
///     {own_currency}      the database's currency
///     {minor_per_major}   how many minor units one major unit of {converted} has
///     {own_minor_per_major}  the same of the database's currency
///     {now}, {today}      the current time, and the day where the user is
///     {stages}            SELECT of all stages but the lost one: number (from 1) and name
///     {stage_number(x)}   the number of a stage; 1 for the lost one
///     {noun(name)}        the number of a noun, as in the columns about_noun
///     {field(name)}, {field_currency(name)}  a computed field of the record
///     {formula(name)}     a formula of sql/computed_fields about the record
///     {value_of(x)}, {currency_of(x)}  what the deal x is worth, in minor units: its amount, else
///                         its line items, else, of an open one, the list price of its product
///     {commission(x)}, {owner_part}, {team_part}  of the plan of commission
///     {?noun SQL}         the SQL where the noun has records, else NULL: before its first record
///                         a noun has no table
///
/// Functions, so that the SQL is the same for every engine:
///     {money(x)}         whole minor units of {currency}; in the script of --sql a decimal text
///     {converted(x, currency, day)}  minor units in the currency of --in; without it NULL for an
///                        amount that is not in the database's currency
///     {missing_rate(currency, day)}  a text that names both where --in needs a rate that is not
///                        there, else NULL
///     {number(x, n)}     a number with n decimals as text
///     {share(a, b)}      a / b with six decimals; NULL where b is 0
///     {round(x)}         a whole number; refused where it is too large to be exact
///     {mean(x)}          of whole numbers, rounded to a whole one
///     {days(a, b)}, {hours(a, b)}  from a to b, with a fraction
///     {seconds(x)}       of a duration
///     {add_days(day, n)}, {week_start(day)}  a day later or earlier; the Monday of its week
///     {greater(a, b)}, {lesser(a, b)}
///     {live}, {live(x)}  the record (as x) is not deleted
namespace crm::report {

struct MarkExpander {
    /// The SQL of a mark with these arguments, which are expanded already.
    std::function<std::string(std::string_view name, std::span<const std::string> arguments)> mark;
    /// Whether a noun has records.
    std::function<bool(std::string_view noun)> has_records;

    /// Replaces all marks. Lines on which nothing is left are dropped; further lines of a mark are
    /// indented like its first one. Throws internal where a brace is not closed.
    std::string expand(std::string_view text) const;

private:
    std::string expand_mark(std::string_view inside) const;
};

}  // namespace crm::report
