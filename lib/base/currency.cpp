#include "base/currency.hpp"

#include "base/money.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm {

Expected<std::string> read_currency(std::string_view text) {
    std::string code(text::trimmed(text));
    std::ranges::transform(code, code.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    if (known_currency(code))
        return code;
    return failure(
        Fault::usage, "unknown_currency",
        fmt::format("'{}' is not a currency of ISO 4217", text::visible(text::clipped(text, 40))));
}

}  // namespace crm
