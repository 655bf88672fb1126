#pragma once

#include <string>
#include <string_view>

/// Markdown as GitHub has it, for the two parts of a mail.
namespace crm::mail {

struct Rendered {
    std::string text;  ///< with the address of every link
    std::string html;
};

/// Raw HTML is left out, and so are links that are neither http, https, mailto nor tel.
Rendered render_markdown(std::string_view markdown);

/// The same with words in it that begin with `slot`, in whose places values will be put. A link to
/// one stays, too. When the values are in the text, it goes through `with_underlines`.
Rendered render_with_slots(std::string_view markdown, std::string_view slot);
/// Headings in a text are underlined as far as they go.
std::string with_underlines(std::string_view text);

/// Whether a link leads to one of those.
bool is_safe_link(std::string_view url);

}  // namespace crm::mail
