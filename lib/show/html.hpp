#pragma once

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
    std::string text_;
};

/// For text and for attributes in double quotes; control characters, which no page shows, are left
/// out.
Html escaped(std::string_view plain);

/// The beginning of a page, up to its body, and its end. See `page`.
std::string page_begin(std::string_view title, const Html& style, std::string_view language = "en");
inline constexpr std::string_view page_end = "</body></html>\n";

/// A whole page: no scripts, nothing from elsewhere, legible without colours and in print. `style`
/// is CSS on top of the common one.
std::string page(std::string_view title, const Html& style, const Html& body,
                 std::string_view language = "en");

}  // namespace crm::show
