#include "mail/language.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace crm::mail {
namespace {

std::string_view primary(std::string_view tag) {
    return tag.substr(0, tag.find('-'));
}

}  // namespace

std::optional<std::size_t> version_for(std::span<const std::string> languages,
                                       std::string_view language) {
    const std::string tag = text::lower_ascii(language);
    const auto find = [&](auto&& fits) -> std::optional<std::size_t> {
        const auto found = std::ranges::find_if(
            languages, [&](const std::string& other) { return fits(text::lower_ascii(other)); });
        if (found == languages.end())
            return {};
        return static_cast<std::size_t>(found - languages.begin());
    };
    if (const auto same = find([&](const std::string& other) { return other == tag; }))
        return same;
    if (!tag.empty())
        if (const auto near =
                find([&](const std::string& other) { return primary(other) == primary(tag); }))
            return near;
    if (const auto any = find([](const std::string& other) { return other.empty(); }))
        return any;
    return languages.size() == 1 ? std::optional<std::size_t>(0) : std::nullopt;
}

}  // namespace crm::mail
