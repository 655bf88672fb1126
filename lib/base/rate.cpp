#include "base/rate.hpp"

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
        if (!known_currency(code))
            return failure(Fault::usage, "bad_pair",
                           fmt::format("{} is not a currency of ISO 4217", text::visible(code)),
                           "USD/EUR: how many EUR one USD is");
    if (pair.substr(0, 3) == pair.substr(4))
        return failure(Fault::usage, "bad_pair", fmt::format("{} names one currency twice", pair));
    return pair;
}

Expected<std::string> read_rate(std::string_view text) {
    const std::string number(text::trimmed(text));
    const auto digits = static_cast<std::size_t>(
        std::ranges::count_if(number, [](char c) { return c >= '0' && c <= '9'; }));
    const auto points = static_cast<std::size_t>(std::ranges::count(number, '.'));
    if (digits == 0 || digits > 18 || points > 1 || digits + points != number.size() ||
        number.front() == '.' || number.back() == '.' ||
        number.find_first_of("123456789") == std::string::npos)
        return failure(Fault::usage, "bad_rate",
                       fmt::format("'{}' is not a valid rate", text::clipped(number, 40)),
                       "a decimal number above zero: 0.9");
    return number;
}

}  // namespace crm
