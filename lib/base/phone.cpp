#include "base/phone.hpp"

#include "base/chars.hpp"
#include "base/phone_library.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

#include <algorithm>

namespace crm {
namespace {

constexpr std::size_t longest_number = 15;  // E.164
constexpr std::size_t comparable = 7;

struct Dialled {
    bool plus = false;
    std::string digits;
    std::string_view rest;  // behind the number: pauses, extension, words
};

int digit_of(char32_t c) {
    for (const char32_t zero : {U'0', U'０', U'٠', U'۰', U'०'})
        if (c >= zero && c <= zero + 9)
            return static_cast<int>(c - zero);
    return -1;
}

/// What people put between digits.
bool separates(char32_t c) {
    static constexpr Chars ascii(" -./()[]+\t");
    if (c < 0x80)
        return ascii.has(static_cast<char>(c));
    return c == 0xA0 || c == 0xB7 || (c >= 0x2000 && c <= 0x206F) || c == 0x2212 || c == 0x3000 ||
           c == 0xFEFF || c == U'＋' || c == U'－' || c == U'（' || c == U'）' || c == U'．';
}

Dialled dialled(std::string_view s) {
    Dialled number;
    for (std::size_t at = 0; at < s.size();) {
        const std::size_t from = at;
        const char32_t c = utf8::next(s, at);
        if (const int digit = digit_of(c); digit >= 0) {
            number.digits += static_cast<char>('0' + digit);
            if (number.digits.size() > 4 * longest_number)
                break;
        } else if (number.digits.empty()) {
            number.plus = number.plus || c == '+' || c == U'＋';
        } else if (c == '(' && (number.plus || number.digits.starts_with("00")) &&
                   s.substr(from).starts_with("(0)")) {
            at = from + 3;
        } else if (!separates(c)) {
            number.rest = s.substr(from);
            break;
        }
    }
    return number;
}

/// How a country dials within itself. Without its trunk prefix a number is complete only where all
/// are as long.
struct Plan {
    char country[3];
    std::string_view code;
    std::string_view trunk;
    std::size_t shortest, longest;  // of the national number, without the trunk prefix
};

// ITU-T E.164 assigned codes and the national numbering plans it links to.
constexpr Plan plans[] = {
    {"AE", "971", "0", 8, 9},  {"AR", "54", "0", 10, 11}, {"AT", "43", "0", 4, 13},
    {"AU", "61", "0", 9, 9},   {"BD", "880", "0", 8, 10}, {"BE", "32", "0", 8, 9},
    {"BG", "359", "0", 7, 9},  {"BR", "55", "0", 10, 11}, {"CA", "1", "1", 10, 10},
    {"CH", "41", "0", 9, 9},   {"CL", "56", "", 9, 9},    {"CN", "86", "0", 9, 11},
    {"CO", "57", "", 10, 10},  {"CR", "506", "", 8, 8},   {"CY", "357", "", 8, 8},
    {"CZ", "420", "", 9, 9},   {"DE", "49", "0", 5, 13},  {"DK", "45", "", 8, 8},
    {"EC", "593", "0", 8, 9},  {"EE", "372", "", 7, 8},   {"EG", "20", "0", 8, 10},
    {"ES", "34", "", 9, 9},    {"FI", "358", "0", 5, 12}, {"FR", "33", "0", 9, 9},
    {"GB", "44", "0", 9, 10},  {"GR", "30", "", 10, 10},  {"HK", "852", "", 8, 8},
    {"HR", "385", "0", 8, 9},  {"HU", "36", "06", 8, 9},  {"ID", "62", "0", 7, 12},
    {"IE", "353", "0", 7, 10}, {"IL", "972", "0", 8, 9},  {"IN", "91", "0", 10, 10},
    {"IR", "98", "0", 10, 10}, {"IS", "354", "", 7, 9},   {"IT", "39", "", 6, 11},
    {"JP", "81", "0", 9, 10},  {"KE", "254", "0", 9, 9},  {"KR", "82", "0", 8, 10},
    {"LT", "370", "0", 8, 8},  {"LU", "352", "", 6, 11},  {"LV", "371", "", 8, 8},
    {"MA", "212", "0", 9, 9},  {"MT", "356", "", 8, 8},   {"MX", "52", "", 10, 10},
    {"MY", "60", "0", 8, 10},  {"NG", "234", "0", 8, 10}, {"NL", "31", "0", 9, 9},
    {"NO", "47", "", 8, 8},    {"NZ", "64", "0", 8, 10},  {"PE", "51", "0", 8, 9},
    {"PH", "63", "0", 9, 10},  {"PK", "92", "0", 9, 10},  {"PL", "48", "", 9, 9},
    {"PT", "351", "", 9, 9},   {"RO", "40", "0", 9, 9},   {"RS", "381", "0", 8, 10},
    {"RU", "7", "8", 10, 10},  {"SA", "966", "0", 8, 9},  {"SE", "46", "0", 7, 9},
    {"SG", "65", "", 8, 8},    {"SI", "386", "0", 8, 8},  {"SK", "421", "0", 9, 9},
    {"TH", "66", "0", 8, 9},   {"TR", "90", "0", 10, 10}, {"TW", "886", "0", 8, 9},
    {"UA", "380", "0", 9, 9},  {"US", "1", "1", 10, 10},  {"VN", "84", "0", 9, 10},
    {"ZA", "27", "0", 9, 9},
};

const Plan* plan_of(std::string_view country) {
    const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
    if (country.size() != 2)
        return nullptr;
    for (const Plan& plan : plans)
        if (plan.country[0] == upper(country[0]) && plan.country[1] == upper(country[1]))
            return &plan;
    return nullptr;
}

std::optional<std::string> international(std::string_view digits) {
    if (digits.size() < comparable || digits.size() > longest_number || digits[0] == '0')
        return {};
    std::string out = "+" + std::string(digits);
    for (const Plan& plan : plans)
        if (plan.trunk == "0" && digits.starts_with(plan.code) &&
            digits.substr(plan.code.size()).starts_with('0'))
            return out.erase(plan.code.size() + 1, 1);
    return out;
}

/// The number without what is dialled before it: the prefix for calls abroad, or zeros of a trunk.
std::string_view significant(const Dialled& number) {
    const auto from = std::min(number.digits.find_first_not_of('0'), number.digits.size());
    return std::string_view(number.digits).substr(from);
}

std::string extension(const Dialled& number) {
    const std::string rest = text::lower_ascii(number.rest.substr(0, 64));
    for (const std::string_view mark : {"ext", "x", "#"}) {
        const auto at = rest.find(mark);
        // Only blanks and separators may come before the mark, so the x of "fax" is not one.
        if (at == rest.npos || rest.find_first_not_of(" ,;.(") < at)
            continue;
        auto from = rest.find_first_of("0123456789", at);
        if (from == rest.npos)
            return {};
        return rest.substr(from, rest.find_first_not_of("0123456789", from) - from);
    }
    return {};
}

/// A number as it is dialled from anywhere.
struct Complete {
    std::optional<std::string> e164;
    bool invalid = false;  ///< dialled as a national number, but the country has no such numbers
};

/// A number that is dialled within a country, with the prefix for calls to other areas if it has
/// one. Local numbers, without their area, stay incomplete.
Complete complete_national(std::string_view digits, const Plan& plan) {
    const bool has_trunk =
        !plan.trunk.empty() && digits.starts_with(plan.trunk) && digits.size() > plan.shortest;
    std::string_view national = digits;
    if (has_trunk)
        national.remove_prefix(plan.trunk.size());
    const bool fixed_length = plan.longest - plan.shortest <= 1;
    if (!has_trunk && !plan.trunk.empty() && !fixed_length && national.size() != plan.longest)
        return {};
    if (national.size() < plan.shortest)
        return {};
    if (phone_library::available()) {
        auto number = phone_library::e164(digits, plan.country);
        const bool invalid = !number.has_value();
        return {std::move(number), invalid};
    }
    if (national.size() > plan.longest)
        return {};
    return {international(std::string(plan.code).append(national))};
}

Complete complete(const Dialled& number, std::string_view country) {
    const std::string_view digits = number.digits;
    if (number.plus)
        return {international(digits)};
    const Plan* plan = plan_of(country);
    const std::string_view abroad = plan != nullptr && plan->code == "1" ? "011" : "00";
    if (digits.starts_with(abroad))
        return {international(digits.substr(abroad.size()))};
    return plan == nullptr ? Complete{} : complete_national(digits, *plan);
}

/// Whether one number is the other with more in front; two with + have the same length then.
bool same_ending(const Dialled& a, const Dialled& b) {
    std::string_view shorter = significant(a);
    std::string_view longer = significant(b);
    if (shorter.size() > longer.size())
        std::swap(shorter, longer);
    if (a.plus && b.plus && shorter.size() != longer.size())
        return false;
    return longer.ends_with(shorter);
}

/// Whether the digits of two numbers agree, as far as their notations say.
bool same_digits(const Dialled& a, const Dialled& b, std::string_view country) {
    if (country.empty())
        return same_ending(a, b);
    const Complete one = complete(a, country);
    const Complete other = complete(b, country);
    if (one.e164 && other.e164)
        return *one.e164 == *other.e164;
    if ((one.invalid && other.e164) || (one.e164 && other.invalid))
        return false;
    return same_ending(a, b);
}

}  // namespace

std::string bare_phone(std::string_view typed) {
    static constexpr std::string_view schemes[] = {"tel:", "callto:", "sms:"};
    const std::string start = text::lower_ascii(typed.substr(0, 7));
    const auto scheme = std::ranges::find_if(
        schemes, [&](std::string_view candidate) { return start.starts_with(candidate); });
    if (scheme == std::end(schemes))
        return std::string(typed);
    std::string_view number = typed.substr(scheme->size());
    if (number.starts_with("//"))
        number.remove_prefix(2);
    std::string bare = text::percent_decoded(number);
    const bool has_digits = !phone_digits(bare).empty();
    return has_digits ? bare_phone(text::trimmed(bare)) : std::string(typed);
}

std::string phone_digits(std::string_view typed) {
    return dialled(typed).digits;
}

std::string phone_extension(std::string_view typed) {
    return extension(dialled(typed));
}

std::optional<std::string> e164(std::string_view typed, std::string_view country) {
    return complete(dialled(typed), country).e164;
}

std::string phone_key(std::string_view typed) {
    const std::string digits = phone_digits(typed);
    return digits.size() > comparable ? digits.substr(digits.size() - comparable) : digits;
}

bool knows_country(std::string_view country) {
    return plan_of(country) != nullptr;
}

bool same_phone(std::string_view a, std::string_view b, std::string_view country) {
    const Dialled one = dialled(a);
    const Dialled other = dialled(b);
    if (std::min(significant(one).size(), significant(other).size()) < comparable)
        return false;
    if (!same_digits(one, other, country))
        return false;
    const std::string first = extension(one);
    const std::string second = extension(other);
    return first.empty() || second.empty() || first == second;
}

}  // namespace crm
