#include "form/card_birthday.hpp"

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "form/card_wording.hpp"
#include "form/vcard_parse.hpp"

#include <algorithm>
#include <array>

namespace crm::form {
namespace {

constexpr std::string_view omitted_year = "X-APPLE-OMIT-YEAR";

bool are_digits(std::string_view s, std::size_t size) {
    return s.size() == size && std::ranges::all_of(s, is_digit);
}

int digits_value(std::string_view digits) {
    int n = 0;
    for (const char c : digits)
        n = n * 10 + (c - '0');
    return n;
}

bool is_day(int year, int month, int day) {
    constexpr std::array<int, 13> days = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1 || day > days[static_cast<std::size_t>(month)])
        return false;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month != 2 || day != 29 || leap;
}

/// Where the time of day begins; the size of the text without one.
std::size_t time_place(std::string_view text) {
    return std::min(text.find_first_of("T "), text.size());
}

/// Takes `size` characters and a dash after them.
std::string_view take(std::string_view& rest, std::size_t size) {
    const std::string_view part = rest.substr(0, size);
    rest.remove_prefix(part.size());
    if (rest.starts_with('-'))
        rest.remove_prefix(1);
    return part;
}

std::string without_year(std::string_view day) {
    return "-" + std::string(day.substr(4));
}

}  // namespace

std::optional<std::string> read_birthday(std::string_view text) {
    text = text::trimmed(text);
    if (const auto time = time_place(text); time < text.size()) {
        if (time == 0 || !is_digit(text[time - 1]))
            return {};
        text = text.substr(0, time);
    }
    std::string_view rest = text;
    std::string_view year;
    if (rest.starts_with("--")) {
        rest.remove_prefix(2);
    } else {
        year = take(rest, 4);
        if (!are_digits(year, 4))
            return {};
        // The years of Apple and of some telephones for a day without one.
        if (year == "1604" || year == "0000")
            year = {};
    }
    const std::string_view month = take(rest, 2);
    const std::string_view day = rest;
    constexpr int leap_year = 2000;
    if (!are_digits(month, 2) || !are_digits(day, 2) ||
        !is_day(year.empty() ? leap_year : digits_value(year), digits_value(month),
                digits_value(day)))
        return {};
    std::string out(year.empty() ? "-" : year);
    ((out += '-') += month) += '-';
    return out += day;
}

std::optional<std::string> read_birthday(const Property& property) {
    auto day = read_birthday(property.value);
    const std::string* year = property.parameter(omitted_year);
    if (day && year && day->starts_with(*year) && !day->starts_with("--"))
        return without_year(*day);
    return day;
}

bool has_more_than_day(const Property& property) {
    Property rest = property;
    std::erase_if(rest.parameters, [](const Parameter& parameter) {
        return same_word(parameter.name, omitted_year) ||
               (parameter.name == "CALSCALE" && same_word(parameter.value, "gregorian"));
    });
    if (has_more_parameters(rest))
        return true;
    // Midnight is how some programs write a day.
    const std::string_view value = text::trimmed(property.value);
    const std::string_view time = value.substr(time_place(value));
    return time.find_first_of("123456789") != none;
}

Property birthday_property(std::string_view day, int version) {
    const bool yearless = day.starts_with("--");
    Property property{{}, "BDAY", {}, std::string(day), 0};
    if (version == 3 && yearless) {
        property.parameters.push_back({std::string(omitted_year), "1604"});
        property.value = "1604" + std::string(day.substr(1));
    } else if (version != 3) {
        std::erase(property.value, '-');
        if (yearless)
            property.value.insert(0, "--");
    }
    return property;
}

}  // namespace crm::form
