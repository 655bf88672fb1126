#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace crm {

/// A piece of a template such as `Dear {{name}}!`.
struct TemplatePiece {
    enum class Kind {
        text,
        name,     ///< what is between {{ and }}, without the blanks around it
        unclosed  ///< from a {{ without }} to the end of the template
    };
    Kind kind;
    std::string_view text;  ///< a part of the template
    std::size_t at;         ///< where the text, or the {{, begins in the template
};

/// Cuts a template into its pieces. `escapes`: a backslash and the character after it are text,
/// kept as they are, so that \{{ is no placeholder.
std::vector<TemplatePiece> template_pieces(std::string_view pattern, bool escapes);

}  // namespace crm
