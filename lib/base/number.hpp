#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace crm {

/// All of the text as a number of the type; nothing where it is not one, or too large.
template <class Number>
std::optional<Number> whole_text_as(std::string_view text) {
    Number number{};
    const char* end = text.data() + text.size();
    const auto [stop, bad] = std::from_chars(text.data(), end, number);
    if (bad != std::errc{} || stop != end)
        return {};
    return number;
}

}  // namespace crm
