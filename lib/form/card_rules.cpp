#include "form/card_rules.hpp"

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "form/vcard_parse.hpp"

#include <algorithm>
#include <array>

namespace crm::form {
namespace {

bool letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

}  // namespace

std::optional<std::string> type_label(std::string_view type) {
    constexpr std::array<std::string_view, 8> silent = {"",       "pref",   "internet", "voice",
                                                        "postal", "parcel", "dom",      "intl"};
    std::string label = text::lower_ascii(text::trimmed(type));
    if (std::ranges::find(silent, label) != silent.end())
        return {};
    return label;
}

bool plain_label(std::string_view label) {
    return type_label(label) == label &&
           std::ranges::all_of(label, [](char c) { return letter(c) || is_digit(c) || c == '-'; });
}

std::string_view bare_label(std::string_view label) {
    if (label.starts_with("_$!<") && label.ends_with(">!$_") && label.size() >= 8)
        return label.substr(4, label.size() - 8);
    return label;
}

bool language_tag(std::string_view text) {
    return text.size() >= 2 && text.size() <= 35 && letter(text[0]) && letter(text[1]) &&
           text.back() != '-' &&
           std::ranges::all_of(text, [](char c) { return letter(c) || is_digit(c) || c == '-'; });
}

bool uuid(std::string_view text) {
    if (text.size() != 36)
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? c != '-' : !(is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
            return false;
    }
    return true;
}

std::string crm_property(std::string_view field) {
    std::string out = "X-CRM-";
    for (const char c : upper_ascii(field)) {
        if (c == '.')
            out += "--";
        else
            out += c == '_' ? '-' : c;
    }
    return out;
}

std::string crm_field(std::string_view property) {
    property.remove_prefix(6);
    std::string out;
    for (std::size_t i = 0; i < property.size(); ++i) {
        if (property.substr(i, 2) == "--") {
            out += '.';
            ++i;
        } else {
            out += property[i] == '-' ? '_' : property[i];
        }
    }
    return text::lower_ascii(out);
}

}  // namespace crm::form
