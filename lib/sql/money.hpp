#pragma once

#include <functional>
#include <string>
#include <string_view>

/// Amounts in SQL: minor units of a currency as they are stored, as they are read, and in another
/// currency. All take expressions.
namespace crm::sql {

class Dialect;

/// What `of(digits)` gives for the number of decimals of a currency (ISO 4217: 0, 2, 3 or 4; the
/// list is in base/money).
std::string by_currency(std::string_view currency, const std::function<std::string(int)>& of);
/// How many minor units one major unit has, as a number with a fraction: 100.0.
std::string minor_per_major(std::string_view currency);

/// An amount (a whole number) as people write it, 1200.00, exact; NULL stays NULL.
std::string as_money(const Dialect& dialect, const std::string& minor, const std::string& currency);
/// An amount as a number with a fraction, to calculate with; one of more than 15 digits, which
/// would lose some, as exact text.
std::string as_number(const Dialect& dialect, const std::string& minor,
                      const std::string& currency);
/// The newest rate of two currencies on a day, whichever way round it is kept (of the same day the
/// direct one); NULL where there is none. A number with a fraction. `to` is a literal.
std::string rate(const std::string& from, const std::string& to, const std::string& day);
/// How a number is made whole: Dialect::rounded, or rounded_exactly.
using Rounding = std::function<std::string(std::string_view)>;
/// Minor units of another currency (a code), by the rate of a day, rounded half up; NULL where
/// there is none.
std::string in_currency(const Rounding& rounded, const std::string& to, const std::string& minor,
                        const std::string& currency, const std::string& day);

}  // namespace crm::sql
