#include "store/personal_traits.hpp"

#include "base/ascii.hpp"
#include "base/phone.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace crm::store {

using meta::FieldInfo;
using meta::Type;

namespace {

constexpr std::string_view instead = "erased";
constexpr std::size_t shortest_number = 5;  // digits; fewer are an extension, or no number at all

bool is_alnum(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

/// A name ends where a word does; one of characters that are words themselves, anywhere.
bool is_word(std::string_view text, std::size_t at, std::size_t size) {
    const std::size_t end = at + size;
    return (at == 0 || !is_alnum(text[at - 1]) || !is_alnum(text[at])) &&
           (end == text.size() || !is_alnum(text[end]) || !is_alnum(text[end - 1]));
}

/// An address is not the end or the beginning of a longer one.
bool is_address(std::string_view text, std::size_t at, std::size_t size) {
    static constexpr std::string_view in_local = "._%+-";
    const auto is_local = [](char c) {
        return is_alnum(c) || in_local.find(c) != std::string_view::npos;
    };
    const std::size_t end = at + size;
    if (at > 0 && is_local(text[at - 1]) && text[at - 1] != '+' && text[at - 1] != '-')
        return false;
    return end == text.size() ||
           (!is_alnum(text[end]) && text[end] != '-' &&
            (text[end] != '.' || end + 1 == text.size() || !is_alnum(text[end + 1])));
}

/// Calls `found(at)` for each place of `wanted` in `text`, both in small letters.
template <class Accept, class Found>
void each_place(std::string_view text, std::string_view wanted, Accept&& accept, Found&& found) {
    if (wanted.empty())
        return;
    for (std::size_t at = text.find(wanted); at != std::string_view::npos;
         at = text.find(wanted, at + 1))
        if (accept(text, at, wanted.size()))
            found(at);
}

/// Calls `found(first, last)` for what could be a telephone number in a text: digits, and what is
/// written between them.
template <class Found>
void each_number(std::string_view text, Found&& found) {
    static constexpr std::string_view between = " +()-./";
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool in_parentheses = text[at] == '(' && at + 1 < text.size() &&
                                    (is_digit(text[at + 1]) || text[at + 1] == '+');
        if (!is_digit(text[at]) && text[at] != '+' && !in_parentheses)
            continue;
        std::size_t end = at;
        std::size_t last = at;
        for (; end < text.size() &&
               (is_digit(text[end]) || between.find(text[end]) != std::string_view::npos);
             ++end)
            if (is_digit(text[end]))
                last = end + 1;
        if (last > at)
            found(at, last);
        at = end;
    }
}

std::string digits_of(std::string_view text) {
    std::string out;
    std::ranges::copy_if(text, std::back_inserter(out), is_digit);
    return out;
}

bool is_number(std::string_view digits, std::string_view key) {
    return key.size() < 7 ? digits == key : digits.find(key) != std::string_view::npos;
}

/// A command without the characters that quote its words.
std::string without_quotes(std::string_view command) {
    std::string out;
    std::ranges::copy_if(command, std::back_inserter(out),
                         [](char c) { return c != '\'' && c != '"' && c != '\\'; });
    return out;
}

void add_once(std::vector<std::string>& to, std::string value) {
    if (!value.empty() && std::ranges::find(to, value) == to.end())
        to.push_back(std::move(value));
}

}  // namespace

void PersonalTraits::add(const Record& record) {
    if (record.entity->find("emails") == nullptr)
        return;
    for (const std::string_view name : {"name", "emails", "phones"})
        if (const FieldInfo* field = record.entity->find(name))
            add(*field, record.text(*field));
}

void PersonalTraits::add(const FieldInfo& field, std::string_view value) {
    if (&field == field.entity->name())
        return add_once(names_, std::string(text::trimmed(value)));
    if (field.type() != Type::email && field.type() != Type::phone)
        return;
    for (const meta::Item& item : meta::read_items(value))
        if (field.type() == Type::email)
            add_once(emails_, item.value);
        else if (std::string key = phone_key(item.value); key.size() >= shortest_number)
            add_once(phones_, std::move(key));
}

bool PersonalTraits::in_command(std::string_view command) const {
    const std::string plain = without_quotes(command);
    const std::string folded = text::folded(plain);
    bool found = false;
    const auto yes = [&](std::size_t) { found = true; };
    for (const std::string& name : names_)
        each_place(folded, text::folded(without_quotes(name)), is_word, yes);
    for (const std::string& email : emails_)
        each_place(folded, text::folded(without_quotes(email)), is_address, yes);
    each_number(plain, [&](std::size_t first, std::size_t last) {
        const std::string digits = digits_of(std::string_view(plain).substr(first, last - first));
        found = found || std::ranges::any_of(phones_, [&](const std::string& key) {
                    return is_number(digits, key);
                });
    });
    return found;
}

std::string PersonalTraits::erased_from(std::string_view text, bool is_query) const {
    const std::string lower = text::lower_ascii(text);
    std::vector<std::pair<std::size_t, std::size_t>> places;  // begin and end
    const auto note = [&](std::string_view value, auto&& accept) {
        each_place(lower, text::lower_ascii(value), accept,
                   [&](std::size_t at) { places.emplace_back(at, at + value.size()); });
    };
    for (const std::string& name : names_)
        if (is_query || name.find(' ') != std::string::npos)
            note(name, is_word);
    for (const std::string& email : emails_)
        note(email, is_address);
    each_number(text, [&](std::size_t first, std::size_t last) {
        const std::string digits = digits_of(text.substr(first, last - first));
        if (std::ranges::any_of(phones_,
                                [&](const std::string& key) { return is_number(digits, key); }))
            places.emplace_back(first, last);
    });
    std::ranges::sort(places);
    std::string out;
    std::size_t from = 0;
    for (const auto& [begin, end] : places) {
        if (begin < from)
            continue;
        out += text.substr(from, begin - from);
        out += instead;
        from = end;
    }
    out += text.substr(from);
    return out;
}

}  // namespace crm::store
