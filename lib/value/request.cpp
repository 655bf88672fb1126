#include "value/request.hpp"

#include "base/money.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace crm::value {

using report::Column;
using report::ColumnType;

namespace {

/// The text of a number that is not near the middle between two others with so many decimals: what
/// a multiplication loses cannot turn its last digit then. Several times as quick as to_chars,
/// which is exact for all.
std::optional<std::string> quick_decimals(double number, int digits) {
    constexpr std::array<std::int64_t, 9> powers = {
        1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000};
    if (digits < 1 || digits >= static_cast<int>(powers.size()))
        return std::nullopt;
    const std::int64_t power = powers[static_cast<std::size_t>(digits)];
    const double scaled = std::abs(number) * static_cast<double>(power);
    if (!(scaled < 1e12))
        return std::nullopt;
    const auto below = static_cast<std::int64_t>(scaled);
    const double rest = scaled - static_cast<double>(below);
    if (std::abs(rest - .5) < 1e-3)
        return std::nullopt;
    const std::int64_t rounded = below + (rest > .5 ? 1 : 0);
    std::array<char, 24> buffer;
    char* const end = buffer.data() + buffer.size();
    char* at = end;
    auto left = static_cast<std::uint64_t>(rounded);
    for (int digit = 0; digit <= digits || left > 0; ++digit) {
        if (digit == digits)
            *--at = '.';
        *--at = static_cast<char>('0' + left % 10);
        left /= 10;
    }
    if (number < 0 && rounded > 0)
        *--at = '-';
    return std::string(at, end);
}

}  // namespace

Value decimals(double number, int digits) {
    if (!std::isfinite(number))
        return {};
    if (auto quick = quick_decimals(number, digits))
        return std::move(*quick);
    // Up to 309 digits before the point.
    std::array<char, 400> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                   std::chars_format::fixed, digits);
    std::string text(buffer.data(), end.ptr);
    if (text.starts_with('-') && text.find_first_not_of("-0.") == std::string::npos)
        text.erase(0, 1);
    return text;
}

Value share(double part, double of) {
    return of == 0 ? Value() : decimals(part / of, 6);
}

Value money(std::int64_t minor, const std::string& currency) {
    return money_text(minor, currency);
}

Value currency_value(const Purchases& purchases) {
    return purchases.currency.empty() ? Value() : Value(purchases.currency);
}

Column text_column(std::string name, std::string help) {
    return {.name = std::move(name), .help = std::move(help)};
}

Column list_column(std::string name, std::string help) {
    return {.name = std::move(name), .type = ColumnType::list, .help = std::move(help)};
}

Column number_column(std::string name, int digits, std::string help) {
    return {.name = std::move(name),
            .type = ColumnType::number,
            .digits = digits,
            .help = std::move(help)};
}

Column integer_column(std::string name, std::string help) {
    return {.name = std::move(name), .type = ColumnType::integer, .help = std::move(help)};
}

Column share_column(std::string name, std::string help) {
    return {.name = std::move(name), .type = ColumnType::share, .help = std::move(help)};
}

Column money_column(std::string name, std::string help) {
    return {.name = std::move(name), .type = ColumnType::money, .help = std::move(help)};
}

Column customer_column(const Request& request) {
    Column out{.name = "customer", .group = true, .help = "who bought"};
    if (!request.file) {
        out.type = ColumnType::link;
        out.noun = "account";
    }
    return out;
}

Column currency_column() {
    return text_column("currency", "currency of the amounts");
}

void add_customer_row(report::Result& out, const Customer& customer, report::Row values) {
    values.insert(values.begin(), Value(customer.name));
    out.rows.push_back(std::move(values));
    out.ids.push_back({customer.id});
}

}  // namespace crm::value
