#include "sql/dialect.hpp"

#include <fmt/format.h>

namespace crm::sql {
namespace {

class SqliteDialect final : public Dialect {
public:
    std::string days_between(std::string_view from, std::string_view to) const override {
        return fmt::format("(julianday({}) - julianday({}))", to, from);
    }
    std::string add_days(std::string_view day, std::string_view count) const override {
        return fmt::format("date({}, ({}) || ' days')", day, count);
    }
    std::string week_start(std::string_view day) const override {
        return fmt::format("date({}, 'weekday 0', '-6 days')", day);
    }

    std::string local_day(std::string_view instant) const override {
        return fmt::format("CASE WHEN length({0}) > 10 THEN date({0}, 'localtime') ELSE {0} END",
                           instant);
    }

    std::string rounded(std::string_view number) const override {
        return fmt::format("CAST(round({}) AS INTEGER)", number);
    }
    std::string rounded_exactly(std::string_view number) const override {
        return fmt::format("crm_round({})", number);
    }
    std::string padded(std::string_view number, int digits) const override {
        return fmt::format("printf('%0{}d', {})", digits, number);
    }
    std::string decimal(std::string_view number, int digits) const override {
        // printf makes 0.00 of NULL, and Inf of the infinite number 9e999.
        return fmt::format("nullif(printf('%.{}f', coalesce({}, 9e999)), 'Inf')", digits, number);
    }
    std::string greater(std::string_view a, std::string_view b) const override {
        return fmt::format("max({}, {})", a, b);
    }
    std::string lesser(std::string_view a, std::string_view b) const override {
        return fmt::format("min({}, {})", a, b);
    }

    std::string position(std::string_view part, std::string_view text) const override {
        return fmt::format("instr({}, {})", text, part);
    }
    std::string lower_ascii(std::string_view text) const override {
        return fmt::format("lower({})", text);
    }
    std::string matches(std::string_view text, std::string_view pattern) const override {
        return fmt::format("crm_match({}, {}) = 1", pattern, text);
    }
    std::string list_items(std::string_view list, std::string_view alias) const override {
        return fmt::format(R"(json_each('[' || replace(json_quote({}), '; ', '","') || ']') {})",
                           list, alias);
    }

    const FullText& full_text() const override { return sqlite_full_text(); }
};

}  // namespace

const Dialect& sqlite_dialect() {
    static const SqliteDialect dialect;
    return dialect;
}

}  // namespace crm::sql
