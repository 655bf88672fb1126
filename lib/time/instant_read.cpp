#include "base/text.hpp"
#include "time/expression.hpp"
#include "time/zone.hpp"

#include <algorithm>

/// Points in time: a day, a time of day and a zone in one text.
namespace crm {

using namespace expression;

namespace {

/// [+-]HH[[:]MM] as a zone.
std::optional<Zone> read_utc_offset(std::string_view s) {
    std::string digits;
    for (const char c : s.substr(1)) {
        if (c == ':' && digits.size() == 2)
            continue;
        if (!is_digit(c))
            return {};
        digits += c;
    }
    if (digits.size() != 2 && digits.size() != 4)
        return {};
    const std::string hours = digits.substr(0, 2);
    const std::string minutes = digits.size() == 4 ? digits.substr(2) : "00";
    if (*read_number(hours) > 24 || *read_number(minutes) > 59)
        return {};
    // POSIX counts westward.
    const std::string posix = (s[0] == '+' ? "ISO-" : "ISO+") + hours + ":" + minutes;
    return Zone(*ZoneRule::read(posix));
}

/// An offset, Z, or a zone's name; empty is the clock's own zone.
std::optional<Zone> zone_or_offset(std::string_view s, const Clock& clock) {
    if (s.starts_with('+') || s.starts_with('-'))
        return read_utc_offset(s);
    const std::string lower = text::lower_ascii(s);
    const Zone* found = nullptr;
    if (lower == "z" || lower == "gmt" || lower == "utc")
        found = zone("UTC");
    else
        found = zone(s.empty() ? std::string_view(clock.zone) : s);
    if (found == nullptr && s.empty())
        found = zone("");
    return found != nullptr ? std::optional(*found) : std::nullopt;
}

/// A time of day within a text.
struct Time {
    std::size_t from = 0;  ///< its bytes
    std::size_t to = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;

    int seconds() const { return hour * 3600 + minute * 60 + second; }
};

int two_digits(std::string_view s, std::size_t at) {
    return at + 2 <= s.size() ? read_number(s.substr(at, 2)).value_or(99) : 99;
}

/// HH:MM[:SS[.fff]]
Time read_clock_time(std::string_view s, std::size_t colon) {
    Time time;
    time.from = colon;
    while (time.from > 0 && is_digit(s[time.from - 1]) && colon - time.from < 2)
        --time.from;
    time.hour = read_number(s.substr(time.from, colon - time.from)).value_or(99);
    time.minute = two_digits(s, colon + 1);
    time.to = colon + 3;
    if (time.to >= s.size() || s[time.to] != ':')
        return time;
    time.second = two_digits(s, time.to + 1);
    time.to += 3;
    if (time.to >= s.size() || (s[time.to] != '.' && s[time.to] != ','))
        return time;
    ++time.to;
    while (time.to < s.size() && is_digit(s[time.to]))
        ++time.to;
    return time;
}

/// HHMMSS of 20261130T090000Z
Time read_compact_time(std::string_view s) {
    return {.from = 9,
            .to = 15,
            .hour = two_digits(s, 9),
            .minute = two_digits(s, 11),
            .second = two_digits(s, 13)};
}

/// Takes am or pm behind a time. False where the hour does not go with it.
bool take_half_of_day(std::string_view s, Time& time) {
    const std::string_view behind = text::trimmed(s.substr(time.to)).substr(0, 3);
    const std::string half = text::lower_ascii(text::trimmed(behind));
    if (half != "am" && half != "pm")
        return true;
    if (time.hour < 1 || time.hour > 12)
        return false;
    time.hour = time.hour % 12 + (half == "pm" ? 12 : 0);
    time.to = s.find_first_of("aApP", time.to) + 2;
    return true;
}

std::optional<Time> find_time(std::string_view s) {
    Time time;
    if (const auto colon = s.find(':'); colon != s.npos)
        time = read_clock_time(s, colon);
    else if (s.size() >= 15 && (s[8] == 'T' || s[8] == 't') && read_number(s.substr(9, 6)))
        time = read_compact_time(s);
    else
        return {};
    const bool ends = time.to == s.size() || (time.to < s.size() && !is_digit(s[time.to]));
    if (!ends || !take_half_of_day(s, time))
        return {};
    const bool midnight = time.hour == 24 && time.minute == 0 && time.second == 0;
    if (time.minute > 59 || time.second > 60 || (time.hour > 23 && !midnight))
        return {};
    return time;
}

/// "now", "-2h", and days without a time: their first midnight.
Expected<Instant> read_without_time(std::string_view expression, std::string_view tidied,
                                    const Clock& clock) {
    if (tidied.find(':') != tidied.npos)
        return std::unexpected(not_a_date(expression, {}, clock.today()));
    const auto point = evaluate(tidied, clock);
    if (!point)
        return std::unexpected(point.error());
    if (point->instant)
        return *point->instant;
    return clock.at(point->days.first, tidied == "eod" ? day_seconds - 1 : 0);
}

/// The day of "tomorrow at 9:00" and "2026-11-30T09:00": what is before the time.
std::string_view day_part(std::string_view before) {
    const bool iso = before.size() > 1 && (before.back() == 'T' || before.back() == 't') &&
                     is_digit(before[before.size() - 2]);
    if (iso)
        before.remove_suffix(1);
    before = text::trimmed(before);
    if (before.ends_with(" at"))
        before.remove_suffix(3);
    return before;
}

/// Without a day it is today.
Expected<Point> read_day(std::string_view day, const Clock& clock) {
    if (day.empty())
        return Point{{clock.today(), clock.today()}, {}};
    return evaluate(day, clock);
}

Error wrong_part(std::string_view expression, std::string message, std::string hint,
                 std::size_t at) {
    Error error(Fault::usage, "invalid_date", std::move(message), std::move(hint));
    error.place = std::string(expression);
    error.at = std::min(expression.size(), at);
    return error;
}

/// A day, a time, a zone and offsets, of which only the time is required.
Expected<Instant> read_moment(std::string_view expression, const Clock& clock) {
    if (expression.size() > longest_expression)
        return std::unexpected(not_a_date(expression, {}, clock.today()));
    const std::string tidied = tidy(expression);
    const std::string_view s = tidied;
    const auto time = find_time(s);
    if (!time)
        return read_without_time(expression, s, clock);
    const std::string_view day_text = day_part(s.substr(0, time->from));
    const auto day = read_day(day_text, clock);
    if (!day)
        return std::unexpected(day.error());

    const std::string_view after = text::trimmed(s.substr(time->to));
    const std::string lower = text::lower_ascii(after);
    std::string_view rest = lower;
    const auto offsets = take_offsets(rest);
    const std::string_view zone_text = after.substr(0, rest.size());
    const auto zone = zone_or_offset(zone_text, clock);
    if (!zone)
        return std::unexpected(wrong_part(expression,
                                          "'" + text::visible(zone_text) + "' is not a time zone",
                                          "write +01:00, UTC or Europe/Berlin", time->to));
    if (day->days.first != day->days.last)
        return std::unexpected(wrong_part(expression,
                                          "'" + std::string(day_text) + "' is more than one day",
                                          "write the day of the time", 0));
    const std::int64_t wall = day->days.first.days * day_seconds + time->seconds();
    const auto result = moved({day->days, Instant{zone->utc(wall)}}, offsets, clock, expression);
    if (!result)
        return std::unexpected(result.error());
    return *result->instant;
}

}  // namespace

Expected<Instant> read_instant(std::string_view text, const Clock& clock) {
    if (const auto at = iso_instant(text))
        return *at;
    auto at = read_moment(text, clock);
    if (at && !in_calendar(Clock{{}, "UTC"}.day(*at).days))
        return std::unexpected(out_of_range(text));
    return at;
}

}  // namespace crm
