#include "base/decimal.hpp"

#include "base/ascii.hpp"
#include "base/chars.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <bit>
#include <charconv>

namespace crm {
namespace {

constexpr std::string_view digits = "0123456789";

/// From the first digit to the last: without signs, currencies and blanks around it.
std::string_view core_of(std::string_view number) {
    const auto from = number.find_first_of(digits);
    if (from == std::string_view::npos)
        return {};
    return number.substr(from, number.find_last_of(digits) - from + 1);
}

/// How many bytes of a blank or an apostrophe between thousands are in front.
std::size_t blank_size(std::string_view s) {
    for (const std::string_view blank : {" ", "'", "\u00a0", "\u202f", "\u2009", "\u2019"})
        if (s.starts_with(blank))
            return blank.size();
    return 0;
}

DecimalMark mark_of(char c) {
    return c == '.' ? point : comma;
}

/// Whether a whole part is digits, or groups of three behind one to three digits.
bool is_grouped(std::string_view whole) {
    std::size_t run = 0;
    bool first = true;
    for (const char c : whole) {
        if (is_digit(c)) {
            ++run;
            continue;
        }
        if (first ? run < 1 || run > 3 : run != 3)
            return false;
        first = false;
        run = 0;
    }
    return first ? run > 0 : run == 3;
}

}  // namespace

std::string digits_and_marks(std::string_view core) {
    std::string out;
    while (!core.empty()) {
        if (const std::size_t blank = blank_size(core); blank > 0) {
            out += '\'';
            core.remove_prefix(blank);
            continue;
        }
        if (!is_digit(core.front()) && core.front() != '.' && core.front() != ',')
            return {};
        out += core.front();
        core.remove_prefix(1);
    }
    return out;
}

std::string without_exponent(std::string_view number) {
    const auto e = number.find_first_of("eE");
    std::string out(number);
    int power = 0;
    if (e == std::string_view::npos || e == 0 || e > 20 ||
        number.substr(0, e).find_first_not_of("+-.0123456789") != std::string_view::npos)
        return out;
    const std::string_view exponent =
        number.substr(e + (number.substr(e + 1).starts_with('+') ? 2 : 1));
    if (const auto [end, bad] =
            std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
        bad != std::errc{} || end != exponent.data() + exponent.size() || power < 0 || power > 18)
        return out;
    out.resize(e);
    const auto dot = out.find('.');
    const std::size_t places = dot == std::string::npos ? 0 : out.size() - dot - 1;
    if (dot != std::string::npos)
        out.erase(dot, 1);
    if (places <= static_cast<std::size_t>(power))
        return out + std::string(static_cast<std::size_t>(power) - places, '0');
    return out.insert(out.size() - (places - static_cast<std::size_t>(power)), ".");
}

std::uint8_t decimal_marks(std::string_view number) {
    static constexpr Chars marks(".,");
    if (!marks.any_in(number))
        return no_mark;
    const std::string core = digits_and_marks(core_of(number));
    const auto last = core.find_last_of(".,");
    if (last == std::string::npos)
        return no_mark;
    const DecimalMark mark = mark_of(core[last]);
    const DecimalMark other = mark == point ? comma : point;
    const auto same = std::ranges::count(core, core[last]);
    const auto others = std::ranges::count(core, mark == point ? ',' : '.');
    const std::string_view whole = std::string_view(core).substr(0, last);
    if (same > 1)  // 1.234.567 has separators of thousands only
        return others == 0 && is_grouped(core) ? other : no_mark;
    if (!is_grouped(whole))
        return no_mark;
    const bool has_groups = whole.find_first_of(".,'") != std::string_view::npos;
    const bool may_be_thousands =
        !has_groups && core.size() - last == 4 && last <= 3 && core[0] != '0';
    return static_cast<std::uint8_t>(may_be_thousands ? mark | other : mark);
}

std::string with_decimal_mark(std::string_view number, DecimalMark mark) {
    std::string out(number);
    if (mark == no_mark || decimal_marks(number) != (point | comma))
        return out;
    const auto at = out.find_first_of(".,", out.find_first_of(digits));
    if (mark_of(out[at]) == mark)
        return out.insert(out.find_last_of(digits) + 1, 1, '0');
    return out.erase(at, 1);
}

std::string without_thousands(std::string_view number) {
    std::string_view body = text::trimmed(number);
    const std::string sign(body.substr(0, body.starts_with('-') || body.starts_with('+') ? 1 : 0));
    body.remove_prefix(sign.size());
    std::string plain = digits_and_marks(body);
    // Decimals of nothing but zeros: 1.200,00.
    const auto last = plain.find_last_of(".,");
    if (last != std::string::npos && std::has_single_bit(decimal_marks(plain)) &&
        std::ranges::count(plain, plain[last]) == 1 &&
        plain.find_first_not_of('0', last + 1) == std::string::npos)
        plain.resize(last);
    const auto first = plain.find_first_of(".,'");
    if (plain.empty() || first == std::string::npos)
        return plain.empty() ? std::string(number) : sign + plain;
    const char separator = plain[first];
    const bool is_uniform =
        std::ranges::all_of(plain, [&](char c) { return is_digit(c) || c == separator; });
    if (!is_uniform || !is_grouped(plain))
        return std::string(number);
    std::erase(plain, separator);
    return sign + plain;
}

std::optional<std::string> share_as_percent(std::string_view number) {
    std::string core(text::trimmed(number));
    std::ranges::replace(core, ',', '.');
    const auto dot = std::min(core.find('.'), core.size());
    const std::string whole = core.substr(0, dot);
    std::string decimals = dot < core.size() ? core.substr(dot + 1) : std::string();
    if ((whole != "0" && whole != "1" && !(whole.empty() && !decimals.empty())) ||
        decimals.find_first_not_of(digits) != std::string::npos)
        return std::nullopt;
    while (decimals.ends_with('0'))
        decimals.pop_back();
    if (whole == "1")
        return decimals.empty() ? std::optional<std::string>("100") : std::nullopt;
    const std::string rest = decimals.size() > 2 ? "." + decimals.substr(2) : std::string();
    decimals.resize(2, '0');
    const int percent = (decimals[0] - '0') * 10 + (decimals[1] - '0');
    return std::to_string(percent) + rest;
}

}  // namespace crm
