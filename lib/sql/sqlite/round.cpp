#include "sql/sqlite/engine.hpp"

#include <cmath>

/// Rounding in SQL that refuses to be wrong.
namespace crm::sql {
namespace {

/// Above it a number with a fraction has no room for units.
constexpr double largest_exact = 9007199254740992.0;

void crm_round(sqlite3_context* context, int, sqlite3_value** args) {
    if (sqlite3_value_type(args[0]) != SQLITE_FLOAT)
        return sqlite3_result_value(context, args[0]);
    const double number = sqlite3_value_double(args[0]);
    if (std::fabs(number) > largest_exact)
        return sqlite3_result_error(context, inexact.data(), static_cast<int>(inexact.size()));
    sqlite3_result_int64(context, std::llround(number));
}

}  // namespace

void add_round_function(sqlite3* db) {
    if (sqlite3_create_function_v2(db, "crm_round", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                   crm_round, nullptr, nullptr, nullptr) != SQLITE_OK)
        fail(db, "opened");
}

}  // namespace crm::sql
