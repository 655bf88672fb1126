#include "base/email.hpp"

#include "base/chars.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace crm {
namespace {

constexpr std::string_view schemes[] = {"mailto:", "smtp:", "email:", "e-mail:"};
constexpr std::string_view opening[] = {"'", "\"", "`", "<", "´", "‘", "‚",  "“",
                                        "”", "„",  "«", "»", "‹", "›", "「", "『"};
constexpr std::string_view closing[] = {"'", "\"", "`",  ">",  "´", "’", "‘", "”", "“", "«", "»",
                                        "‹", "›",  "」", "』", "/", "!", "?", ",", ";", ":"};

/// Whether an address may be more than it seems: anything but letters, digits and what stands
/// within addresses.
bool is_plain(std::string_view s) {
    static constexpr Chars odd(" \t'\"`<>/!?,;:%");
    return std::ranges::none_of(
        s, [](char c) { return odd.has(c) || static_cast<unsigned char>(c) >= 0x80; });
}

bool strip_front(std::string_view& s) {
    // "john doe"@x.example is an address whose local part is quoted (RFC 5322, 3.4.1).
    if (s.starts_with('"') && s.find("\"@") != std::string_view::npos)
        return false;
    for (const std::string_view quote : opening) {
        if (!s.starts_with(quote))
            continue;
        s.remove_prefix(quote.size());
        return true;
    }
    const auto scheme = std::ranges::find_if(schemes, [&](std::string_view candidate) {
        return text::lower_ascii(s.substr(0, candidate.size())) == candidate;
    });
    if (scheme == std::end(schemes))
        return false;
    s.remove_prefix(scheme->size());
    if (s.starts_with("//"))
        s.remove_prefix(2);
    return true;
}

bool strip_back(std::string_view& s) {
    for (const std::string_view mark : closing) {
        if (!s.ends_with(mark))
            continue;
        s.remove_suffix(mark.size());
        return true;
    }
    return false;
}

}  // namespace

std::string bare_email(std::string_view text) {
    if (is_plain(text))
        return std::string(text);
    std::string_view s = text::trimmed(text);
    while (strip_front(s))
        s = text::trimmed(s);
    const auto at = s.find('@');
    if (at != std::string_view::npos)
        s = s.substr(0, std::min(s.find('?', at), s.size()));
    while (!s.empty() && strip_back(s))
        s = text::trimmed(s);
    return text::percent_decoded(s);
}

}  // namespace crm
