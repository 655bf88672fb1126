#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Templates of mails, letters, contracts and scripts: {{name}}, {{#name}}…{{/name}} where there is
/// a value (for a list once for each), {{^name}}…{{/name}} where there is none, {{! comment}}.
/// There is no unescaped form and no code.
namespace crm {

/// Values by path: none, one, or those of a list.
using TemplateValues = std::map<std::string, std::vector<std::string>, std::less<>>;

/// A template that was read: text, tags and sections.
class Template {
public:
    struct Piece {
        enum class Kind { text, tag, open, open_inverted, close } kind;
        std::string text;    ///< the text, or the path
        std::size_t at = 0;  ///< where it begins in the template
    };

    /// Throws usage where a section is not closed, crosses another or nests deeper than 32; the
    /// error shows the line.
    explicit Template(std::string_view text, std::string_view name);
    const std::vector<Piece>& pieces() const { return pieces_; }
    const std::string& source() const { return text_; }
    /// All paths, also of sections that may not be taken, with their places.
    std::vector<const Piece*> paths() const;
    /// An error about a place in the template.
    Error wrong(const Piece& piece, std::string code, std::string message,
                std::string hint = {}) const;

    /// Filled with values, as plain text. Throws refused where lists within lists make more than a
    /// million parts or 16 MiB.
    std::string filled(const TemplateValues& values) const;

private:
    Error at(std::size_t place, std::string code, std::string message, std::string hint) const;
    void check_sections() const;

    std::string text_, name_;
    std::vector<Piece> pieces_;
};

/// Appends to the text of a filled template. Throws refused for more than 16 MiB.
void append_filled(std::string& out, std::string_view more);

/// Runs through the pieces of a template with the sections taken: calls `take(index, value)` for
/// each piece that is reached; the value is null for all but tags. Throws refused for more than a
/// million pieces.
void walk_template(std::size_t count,
                   const std::function<const Template::Piece*(std::size_t)>& piece,
                   const TemplateValues& values,
                   const std::function<void(std::size_t, const std::string*)>& take);

}  // namespace crm
