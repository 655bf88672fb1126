#include "sql/money.hpp"

#include "base/money.hpp"
#include "sql/connection.hpp"
#include "sql/dialect.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

namespace crm::sql {
namespace {

/// 1.0, 100.0, 1000.0
std::string power_of_ten(int digits) {
    return "1" + std::string(static_cast<std::size_t>(digits), '0') + ".0";
}

}  // namespace

std::string by_currency(std::string_view currency, const std::function<std::string(int)>& of) {
    if (currency.size() == 5 && currency.front() == '\'')  // 'EUR'
        return of(minor_digits(currency.substr(1, 3)));
    std::string out = "CASE";
    for (const int digits : {0, 3, 4}) {
        std::string codes;
        for (const std::string_view code : currencies_of(digits))
            codes += fmt::format("{}'{}'", codes.empty() ? "" : ", ", code);
        out += fmt::format(" WHEN {} IN ({}) THEN {}", currency, codes, of(digits));
    }
    return fmt::format("{} ELSE {} END", out, of(2));
}

std::string minor_per_major(std::string_view currency) {
    return by_currency(currency, power_of_ten);
}

std::string as_money(const Dialect& dialect, const std::string& minor,
                     const std::string& currency) {
    const auto whole = [](int digits) {
        return "1" + std::string(static_cast<std::size_t>(digits), '0');
    };
    const std::string fraction = by_currency(currency, [&](int digits) {
        if (digits == 0)
            return std::string("''");
        return "'.' || " +
               dialect.padded(fmt::format("abs(({}) % {})", minor, whole(digits)), digits);
    });
    return fmt::format("CASE WHEN ({0}) < 0 THEN '-' ELSE '' END || abs(({0}) / {1}) || {2}", minor,
                       by_currency(currency, whole), fraction);
}

std::string as_number(const Dialect& dialect, const std::string& minor,
                      const std::string& currency) {
    return fmt::format("CASE WHEN {0} BETWEEN -{3} AND {3} THEN {0} / {1} ELSE {2} END", minor,
                       minor_per_major(currency), as_money(dialect, minor, currency),
                       "999999999999999");
}

std::string rate(const std::string& from, const std::string& to, const std::string& day) {
    return fmt::format(
        R"((
    SELECT CASE
               WHEN substr(r."pair", 5) = {1} THEN CAST(r."rate" AS DOUBLE PRECISION)
               ELSE 1.0 / CAST(r."rate" AS DOUBLE PRECISION)
           END
    FROM "rate" r
    WHERE r."pair" IN ({0} || '/' || {1}, {1} || '/' || {0})
      AND r."date" <= {2}
      AND {3}
    ORDER BY r."date" DESC,
             CASE WHEN substr(r."pair", 5) = {1} THEN 0 ELSE 1 END,
             r."id" DESC
    LIMIT 1
))",
        from, to, indented(day, "          "), live("r"));
}

std::string in_currency(const Rounding& rounded, const std::string& to, const std::string& minor,
                        const std::string& currency, const std::string& day) {
    // The rate first: 115 x 0.9 is 103.5 and rounded up, 1.15 x 0.9 x 100 is a little less.
    const std::string converted =
        fmt::format("{} * {} * {} / {}", minor, rate(currency, literal(to), day),
                    minor_per_major(literal(to)), minor_per_major(currency));
    return fmt::format("CASE\n    WHEN {} = {} THEN {}\n    ELSE {}\nEND", currency, literal(to),
                       minor, indented(rounded(converted), "    "));
}

}  // namespace crm::sql
