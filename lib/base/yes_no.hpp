#pragma once

#include <optional>
#include <string_view>

namespace crm {

/// What people and spreadsheets write for yes and no, in the languages of spreadsheets (WAHR, VRAI,
/// sí, 1, on …). Case, accents and blanks do not matter; nothing for any other word.
std::optional<bool> read_yes_no(std::string_view text);

}  // namespace crm
