#include "base/idna.hpp"

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace crm {
namespace {

// RFC 3492, section 5.
constexpr std::uint32_t base = 36, t_min = 1, t_max = 26, skew = 38, damp = 700, initial_bias = 72,
                        initial_n = 128;

char base36_digit(std::uint32_t value) {
    return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26));
}

/// Section 6.1.
std::uint32_t adapted_bias(std::uint32_t delta, std::uint32_t points, bool first) {
    delta = first ? delta / damp : delta / 2;
    delta += delta / points;
    std::uint32_t k = 0;
    while (delta > (base - t_min) * t_max / 2) {
        delta /= base - t_min;
        k += base;
    }
    return k + (base - t_min + 1) * delta / (delta + skew);
}

void append_variable_length(std::uint32_t value, std::uint32_t bias, std::string& out) {
    for (std::uint32_t k = base;; k += base) {
        const std::uint32_t t = k <= bias ? t_min : std::min(k - bias, t_max);
        if (value < t)
            break;
        out += base36_digit(t + (value - t) % (base - t));
        value = (value - t) / (base - t);
    }
    out += base36_digit(value);
}

/// Section 6.3. No label of the domain name system is as long as to overflow.
std::string punycode(const std::u32string& label) {
    std::string out;
    for (const char32_t c : label)
        if (c < initial_n)
            out += static_cast<char>(c);
    const auto basic = static_cast<std::uint32_t>(out.size());
    if (basic > 0)
        out += '-';
    std::uint32_t n = initial_n, delta = 0, bias = initial_bias, handled = basic;
    while (handled < label.size()) {
        std::uint32_t next = std::numeric_limits<std::uint32_t>::max();
        for (const char32_t c : label)
            if (c >= n)
                next = std::min<std::uint32_t>(next, c);
        delta += (next - n) * (handled + 1);
        n = next;
        for (const char32_t c : label) {
            if (c < n)
                ++delta;
            if (c != n)
                continue;
            append_variable_length(delta, bias, out);
            bias = adapted_bias(delta, handled + 1, handled == basic);
            delta = 0;
            ++handled;
        }
        ++delta;
        ++n;
    }
    return out;
}

constexpr std::size_t longest_label = 63;  // octets (RFC 1035, 2.3.4)

std::string ascii_label(std::string_view label) {
    if (utf8::ascii(label) || label.size() > longest_label * 4)
        return text::lower_ascii(label);
    std::u32string points;
    for (std::size_t at = 0; at < label.size();)
        points += unicode::lower(utf8::next(label, at));
    unicode::compose(points);
    return "xn--" + punycode(points);
}

bool is_label(std::string_view label) {
    if (label.empty() || label.front() == '-' || label.back() == '-' ||
        ascii_label(label).size() > longest_label)
        return false;
    bool ok = true;
    for (std::size_t at = 0; at < label.size() && ok;) {
        const char32_t c = utf8::next(label, at, &ok);
        ok = ok && (c == '-' || c == '_' || unicode::is_letter_or_digit(c) ||
                    (c >= 0x80 && unicode::is_pictograph(c)));
    }
    return ok;
}

}  // namespace

bool is_domain(std::string_view text) {
    return std::ranges::all_of(text::split(text, '.'), is_label);
}

std::string ascii_domain(std::string_view domain) {
    std::string out;
    for (const std::string_view label : text::split(domain, '.'))
        out += (out.empty() ? "" : ".") + ascii_label(label);
    return out;
}

std::string ascii_address(std::string_view address) {
    const auto at = address.rfind('@');
    if (at == std::string_view::npos || utf8::ascii(address.substr(at)))
        return std::string(address);
    return std::string(address.substr(0, at + 1)) + ascii_domain(address.substr(at + 1));
}

}  // namespace crm
