#include "time/describe.hpp"

#include <fmt/format.h>

#include <array>

namespace crm {
namespace {

std::string weekday_name(Date day) {
    static constexpr std::array names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    return names[static_cast<std::size_t>(day.weekday() - 1)];
}

/// Empty for the open end of a range.
std::string end_of_range(const std::optional<Date>& day) {
    return day ? with_weekday(*day) : "";
}

DateSpan read_or_throw(std::string_view expression, const Clock& clock) {
    const auto span = read_dates(expression, clock);
    if (!span)
        throw span.error();
    return *span;
}

std::string describe_range(std::string_view expression, std::size_t dots, const Clock& clock) {
    const std::string_view from = expression.substr(0, dots);
    const std::string_view to = expression.substr(dots + 2);
    std::optional<Date> first, last;
    if (!from.empty())
        first = read_or_throw(from, clock).first;
    if (!to.empty())
        last = read_or_throw(to, clock).last;
    if (first && last && *first > *last)
        throw Error(Fault::usage, "bad_date", std::string(expression) + " ends before it begins",
                    std::string(to) + ".." + std::string(from));
    return end_of_range(first) + ".." + end_of_range(last);
}

/// now, 14:30, 90min, -2h
bool has_time_of_day(std::string_view expression) {
    if (expression == "now" || expression.find(':') != std::string_view::npos ||
        expression.ends_with("min"))
        return true;
    return expression.ends_with('h') &&
           expression.find_first_of("0123456789") != std::string_view::npos;
}

std::string describe_instant(std::string_view expression, const Clock& clock) {
    const auto at = read_instant(expression, clock);
    if (!at)
        throw at.error();
    return with_weekday(*at, clock);
}

}  // namespace

std::string describe_date(std::string_view expression, const Clock& clock) {
    if (const auto dots = expression.find(".."); dots != std::string_view::npos)
        return describe_range(expression, dots, clock);
    if (has_time_of_day(expression))
        return describe_instant(expression, clock);
    const DateSpan span = read_or_throw(expression, clock);
    if (span.first && span.first == span.last)
        return with_weekday(*span.first);
    return end_of_range(span.first) + ".." + end_of_range(span.last);
}

std::string shown_time(std::string_view stored, const Clock& clock) {
    const auto at = iso_instant(stored);
    return at && !clock.zone.empty() ? clock.local(*at) : std::string(stored);
}

std::string with_weekday(Date day) {
    return weekday_name(day) + " " + day.iso();
}

std::string with_weekday(Instant at, const Clock& clock) {
    return weekday_name(clock.day(at)) + " " + clock.local(at);
}

std::string day_and_time(Instant at, const Clock& clock) {
    static constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    constexpr int seconds_of_day = 86400;
    const Date date = Clock{at, clock.zone}.today();
    const std::int64_t seconds =
        at.seconds + clock.offset(at) - std::int64_t{date.days} * seconds_of_day;
    int year, this_year;
    unsigned month, day, other;
    date.civil(year, month, day);
    clock.today().civil(this_year, other, other);
    return fmt::format("{} {} {}{} {:02}:{:02}", weekday_name(date), day, months[month - 1],
                       year == this_year ? "" : fmt::format(" {}", year), seconds / 3600,
                       seconds / 60 % 60);
}

std::string day_and_minute(Instant at, const Clock& clock) {
    std::string local = clock.local(at).substr(0, std::string_view("2026-11-24T10:15").size());
    local[local.find('T')] = ' ';
    return local;
}

}  // namespace crm
