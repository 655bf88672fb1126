#pragma once

#include "base/embedded.hpp"

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace crm::show {

/// Text that is HTML already. Plain text becomes HTML through `escaped` only.
class Html {
public:
    Html() = default;
    template <std::size_t n>
    explicit Html(const char (&markup)[n])
        : text_(markup, n - 1) {}  ///< markup written in the program

    explicit Html(const EmbeddedFile& file) : text_(file.text) {}  ///< a file of the program
    explicit Html(std::integral auto number) : text_(std::to_string(number)) {}

    Html& operator+=(const Html& other) {
        text_ += other.text_;
        return *this;
    }
    template <std::size_t n>
    Html& operator+=(const char (&markup)[n]) {
        text_.append(markup, n - 1);
        return *this;
    }
    const std::string& text() const { return text_; }

private:
    friend Html escaped(std::string_view plain);
    friend Html safe_html(std::string markup);
    std::string text_;
};

/// For text and for attributes in double quotes; control characters, which no page shows, are left
/// out.
Html escaped(std::string_view plain);

/// Markup that was made out of a text so that it is safe (mail/markdown.hpp).
Html safe_html(std::string markup);

/// The beginning of a page, up to its body, and its end. See `page`.
std::string page_begin(std::string_view title, const Html& style, std::string_view language = "en");
/// The same with a style of its own instead of the common one, and with one script, which the page
/// has at its end in `script`. The browser takes no other style and no other script.
std::string page_begin(std::string_view title, const Html& style, const Html& script,
                       std::string_view language);
inline constexpr std::string_view page_end = "</body></html>\n";

/// How a Content-Security-Policy names a style or a script by its text: 'sha256-…'.
std::string source_hash(std::string_view text);

/// A whole page: no scripts, nothing from elsewhere, legible without colours and in print. `style`
/// is CSS on top of the common one.
std::string page(std::string_view title, const Html& style, const Html& body,
                 std::string_view language = "en");

}  // namespace crm::show
