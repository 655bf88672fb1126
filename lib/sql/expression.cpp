#include "sql/expression.hpp"

#include "time/duration.hpp"

#include <fmt/format.h>

namespace crm::sql {
namespace {

std::string prefix(std::string_view alias) {
    return alias.empty() ? std::string() : std::string(alias) + ".";
}

}  // namespace

/// What an undo takes back has both columns set (Writer), so the first one decides.
std::string live(std::string_view alias) {
    return prefix(alias) + "\"deleted_at\" IS NULL";
}

std::string in_trash(std::string_view alias) {
    return fmt::format("{0}\"deleted_at\" IS NOT NULL AND {0}\"undone\" IS NULL", prefix(alias));
}

std::string month_key(std::string_view day) {
    return fmt::format("substr({}, 1, 7)", day);
}

std::string quarter_key(std::string_view day) {
    return fmt::format("substr({0}, 1, 4) || '-Q' || ((CAST(substr({0}, 6, 2) AS BIGINT) + 2) / 3)",
                       day);
}

std::string indented(std::string_view sql, std::string_view indent) {
    std::string out;
    for (const char c : sql) {
        out += c;
        if (c == '\n')
            out += indent;
    }
    return out;
}

std::string duration_seconds(std::string_view duration) {
    std::string out = fmt::format(
        "CAST(rtrim({0}, 'abcdefghijklmnopqrstuvwxyz') AS BIGINT) * CASE ltrim({0}, '0123456789')",
        duration);
    for (const DurationUnit& unit : duration_units())
        out += fmt::format(" WHEN '{}' THEN {}", unit.name, unit.seconds);
    return out + " END";
}

}  // namespace crm::sql
