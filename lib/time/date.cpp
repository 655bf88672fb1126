#include "time/date.hpp"

#include "time/seconds.hpp"
#include "time/zone.hpp"

#include <algorithm>

namespace crm {
namespace {

/// Appends a number below a hundred with two digits.
void append_two(std::string& out, std::int64_t n) {
    out += static_cast<char>('0' + n / 10);
    out += static_cast<char>('0' + n % 10);
}

void append_year(std::string& out, int year) {
    if (year >= 0 && year <= 9999) {
        append_two(out, year / 100);
        append_two(out, year % 100);
        return;
    }
    const std::string digits = std::to_string(year < 0 ? -year : year);
    out += year < 0 ? "-" : "";
    out.append(4 - std::min<std::size_t>(digits.size(), 4), '0');
    out += digits;
}

void append_day(std::string& out, Date day) {
    int y;
    unsigned m, d;
    day.civil(y, m, d);
    append_year(out, y);
    out += '-';
    append_two(out, m);
    out += '-';
    append_two(out, d);
}

/// 2026-11-30T09:00:00, of a wall clock's seconds.
std::string wall_text(std::int64_t wall) {
    std::string out;
    out.reserve(26);
    append_day(out, Date{static_cast<std::int32_t>(floor_div(wall, day_seconds))});
    const std::int64_t of_day = wall - floor_div(wall, day_seconds) * day_seconds;
    out += 'T';
    append_two(out, of_day / 3600);
    out += ':';
    append_two(out, of_day / 60 % 60);
    out += ':';
    append_two(out, of_day % 60);
    return out;
}

/// The number that exactly these bytes spell, or -1.
int number_at(std::string_view s, std::size_t from, std::size_t n) {
    int value = 0;
    for (std::size_t i = from; i < from + n; ++i) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        value = value * 10 + (s[i] - '0');
    }
    return value;
}

/// The zone; an unknown one is an error, since days would be wrong without it.
const Zone& zone_of(std::string_view name) {
    const Zone* found = zone(name);
    if (found == nullptr)
        throw Error(
            Fault::config, "no_zone", "there is no time zone " + std::string(name.substr(0, 60)),
            "TZ=Europe/Berlin, or timezone in the configuration; the package tzdata has them");
    return *found;
}

}  // namespace

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
Date Date::of(int year, unsigned month, unsigned day) {
    year -= month <= 2;
    const int era = (year >= 0 ? year : year - 399) / 400;
    const auto of_era = static_cast<unsigned>(year - era * 400);
    const unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return {era * 146097 + static_cast<int>(of_era * 365 + of_era / 4 - of_era / 100 + of_year) -
            719468};
}

void Date::civil(int& year, unsigned& month, unsigned& day) const {
    const std::int64_t z = std::int64_t{days} + 719468;
    const std::int64_t era = floor_div(z, 146097);
    const auto of_era = static_cast<unsigned>(z - era * 146097);
    const unsigned years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const unsigned of_year = of_era - (365 * years + years / 4 - years / 100);
    const unsigned m = (5 * of_year + 2) / 153;
    day = of_year - (153 * m + 2) / 5 + 1;
    month = m < 10 ? m + 3 : m - 9;
    year = static_cast<int>(years + static_cast<unsigned>(era * 400)) + (month <= 2);
}

std::string Date::iso() const {
    std::string out;
    append_day(out, *this);
    return out;
}

int Date::weekday() const {
    return static_cast<int>(((std::int64_t{days} + 3) % 7 + 7) % 7) + 1;
}

std::string Instant::iso() const {
    return wall_text(seconds) + 'Z';
}

int Clock::offset(Instant at) const {
    return zone_of(zone).offset(at.seconds);
}

Date Clock::day(Instant at) const {
    return {static_cast<std::int32_t>(floor_div(at.seconds + offset(at), day_seconds))};
}

int Clock::second_of_day() const {
    const std::int64_t wall = now.seconds + offset(now);
    return static_cast<int>(wall - floor_div(wall, day_seconds) * day_seconds);
}

Instant Clock::at(Date day, int seconds_of_day) const {
    return {zone_of(zone).utc(day.days * day_seconds + seconds_of_day)};
}

std::string Clock::local(Instant at) const {
    const int east = offset(at);
    std::string out = wall_text(at.seconds + east);
    const int minutes = (east < 0 ? -east : east) / 60;
    out += east < 0 ? '-' : '+';
    append_two(out, minutes / 60);
    out += ':';
    append_two(out, minutes % 60);
    return out;
}

std::optional<Date> calendar_day(int year, int month, int day) {
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31)
        return {};
    const Date date = Date::of(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    if (day <= 28)
        return date;
    int y;
    unsigned m, d;
    date.civil(y, m, d);
    return m == static_cast<unsigned>(month) ? std::optional(date) : std::nullopt;
}

std::optional<Date> iso_date(std::string_view s) {
    if (s.size() != 10 || s[4] != '-' || s[7] != '-')
        return {};
    return calendar_day(number_at(s, 0, 4), number_at(s, 5, 2), number_at(s, 8, 2));
}

std::optional<Instant> iso_instant(std::string_view s) {
    if (s.size() != 20 || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[19] != 'Z')
        return {};
    const auto date = iso_date(s.substr(0, 10));
    const int hour = number_at(s, 11, 2);
    const int minute = number_at(s, 14, 2);
    const int second = number_at(s, 17, 2);
    const auto within = [](int n, int most) { return n >= 0 && n <= most; };
    if (!date || !within(hour, 23) || !within(minute, 59) || !within(second, 59))
        return {};
    return Instant{date->days * day_seconds + hour * 3600 + minute * 60 + second};
}

}  // namespace crm
