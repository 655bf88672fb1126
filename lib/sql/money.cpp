#include "sql/money.hpp"

#include "base/money.hpp"
#include "sql/connection.hpp"

#include <fmt/format.h>

namespace crm::sql {
namespace {

/// 'JPY', 'KRW', …: the currencies with that many decimals, where it is not 2.
std::string among(int digits) {
    std::string codes;
    for (const auto code : currencies_of(digits))
        codes += fmt::format("{}'{}'", codes.empty() ? "" : ", ", code);
    return codes;
}

std::string scale(const std::string& currency) {
    return fmt::format(
        "CASE WHEN {0} IN ({1}) THEN 1.0 WHEN {0} IN ({2}) THEN 1000.0 ELSE 100.0 END", currency,
        among(0), among(3));
}

}  // namespace

std::string as_money(const std::string& minor, const std::string& currency) {
    return fmt::format(
        "CASE WHEN {0} IS NULL THEN NULL WHEN {1} IN ({2}) THEN printf('%d', {0}) WHEN {1} IN "
        "({3}) THEN printf('%.3f', {0} / 1000.0) ELSE printf('%.2f', {0} / 100.0) END",
        minor, currency, among(0), among(3));
}

std::string rate(const std::string& from, const std::string& to, const std::string& day) {
    const auto find = [&](const std::string& a, const std::string& b) {
        return fmt::format(
            R"((SELECT CAST(r."rate" AS REAL) FROM "rate" r WHERE r."pair" = {} || '/' || {} AND r."date" <= {} AND r."deleted_at" IS NULL AND r."undone" IS NULL ORDER BY r."date" DESC, r."id" DESC LIMIT 1))",
            a, b, day);
    };
    return fmt::format("coalesce({}, 1.0 / {})", find(from, to), find(to, from));
}

std::string in_currency(const std::string& to, const std::string& minor,
                        const std::string& currency, const std::string& day) {
    return fmt::format(
        "CASE WHEN {1} = {2} THEN {0} ELSE CAST(round({0} / {3} * {4} * {5}) AS INTEGER) END",
        minor, currency, literal(to), scale(currency), rate(currency, literal(to), day),
        scale(literal(to)));
}

}  // namespace crm::sql
