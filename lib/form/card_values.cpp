#include "form/card_values.hpp"

#include "base/email.hpp"
#include "base/phone.hpp"
#include "base/text.hpp"
#include "form/vcard_parse.hpp"

#include <algorithm>

namespace crm::form {

std::string one_line(std::string_view value) {
    std::string s = unescaped(value);
    std::ranges::replace(s, '\n', ' ');
    const std::string_view t = text::trimmed(s);
    if (t.size() != s.size())
        return std::string(t);
    return s;
}

std::string component(std::string_view value, std::string_view between) {
    if (value.find(',') == std::string_view::npos)
        return one_line(value);
    std::string out;
    for (const std::string_view part : components(value, ',')) {
        const std::string one = one_line(part);
        if (one.empty())
            continue;
        if (!out.empty())
            out += between;
        out += one;
    }
    return out;
}

bool east_asian(std::string_view s) {
    return std::ranges::any_of(s, [](char c) {
        return static_cast<unsigned char>(c) >= 0xE3 && static_cast<unsigned char>(c) <= 0xED;
    });
}

void add_word(std::string& out, std::string_view word, std::string_view between) {
    if (word.empty())
        return;
    if (!out.empty())
        out += between;
    out += word;
}

std::string email_of(std::string_view value) {
    std::string email = one_line(value);
    if (email.ends_with('>'))
        if (const auto open = email.rfind('<'); open != std::string::npos)
            email = email.substr(open + 1, email.size() - open - 2);
    return bare_email(email);
}

std::string phone_of(std::string_view value) {
    return bare_phone(one_line(value));
}

bool is_given(std::string_view value) {
    return std::ranges::any_of(value, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               static_cast<unsigned char>(c) >= 0x80;
    });
}

std::vector<std::string> read_categories(std::string_view value) {
    std::vector<std::string> words;
    for (const std::string_view part : components(value, ','))
        if (std::string word = one_line(part); !word.empty())
            words.push_back(std::move(word));
    return words;
}

std::string android_nickname(std::string_view value) {
    const auto parts = components(value);
    if (parts.size() < 2 || !parts[0].ends_with("/nickname"))
        return {};
    return one_line(parts[1]);
}

bool is_uri(std::string_view text) {
    const auto colon = text.find(':');
    return colon != std::string_view::npos && colon > 1 &&
           std::ranges::all_of(text.substr(0, colon), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '+' || c == '-' || c == '.';
           });
}

std::string uri(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += c;
        out += c;
    }
    return out;
}

int rank(const Property& p) {
    if (const std::string* pref = p.parameter("PREF")) {
        int n = 0;
        for (const char c : *pref)
            n = c >= '0' && c <= '9' && n < unranked ? n * 10 + (c - '0') : n;
        return n;
    }
    return p.has("TYPE", "PREF") ? 1 : unranked;
}

}  // namespace crm::form
