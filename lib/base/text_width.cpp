#include "base/text.hpp"
#include "base/unicode.hpp"
#include "base/utf8.hpp"

/// What of base/text.hpp concerns a terminal: how wide text is, and how foreign text is shown
/// without obeying it.
namespace crm::text {
namespace {

bool regional(char32_t c) {
    return c >= 0x1F1E6 && c <= 0x1F1FF;
}
bool keycap(char32_t c) {
    return (c >= '0' && c <= '9') || c == '#' || c == '*';
}

bool printable(std::string_view s) {
    for (const unsigned char c : s)
        if (c < 0x20 || c >= 0x7F)
            return false;
    return true;
}

struct Cluster {
    std::size_t end = 0;  // byte after it
    int columns = 0;
};

/// The grapheme cluster that begins at byte `from`.
Cluster cluster(std::string_view s, std::size_t from) {
    std::size_t at = from;
    char32_t last = utf8::next(s, at);
    const char32_t first = last;
    Cluster it{at, unicode::columns(first)};
    bool flag = false;
    std::int32_t state = 0;
    while (at < s.size()) {
        const char32_t c = utf8::next(s, at);
        if (unicode::breaks_between(last, c, state))
            break;
        it.end = at;
        flag = flag || (regional(first) && regional(c));
        if (c == 0xFE0F && (unicode::is_pictograph(first) || keycap(first)))
            it.columns = 2;
        else if (c == 0xFE0E && unicode::is_pictograph(first))
            it.columns = 1;
        else if (it.columns == 0)
            it.columns = unicode::columns(c);
        last = c;
    }
    if (flag)
        it.columns = 2;
    return it;
}

/// Joiners and selectors are harmless, and needed, inside an emoji or a script that shapes its
/// letters with them.
bool belongs(char32_t c, char32_t before, std::string_view rest) {
    const bool emoji = unicode::is_pictograph(before) || before == 0xFE0F ||
                       (before >= 0x1F3FB && before <= 0x1F3FF);
    if (c == 0x200D || c == 0x200C) {
        std::size_t at = 0;
        const char32_t after = rest.empty() ? 0 : utf8::next(rest, at);
        if (c == 0x200D && emoji)
            return unicode::is_pictograph(after);
        const auto shaping = [](char32_t x) {
            return (x >= 0x620 && x <= 0x0DFF) || (x >= 0x1780 && x <= 0x18AF);
        };
        return shaping(before) && (c == 0x200D || shaping(after));
    }
    if (c == 0xFE0F || c == 0xFE0E)
        return emoji || keycap(before);
    if ((c >= 0xFE00 && c < 0xFE0E) || (c >= 0xE0100 && c <= 0xE01EF))
        return before >= 0x2E80 && before < 0x40000;
    if (c >= 0xE0020 && c <= 0xE007F)
        return before == 0x1F3F4 || (before >= 0xE0020 && before < 0xE007F);
    return false;
}

bool unseen(char32_t c) {
    if (c < 0xA0)
        return c < 0x20 || c >= 0x7F;
    if (c < 0x300)
        return c == 0xAD;
    if ((c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0000 && c <= 0xE0FFF))
        return true;
    if (c == 0x34F || c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 || c == 0x3164 ||
        c == 0xFFA0 || c == 0x180F || (c >= 0x180B && c <= 0x180D))
        return true;
    return unicode::is_control(c);
}

void append_shown(std::string& out, char32_t c) {
    constexpr char hex[] = "0123456789ABCDEF";
    if (c == '\n')
        out += "\\n";
    else if (c == '\t')
        out += "\\t";
    else if (c == '\r')
        out += "\\r";
    else if (c < 0x80) {
        out += "\\x";
        out += "0123456789abcdef"[c >> 4];
        out += "0123456789abcdef"[c & 15];
    } else {
        out += "⟨U+";
        for (int shift = c > 0xFFFF ? (c > 0xFFFFF ? 20 : 16) : 12; shift >= 0; shift -= 4)
            out += hex[c >> shift & 15];
        out += "⟩";
    }
}

}  // namespace

int width(std::string_view s) {
    if (printable(s))
        return static_cast<int>(s.size());
    int columns = 0;
    for (std::size_t at = 0; at < s.size();) {
        const Cluster it = cluster(s, at);
        columns += it.columns;
        at = it.end;
    }
    return columns;
}

std::string clipped(std::string_view s, int columns) {
    if (columns <= 0)
        return {};
    if (printable(s)) {
        if (s.size() <= static_cast<std::size_t>(columns))
            return std::string(s);
        return std::string(s.substr(0, static_cast<std::size_t>(columns) - 1)) + "…";
    }
    int used = 0;
    std::size_t fits = 0;  // bytes that leave room for the ellipsis
    for (std::size_t at = 0; at < s.size();) {
        const Cluster it = cluster(s, at);
        used += it.columns;
        if (used > columns)
            return std::string(s.substr(0, fits)) + "…";
        at = it.end;
        if (used < columns)
            fits = at;
    }
    return std::string(s);
}

std::string visible(std::string_view s, bool lines) {
    if (printable(s))
        return std::string(s);
    std::string out;
    out.reserve(s.size() + 16);
    char32_t before = 0;
    for (std::size_t at = 0; at < s.size();) {
        const char32_t c = utf8::next(s, at);
        if ((lines && c == '\n') || !unseen(c) || belongs(c, before, s.substr(at)))
            utf8::append(out, c);
        else
            append_shown(out, c);
        before = c;
    }
    return out;
}

}  // namespace crm::text
