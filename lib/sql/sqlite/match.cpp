#include "base/pattern.hpp"
#include "sql/sqlite/engine.hpp"

/// Regular expressions in SQL.
namespace crm::sql {
namespace {

std::string_view text_of(sqlite3_value* value) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return {bytes == nullptr ? "" : bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void crm_match(sqlite3_context* context, int, sqlite3_value** args) {
    auto* pattern = static_cast<Pattern*>(sqlite3_get_auxdata(context, 0));
    if (pattern == nullptr) {
        auto compiled = Pattern::compile(text_of(args[0]));
        if (!compiled)
            return sqlite3_result_error(context, compiled.error().message.c_str(), -1);
        pattern = new Pattern(std::move(*compiled));
        sqlite3_set_auxdata(context, 0, pattern, [](void* p) { delete static_cast<Pattern*>(p); });
        // SQLite may drop what it was handed at once when memory is short.
        pattern = static_cast<Pattern*>(sqlite3_get_auxdata(context, 0));
        if (pattern == nullptr)
            return sqlite3_result_error_nomem(context);
    }
    const bool found =
        sqlite3_value_type(args[1]) != SQLITE_NULL && pattern->found_in(text_of(args[1]));
    sqlite3_result_int(context, found ? 1 : 0);
}

}  // namespace

void add_match_function(sqlite3* db) {
    if (sqlite3_create_function_v2(db, "crm_match", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                   crm_match, nullptr, nullptr, nullptr) != SQLITE_OK)
        fail(db, "opened");
}

}  // namespace crm::sql
