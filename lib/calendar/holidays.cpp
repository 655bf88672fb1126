#include "calendar/holidays.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"
#include "time/recurrence.hpp"
#include "time/seconds.hpp"
#include "time/time_of_day.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::calendar {
namespace {

constexpr std::int32_t most_event_days = 366;  ///< days of one event
constexpr std::int32_t ten_years = 3653;
constexpr std::size_t most_days = 5000;  ///< of one file

std::string item_text(std::string day, const std::string& name) {
    meta::Item item{std::move(day), {}};
    if (!name.empty())
        item.labels.push_back(name);
    return meta::items_text(std::span(&item, 1));
}

/// The last day of an event of whole days: DTEND is the day after it.
std::int32_t days_of(const form::Component& event, const form::IcsTime& start) {
    const form::Property* end = event.find("DTEND");
    const auto to = end == nullptr ? std::nullopt : form::ics_time(*end);
    return to ? std::clamp(to->day.days - start.day.days, 1, most_event_days) : 1;
}

/// 12:00-24:00, of an event at a time.
std::string hours_of_event(const form::Component& event, const form::IcsTime& start) {
    const form::Property* end = event.find("DTEND");
    const auto to = end == nullptr ? std::nullopt : form::ics_time(*end);
    const int from = start.second_of_day;
    int until = to && to->day == start.day ? to->second_of_day : 24 * 3600;
    if (!to)
        until = std::min(from + 3600, 24 * 3600);
    return until > from ? fmt::format(" {}-{}", time_of_day_text(from), time_of_day_text(until))
                        : std::string();
}

bool is_fixed_day(const Recurrence& rule) {
    return rule.frequency == Frequency::yearly && rule.interval == 1 && !rule.has_end() &&
           rule.weekdays.empty() && rule.weeks.empty() && rule.year_days.empty() &&
           rule.positions.empty() && rule.months.size() <= 1 && rule.month_days.size() <= 1;
}

void add_event(const form::Component& event, Date today, std::vector<std::string>& out) {
    const form::Property* property = event.find("DTSTART");
    const auto start = property == nullptr ? std::nullopt : form::ics_time(*property);
    if (!start)
        return;
    const std::string name = event.text("SUMMARY");
    const bool whole = start->second_of_day < 0;
    const std::string hours = whole ? std::string() : hours_of_event(event, *start);
    if (!whole && hours.empty())
        return;
    const std::int32_t days = whole ? days_of(event, *start) : 1;
    const auto rule = read_recurrence(text::trimmed(event.text("RRULE")));
    // What repeats within a day is no day off.
    if (rule && rule->after.empty() && rule->frequency < Frequency::daily)
        return;
    std::vector<Date> starts{start->day};
    if (event.find("RRULE") != nullptr && rule && rule->after.empty() && !is_fixed_day(*rule)) {
        starts.clear();
        Occurrences instances(*rule, start->day.days * day_seconds, true);
        instances.skip_to(today.days * day_seconds);
        for (auto at = instances.next(); at && *at < (today.days + ten_years) * day_seconds;
             at = instances.next())
            starts.push_back({static_cast<std::int32_t>(*at / day_seconds)});
    }
    if (out.size() + starts.size() * static_cast<std::size_t>(days) > most_days)
        throw Error(Fault::refused, "too_big",
                    fmt::format("the file has more than {} days off in the next ten years: {}",
                                most_days, text::clipped(name, 60)),
                    "hours='mon-fri 09:00-17:00' are the days that are worked");
    const bool yearly = rule && event.find("RRULE") != nullptr && is_fixed_day(*rule);
    for (const Date first : starts)
        for (std::int32_t i = 0; i < days; ++i) {
            const std::string day = Date{first.days + i}.iso();
            out.push_back(item_text((yearly ? "--" + day.substr(5) : day) + hours, name));
        }
}

}  // namespace

std::vector<std::string> holidays_of(const form::Calendar& file, Date today) {
    std::vector<std::string> out;
    for (const form::Component& event : file.components)
        if (event.name == "VEVENT" && event.flaw.empty())
            add_event(event, today, out);
    return out;
}

}  // namespace crm::calendar
