#pragma once

#include <string>

/// Amounts in SQL: minor units of a currency as they are kept, as they are read, and in another
/// currency. All take expressions.
namespace crm::sql {

/// As people write them, 1200.00; NULL stays NULL.
std::string as_money(const std::string& minor, const std::string& currency);
/// The newest rate of a pair that holds on a day, either way round; NULL where nobody said one.
/// REAL.
std::string rate(const std::string& from, const std::string& to, const std::string& day);
/// Minor units of another currency (a code), by the rate of a day, rounded half up; NULL where
/// there is none.
std::string in_currency(const std::string& to, const std::string& minor,
                        const std::string& currency, const std::string& day);

}  // namespace crm::sql
