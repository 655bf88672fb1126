#include "base/rate.hpp"

#include "base/currency.hpp"
#include "base/money.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm {

Expected<std::string> read_pair(std::string_view text) {
    std::string pair(text::trimmed(text));
    std::ranges::transform(pair, pair.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    });
    if (pair.size() != 7 || pair[3] != '/')
        return failure(Fault::usage, "bad_pair",
                       fmt::format("'{}' does not name two currencies", text::clipped(text, 40)),
                       "USD/EUR: how many EUR one USD is");
    for (const std::string_view code :
         {std::string_view(pair).substr(0, 3), std::string_view(pair).substr(4)})
        if (const auto currency = read_currency(code); !currency)
            return failure(Fault::usage, "bad_pair", currency.error().message,
                           "USD/EUR: how many EUR one USD is");
    if (pair.substr(0, 3) == pair.substr(4))
        return failure(Fault::usage, "bad_pair", fmt::format("{} names one currency twice", pair));
    return pair;
}

Expected<std::string> read_rate(std::string_view text) {
    const std::string typed(text::trimmed(text));
    const auto refused = [&](Fault fault, std::string_view code, std::string_view why) {
        return failure(fault, std::string(code),
                       fmt::format("'{}' {}", text::clipped(typed, 60), why),
                       "a rate is a decimal number above zero: 0.9");
    };
    // A point is the one that is written by this program; a comma has two readings.
    const Expected<Amount> number = read_number(typed, {LoneMark::decimal, LoneMark::ambiguous});
    if (!number && number.error().message.ends_with("is not a number"))
        return refused(Fault::usage, "invalid_value", "is not a number");
    if (!number)
        return std::unexpected(number.error());
    if (number->digits <= 0)
        return refused(Fault::refused, "out_of_range", "is not above zero");
    // 0.90 stays as it was typed.
    const bool is_plain = typed.find_first_not_of("0123456789.") == std::string::npos &&
                          std::ranges::count(typed, '.') <= 1 && typed.front() != '.' &&
                          typed.back() != '.';
    return is_plain ? typed : number->text();
}

}  // namespace crm
