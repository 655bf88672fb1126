#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace crm::mail {

/// Which of the languages of a template a recipient gets: the same tag, the same primary language,
/// the one without a language, the only one. Tags are in lower case. Nothing where none fits.
std::optional<std::string> language_for(std::span<const std::string> tags,
                                        std::string_view language);

}  // namespace crm::mail
