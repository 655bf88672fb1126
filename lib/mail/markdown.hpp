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
/// One whose address begins with `slot` stays, too.
Rendered render_markdown(std::string_view markdown, std::string_view slot = {});

/// Whether a link leads to one of those.
bool is_safe_link(std::string_view url);

}  // namespace crm::mail
