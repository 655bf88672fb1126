#include "form/charset.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <iconv.h>
#include <optional>

namespace crm::form {
namespace {

// Windows-1252 from 0x80 to 0x9F; the five gaps are read as Latin-1 controls, as browsers do.
constexpr std::array<std::uint16_t, 32> windows_1252 = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

std::string from_1252(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 8);
    for (const char b : bytes) {
        const auto c = static_cast<unsigned char>(b);
        if (c != 0)
            utf8::append(out, c >= 0x80 && c < 0xA0 ? windows_1252[c - 0x80] : c);
    }
    return out;
}

std::string from_utf16(std::string_view bytes, bool big) {
    const auto unit = [&](std::size_t i) -> std::uint32_t {
        const auto a = static_cast<unsigned char>(bytes[i]),
                   b = static_cast<unsigned char>(bytes[i + 1]);
        return big ? a << 8 | b : b << 8 | a;
    };
    std::string out;
    out.reserve(bytes.size() / 2 + bytes.size() / 8);
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        std::uint32_t c = unit(i);
        if (c >= 0xD800 && c < 0xE000) {
            const std::uint32_t low = c < 0xDC00 && i + 3 < bytes.size() ? unit(i + 2) : 0;
            if (low >= 0xDC00 && low < 0xE000) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                i += 2;
            } else {
                c = 0xFFFD;
            }
        }
        if (c != 0)
            utf8::append(out, c);
    }
    return out;
}

/// The name in capitals without blanks; empty when it is none that may be handed to iconv (a '/'
/// would carry options).
std::string charset_name(std::string_view name) {
    std::string out;
    for (const char c : text::trimmed(name)) {
        const bool letter =
            (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && !std::strchr("-_.:+", c))
            return {};
        out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    }
    if (out.size() > 40)
        return {};
    if (out == "SHIFT-JIS" || out == "SJIS" || out == "X-SJIS" || out == "WINDOWS-31J")
        return "CP932";
    if (out == "SHIFT_JIS")
        return "CP932";
    if (out.starts_with("WINDOWS-"))
        return "CP" + out.substr(8);
    if (out == "UTF8")
        return "UTF-8";
    if (out == "ISO-8859-1" || out == "ISO8859-1" || out == "LATIN1" || out == "LATIN-1")
        return "CP1252";
    return out;
}

/// iconv keeps one converter open, as the pieces of a file mostly name the same charset.
class Converter {
public:
    ~Converter() { close(); }

    bool open(const std::string& name) {
        if (name == name_)
            return handle_ != closed;
        close();
        name_ = name;
        handle_ = iconv_open("UTF-8", name.c_str());
        return handle_ != closed;
    }

    std::string convert(std::string_view bytes) {
        std::string out(bytes.size() * 2 + 16, '\0');
        iconv(handle_, nullptr, nullptr, nullptr, nullptr);
        char* in = const_cast<char*>(bytes.data());
        std::size_t left = bytes.size(), used = 0;
        while (left > 0) {
            char* to = out.data() + used;
            std::size_t room = out.size() - used;
            const std::size_t done = iconv(handle_, &in, &left, &to, &room);
            used = static_cast<std::size_t>(to - out.data());
            if (done != static_cast<std::size_t>(-1))
                break;
            if (errno == E2BIG || out.size() - used < 8) {
                out.resize(out.size() * 2);
            }
            if (errno == EILSEQ || errno == EINVAL) {
                std::memcpy(out.data() + used, "\xEF\xBF\xBD", 3);
                used += 3;
                ++in;
                --left;
            }
        }
        out.resize(used);
        return text::sanitised(out);
    }

private:
    static inline const iconv_t closed = reinterpret_cast<iconv_t>(-1);
    std::string name_;
    iconv_t handle_ = closed;

    void close() {
        if (handle_ != closed)
            iconv_close(handle_);
        handle_ = closed;
    }
};

Converter& converter() {
    thread_local Converter one;
    return one;
}

std::string guessed(std::string_view bytes) {
    return text::valid(bytes) ? text::sanitised(bytes) : from_1252(bytes);
}

bool unnamed(const std::string& name) {
    return name.empty() || name == "US-ASCII" || name == "ASCII" || name == "ANSI" ||
           name == "8BIT" || name == "UNKNOWN";
}

/// Nothing when the charset is not known.
std::optional<std::string> converted(std::string_view bytes, const std::string& name) {
    if (name == "UTF-8")
        return text::sanitised(bytes);
    if (name == "CP1252")
        return from_1252(bytes);
    if (name == "UTF-16LE")
        return from_utf16(bytes, false);
    if (name == "UTF-16BE" || name == "UTF-16")
        return from_utf16(bytes, true);
    if (!converter().open(name))
        return {};
    return converter().convert(bytes);
}

}  // namespace

Encoding encoding_of(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF"))
        return Encoding::utf8_bom;
    const bool little = bytes.starts_with("\xFF\xFE"), big = bytes.starts_with("\xFE\xFF");
    const std::string_view sample = bytes.substr(0, 64 * 1024);
    std::size_t even = 0, odd = 0;
    for (std::size_t i = 0; i < sample.size(); ++i)
        if (sample[i] == '\0')
            ++(i % 2 == 0 ? even : odd);
    if (little || big) {
        // A wrong mark before UTF-32, or UTF-32 itself: half of the units are empty.
        const auto zero_unit = [&](std::size_t i) {
            return sample[i] == '\0' && sample[i + 1] == '\0';
        };
        std::size_t zeros = 0;
        for (std::size_t i = 0; i + 1 < sample.size(); i += 2)
            zeros += zero_unit(i);
        if (zeros * 16 > sample.size() / 2)
            return Encoding::wide;
        return little ? Encoding::utf16_le : Encoding::utf16_be;
    }
    if (even + odd == 0)
        return Encoding::bytes;
    const std::size_t enough = sample.size() / 2 / 8 + 1;
    if (odd >= enough && even * 8 <= odd)
        return Encoding::utf16_le;
    if (even >= enough && odd * 8 <= even)
        return Encoding::utf16_be;
    // What begins with so many letters in a row is a damaged card, and no UTF-32.
    const bool card = text::lower_ascii(sample.substr(0, 11)) == "begin:vcard";
    return (even + odd) * 64 > sample.size() && !card ? Encoding::wide : Encoding::bytes;
}

namespace {

unsigned char byte_at(std::string_view bytes, std::size_t i) {
    return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
}

bool is_between(unsigned char byte, unsigned char first, unsigned char last) {
    return byte >= first && byte <= last;
}

/// GB 2312 writes two bytes for each character; those of common Han characters begin with B0 to D7.
bool looks_like_gb2312(std::string_view bytes) {
    std::size_t characters = 0;
    std::size_t common = 0;
    for (std::size_t i = 0; i < bytes.size();) {
        const unsigned char lead = byte_at(bytes, i);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        if (!is_between(lead, 0xA1, 0xF7) || !is_between(byte_at(bytes, i + 1), 0xA1, 0xFE))
            return false;
        ++characters;
        if (is_between(lead, 0xB0, 0xD7))
            ++common;
        i += 2;
    }
    return characters >= 2 && common * 10 >= characters * 6;
}

/// Shift_JIS (JIS X 0208) writes two bytes for each character, kana begin with 82 and 83. In a word
/// of the West that looks like it, a single letter with its mark takes the next letter along;
/// Japanese characters come in rows.
bool looks_like_shift_jis(std::string_view bytes) {
    const auto is_latin = [&](std::size_t i) {
        const unsigned char byte = byte_at(bytes, i);
        return byte < 0x80 && std::isalpha(byte) != 0;
    };
    std::size_t characters = 0;
    std::size_t common = 0;
    std::size_t single = 0;
    bool after_latin = false;
    for (std::size_t i = 0; i < bytes.size();) {
        const unsigned char lead = byte_at(bytes, i);
        const unsigned char trail = byte_at(bytes, i + 1);
        const bool is_half_width_kana = is_between(lead, 0xA1, 0xDF);
        if (lead < 0x80 || is_half_width_kana) {
            after_latin = is_latin(i);
            ++i;
            continue;
        }
        if (!is_between(lead, 0x81, 0x9F) && !is_between(lead, 0xE0, 0xEF))
            return false;
        if (!is_between(trail, 0x40, 0xFC) || trail == 0x7F)
            return false;
        ++characters;
        if (lead == 0x82 || lead == 0x83 || lead >= 0x88)
            ++common;
        if (trail < 0x80 && (after_latin || is_latin(i + 2)))
            ++single;
        after_latin = false;
        i += 2;
    }
    return characters >= 2 && common * 10 >= characters * 6 && single * 3 < characters;
}

/// Cyrillic words are long rows of bytes from C0 on; letters with marks of the West are single.
bool looks_like_cyrillic(std::string_view bytes) {
    const auto is_letter = [&](std::size_t i) {
        const unsigned char byte = byte_at(bytes, i);
        return byte >= 0xC0 || byte == 0xA8 || byte == 0xB8;
    };
    std::size_t letters = 0;
    std::size_t rows = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (!is_letter(i))
            continue;
        ++letters;
        if (i == 0 || !is_letter(i - 1))
            ++rows;
    }
    return letters >= 6 && letters >= rows * 3;
}

}  // namespace

std::string guessed_charset(std::string_view bytes) {
    if (looks_like_gb2312(bytes))
        return "GB18030";
    if (looks_like_shift_jis(bytes))
        return "SHIFT_JIS";
    if (looks_like_cyrillic(bytes))
        return "CP1251";
    return "CP1252";
}

Expected<std::string> decoded(std::string bytes, std::string_view charset) {
    const std::string name = charset_name(charset);
    switch (encoding_of(bytes)) {
        case Encoding::utf8_bom:
            bytes.erase(0, 3);
            return text::valid(bytes) && bytes.find('\0') == std::string::npos
                       ? std::move(bytes)
                       : text::sanitised(bytes);
        case Encoding::utf16_le:
        case Encoding::utf16_be: {
            const bool big = encoding_of(bytes) == Encoding::utf16_be;
            std::string_view rest = bytes;
            if (rest.starts_with("\xFF\xFE") || rest.starts_with("\xFE\xFF"))
                rest.remove_prefix(2);
            return from_utf16(rest, big);
        }
        case Encoding::wide:
            return failure(Fault::rejected, "not_text", "the file is UTF-32 or not text",
                           "save it as UTF-8");
        case Encoding::bytes:
            break;
    }
    if (unnamed(name)) {
        if (!charset.empty() && name.empty())
            return failure(Fault::usage, "unknown_charset",
                           "unknown charset " + text::visible(charset), "iconv -l lists them");
        if (!text::valid(bytes)) {
            const std::string guess = guessed_charset(bytes);
            if (auto read = guess == "CP1252" ? std::nullopt : converted(bytes, guess))
                return std::move(*read);
            std::string out;
            for (std::string_view rest = bytes; !rest.empty();) {
                const std::string_view line =
                    rest.substr(0, std::min(rest.find('\n'), rest.size() - 1) + 1);
                out += guessed(line);
                rest.remove_prefix(line.size());
            }
            return out;
        }
        if (bytes.find('\0') != std::string::npos)
            std::erase(bytes, '\0');
        return bytes;
    }
    if (auto text = converted(bytes, name))
        return std::move(*text);
    return failure(Fault::usage, "unknown_charset", "unknown charset " + text::visible(charset),
                   "iconv -l lists them");
}

std::string from_charset(std::string_view bytes, std::string_view charset) {
    const std::string name = charset_name(charset);
    if (unnamed(name))
        return guessed(bytes);
    if (auto text = converted(bytes, name))
        return std::move(*text);
    return guessed(bytes);
}

bool known_charset(std::string_view charset) {
    const std::string name = charset_name(charset);
    if (unnamed(name))
        return false;
    return name == "UTF-8" || name == "CP1252" || name.starts_with("UTF-16") ||
           converter().open(name);
}

}  // namespace crm::form
