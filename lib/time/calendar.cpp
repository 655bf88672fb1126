#include "time/calendar.hpp"

namespace crm {

bool in_calendar(std::int64_t days) {
    return days >= Date::of(1, 1, 1).days && days <= Date::of(9999, 12, 31).days;
}

namespace {

std::optional<Date> plus_days(Date date, std::int64_t n) {
    const std::int64_t days = date.days + n;
    return in_calendar(days) ? std::optional(Date{static_cast<std::int32_t>(days)}) : std::nullopt;
}

/// A day that the month does not have becomes its last day.
std::optional<Date> plus_months(Date date, std::int64_t n) {
    int y;
    unsigned m, d;
    date.civil(y, m, d);
    const std::int64_t months = std::int64_t{y} * 12 + m - 1 + n;
    if (months < 12 || months >= 10000 * 12)
        return {};
    const int year = static_cast<int>(months / 12);
    const int month = static_cast<int>(months % 12) + 1;
    for (int day = static_cast<int>(d);; --day)
        if (const auto found = calendar_day(year, month, day))
            return found;
}

std::optional<Date> plus_business_days(Date date, std::int64_t n) {
    auto day = plus_days(date, n / 5 * 7);
    const int step = n < 0 ? -1 : 1;
    if (n / 5 && day && day->weekday() > 5)
        day = plus_days(*day, step > 0 ? 5 - day->weekday() : 8 - day->weekday());
    for (std::int64_t left = n % 5; day && left;) {
        day = plus_days(*day, step);
        if (day && day->weekday() <= 5)
            left -= step;
    }
    return day;
}

}  // namespace

std::optional<Date> shifted(Date date, const Offset& by) {
    switch (by.unit) {
        case Unit::business_day:
            return plus_business_days(date, by.count);
        case Unit::week:
            return plus_days(date, by.count * 7);
        case Unit::month:
            return plus_months(date, by.count);
        case Unit::quarter:
            return plus_months(date, by.count * 3);
        case Unit::year:
            return plus_months(date, by.count * 12);
        default:
            return plus_days(date, by.count);
    }
}

Days period(Date date, Unit unit) {
    int y;
    unsigned m, d;
    date.civil(y, m, d);
    const auto months = [&](unsigned from, unsigned to) {
        return Days{Date::of(y, from, 1),
                    {to == 12 ? Date::of(y, 12, 31).days : Date::of(y, to + 1, 1).days - 1}};
    };
    switch (unit) {
        case Unit::week:
            return {{date.days - date.weekday() + 1}, {date.days - date.weekday() + 7}};
        case Unit::month:
            return months(m, m);
        case Unit::quarter:
            return months((m - 1) / 3 * 3 + 1, (m - 1) / 3 * 3 + 3);
        case Unit::year:
            return months(1, 12);
        default:
            return {date, date};
    }
}

std::optional<Days> span_before(const Days& days) {
    const Date first = days.first;
    const Date next{days.last.days + 1};  // the day after
    int y1, y2;
    unsigned m1, m2, d1, d2;
    first.civil(y1, m1, d1);
    next.civil(y2, m2, d2);
    const std::int64_t months =
        (std::int64_t{y2} - y1) * 12 + static_cast<int>(m2) - static_cast<int>(m1);
    const auto before = d1 == 1 && d2 == 1 ? plus_months(first, -months)
                                           : plus_days(first, std::int64_t{first.days} - next.days);
    if (!before)
        return {};
    return Days{*before, {first.days - 1}};
}

}  // namespace crm
