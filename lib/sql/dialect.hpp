#pragma once

#include <string>
#include <string_view>

namespace crm::sql {

class FullText;

/// What the engines write differently, as SQL text. Every argument is an SQL expression (a column,
/// a parameter such as `?1`, a literal) and so is every result. Days are ISO texts (2026-11-28),
/// instants ISO texts in UTC (2026-11-28T10:00:00Z). NULL in an argument gives NULL unless another
/// result is promised. What both engines write alike is in sql/expression.hpp.
///
/// Reached by Connection::dialect(). A new engine implements every function here.
class Dialect {
public:
    Dialect() = default;
    Dialect(const Dialect&) = delete;
    virtual ~Dialect() = default;

    /// Days from one day or instant to another, with a fraction; negative when `to` is earlier.
    virtual std::string days_between(std::string_view from, std::string_view to) const = 0;
    /// The day so many days later; `count` is a whole number, which may be negative.
    virtual std::string add_days(std::string_view day, std::string_view count) const = 0;
    /// The day of an instant where the user is, which is the zone of the session with the engine
    /// (SQLite: TZ of the process); a day stays as it is. Days are never cut out of the text of an
    /// instant, which is that of UTC. In C++ it is Clock::day.
    virtual std::string local_day(std::string_view instant) const = 0;
    /// The Monday of the week of a day: what the days of a week are grouped by.
    virtual std::string week_start(std::string_view day) const = 0;

    /// A whole number (BIGINT); halves are rounded away from zero.
    virtual std::string rounded(std::string_view number) const = 0;
    /// The same for a statement that this program runs: a result that may lack units, because a
    /// number with a fraction has no more than 53 bits, is refused (exit 4).
    virtual std::string rounded_exactly(std::string_view number) const = 0;
    /// A whole number that is not negative as text with at least so many digits: 7 is '07'.
    virtual std::string padded(std::string_view number, int digits) const = 0;
    /// A number as text with exactly so many decimals: `decimal("1.5", 2)` is '1.50'. The number
    /// may be a long expression: the text has it once.
    virtual std::string decimal(std::string_view number, int digits) const = 0;
    /// The greater or the lesser of two values; NULL where one of them is NULL.
    virtual std::string greater(std::string_view a, std::string_view b) const = 0;
    virtual std::string lesser(std::string_view a, std::string_view b) const = 0;

    /// Where `part` begins in `text`, counted from 1; 0 when it is not there.
    virtual std::string position(std::string_view part, std::string_view text) const = 0;
    /// A text with its ASCII letters in lower case and all else as it is.
    virtual std::string lower_ascii(std::string_view text) const = 0;
    /// Whether a regular expression (base/pattern.hpp) is found in a text; false for NULL.
    virtual std::string matches(std::string_view text, std::string_view pattern) const = 0;
    /// For FROM or JOIN: the values of a list as it is stored ("tea; coffee"), one a row, in the
    /// column "value" of a table called `alias`. It is joined by `LEFT JOIN … ON TRUE`.
    virtual std::string list_items(std::string_view list, std::string_view alias) const = 0;

    /// The full text of records, which differs from engine to engine.
    virtual const FullText& full_text() const = 0;
};

/// SQLite's.
const Dialect& sqlite_dialect();
const FullText& sqlite_full_text();

}  // namespace crm::sql
