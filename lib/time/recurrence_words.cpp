#include "base/text.hpp"
#include "time/recurrence.hpp"

#include <fmt/format.h>

#include <array>

namespace crm {
namespace {

constexpr std::array<std::string_view, 7> names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

std::string_view name_of(int weekday) {
    return names[static_cast<std::size_t>(weekday - 1)];
}

std::string ordinal(int n) {
    if (n == -1)
        return "last";
    const bool teen = n % 100 > 10 && n % 100 < 14;
    return fmt::format("{}{}", n,
                       teen          ? "th"
                       : n % 10 == 1 ? "st"
                       : n % 10 == 2 ? "nd"
                       : n % 10 == 3 ? "rd"
                                     : "th");
}

std::string every(std::int64_t n, std::string_view unit, std::string_view adverb) {
    return n == 1 ? std::string(adverb) : fmt::format("every {} {}s", n, unit);
}

bool has_times(const Recurrence& rule) {
    return !rule.seconds.empty() || !rule.minutes.empty() || !rule.hours.empty();
}

bool is_weekdays(const Recurrence& rule) {
    return rule.weekdays.size() == 5 && rule.weekdays.back().weekday == 5 && rule.interval == 1;
}

std::string week_words(const Recurrence& rule) {
    if (is_weekdays(rule))
        return "weekdays";
    std::string days;
    for (const NthWeekday& day : rule.weekdays)
        days += (days.empty() ? "" : ", ") + std::string(name_of(day.weekday));
    if (days.empty())
        return every(rule.interval, "week", "weekly");
    return rule.interval == 1 ? "every " + days
                              : fmt::format("every {} weeks on {}", rule.interval, days);
}

std::string month_words(const Recurrence& rule) {
    if (rule.weekdays.empty() && rule.month_days.empty())
        return rule.interval == 3 ? "quarterly" : every(rule.interval, "month", "monthly");
    std::string days;
    for (const int day : rule.month_days) {
        if (day < -1)
            return {};
        days += (days.empty() ? "" : ", ") + ordinal(day) + (day == -1 ? " day" : "");
    }
    for (const NthWeekday& day : rule.weekdays) {
        if (day.nth < -1 || day.nth == 0)
            return {};
        days +=
            (days.empty() ? "" : ", ") + ordinal(day.nth) + " " + std::string(name_of(day.weekday));
    }
    const bool both = !rule.weekdays.empty() && !rule.month_days.empty();
    return both || rule.interval != 1 ? std::string() : "every " + days;
}

std::string wording_of(const Recurrence& rule) {
    const bool plain = rule.months.empty() && rule.weeks.empty() && rule.year_days.empty() &&
                       rule.positions.empty() && !has_times(rule);
    if (!plain)
        return {};
    const bool any_day = rule.weekdays.empty() && rule.month_days.empty();
    switch (rule.frequency) {
        case Frequency::daily:
            return any_day ? every(rule.interval, "day", "daily") : std::string();
        case Frequency::weekly:
            return week_words(rule);
        case Frequency::monthly:
            return month_words(rule);
        case Frequency::yearly:
            return any_day ? every(rule.interval, "year", "yearly") : std::string();
        default:
            return {};
    }
}

}  // namespace

std::string recurrence_words(std::string_view stored) {
    const auto rule = read_recurrence(stored);
    if (!rule || !rule->after.empty())
        return std::string(stored);
    std::string words = wording_of(*rule);
    if (words.empty())
        return std::string(stored);
    if (rule->count)
        words += fmt::format(" {} times", *rule->count);
    if (rule->until) {
        constexpr std::int64_t of_day = 86400;
        const Date day{static_cast<std::int32_t>(*rule->until / of_day)};
        words += " until " + day.iso();
    }
    return words;
}

}  // namespace crm
