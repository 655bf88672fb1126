#include "mail/language.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace crm::mail {
namespace {

std::string_view primary(std::string_view tag) {
    return tag.substr(0, tag.find('-'));
}

}  // namespace

std::optional<std::string> language_for(std::span<const std::string> tags,
                                        std::string_view language) {
    const std::string tag = text::lower_ascii(language);
    const auto has = [&](std::string_view wanted) {
        return std::ranges::find(tags, wanted) != tags.end();
    };
    if (has(tag))
        return tag;
    for (const std::string& other : tags)
        if (!tag.empty() && primary(other) == primary(tag))
            return other;
    if (has(""))
        return std::string();
    return tags.size() == 1 ? std::optional(tags.front()) : std::nullopt;
}

}  // namespace crm::mail
