#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace crm::mail {

/// Which of several versions of a text a recipient gets, by the languages of the versions: the same
/// tag, the same primary language, the one without a language, the only one. Nothing where none
/// fits.
std::optional<std::size_t> version_for(std::span<const std::string> languages,
                                       std::string_view language);

}  // namespace crm::mail
