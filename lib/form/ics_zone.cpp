#include "form/ics_zone.hpp"

#include "base/text.hpp"
#include "time/recurrence.hpp"
#include "time/seconds.hpp"
#include "time/zone_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace crm::form {
namespace {

constexpr std::string_view weekday_words[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
/// The rules of a zone are looked at until then; after 28 years a calendar repeats.
constexpr int rules_from = 2038, rules_until = 2066;

std::int64_t start_of(int year) {
    return Date::of(year, 1, 1).days * day_seconds;
}

/// A change of the offset.
struct Change {
    std::int64_t wall = 0;  ///< of the clock before it
    int before = 0, after = 0;
    int year = 0;
    unsigned month = 0, day = 0;
    int weekday = 0;
    std::int64_t second = 0;
    bool is_in_last_week = false;
};

Change change_at(std::int64_t at, int before, int after) {
    Change out{at + before, before, after};
    const Date day{
        static_cast<std::int32_t>(out.wall / day_seconds - (out.wall % day_seconds < 0))};
    day.civil(out.year, out.month, out.day);
    out.weekday = day.weekday();
    out.second = out.wall - day.days * day_seconds;
    int year;
    unsigned month, of_month;
    Date{day.days + 7}.civil(year, month, of_month);
    out.is_in_last_week = month != out.month;
    return out;
}

/// Found by their offsets, a week apart.
std::vector<Change> changes_of(const Zone& zone, int first_year) {
    std::vector<Change> out;
    constexpr std::int64_t week = 7 * day_seconds;
    const std::int64_t end = start_of(rules_until);
    for (std::int64_t at = start_of(first_year); at < end; at += week) {
        const int before = zone.offset(at), after = zone.offset(at + week);
        if (before == after)
            continue;
        std::int64_t low = at, high = at + week;
        while (high - low > 1) {
            const std::int64_t middle = low + (high - low) / 2;
            (zone.offset(middle) == before ? low : high) = middle;
        }
        out.push_back(change_at(high, before, after));
    }
    return out;
}

/// The yearly rule of changes of one kind, as the parts of an RRULE that choose the day; empty:
/// none.
std::string day_rule(std::span<const Change> changes) {
    const Change& first = changes.front();
    const auto all = [&](auto&& same) { return std::ranges::all_of(changes, same); };
    if (!all([&](const Change& c) { return c.month == first.month && c.second == first.second; }))
        return {};
    if (all([&](const Change& c) { return c.day == first.day; }))
        return fmt::format("BYMONTH={};BYMONTHDAY={}", first.month, first.day);
    if (!all([&](const Change& c) { return c.weekday == first.weekday; }))
        return {};
    const std::string_view weekday = weekday_words[first.weekday - 1];
    if (all([](const Change& c) { return c.is_in_last_week; }))
        return fmt::format("BYMONTH={};BYDAY=-1{}", first.month, weekday);
    const auto [low, high] = std::ranges::minmax(changes, {}, &Change::day);
    if (high.day - low.day > 6)
        return {};
    if (low.day % 7 == 1)
        return fmt::format("BYMONTH={};BYDAY={}{}", first.month, low.day / 7 + 1, weekday);
    std::string days;
    for (unsigned day = low.day; day < low.day + 7; ++day)
        days += fmt::format("{}{}", days.empty() ? "" : ",", day);
    return fmt::format("BYMONTH={};BYMONTHDAY={};BYDAY={}", first.month, days, weekday);
}

std::string offset_text(int seconds) {
    const int length = seconds < 0 ? -seconds : seconds;
    std::string out =
        fmt::format("{}{:02}{:02}", seconds < 0 ? '-' : '+', length / 3600, length / 60 % 60);
    if (length % 60 != 0)
        out += fmt::format("{:02}", length % 60);
    return out;
}

std::optional<int> read_offset(std::string_view raw) {
    const std::string_view text = text::trimmed(raw);
    if (text.size() < 3 || (text[0] != '+' && text[0] != '-'))
        return {};
    int parts[3] = {};
    std::size_t digits = 0;
    for (const char c : text.substr(1)) {
        if (c == ':')
            continue;
        if (c < '0' || c > '9' || digits >= 6)
            return {};
        int& part = parts[digits++ / 2];
        part = part * 10 + (c - '0');
    }
    const int seconds = parts[0] * 3600 + parts[1] * 60 + parts[2];
    if (seconds > day_seconds)
        return {};
    return text[0] == '-' ? -seconds : seconds;
}

Component observance(std::span<const Change> changes, const std::string& rule) {
    const Change& first = changes.front();
    Component out;
    out.name = first.after > first.before ? "DAYLIGHT" : "STANDARD";
    const auto add = [&](std::string name, std::string value) {
        out.properties.push_back({{}, std::move(name), {}, std::move(value), 0});
    };
    add("DTSTART", ics_wall(first.wall));
    add("TZOFFSETFROM", offset_text(first.before));
    add("TZOFFSETTO", offset_text(first.after));
    if (!rule.empty())
        add("RRULE", "FREQ=YEARLY;" + rule);
    std::string dates;
    for (const Change& change : changes.subspan(1))
        dates += (dates.empty() ? "" : ",") + ics_wall(change.wall);
    if (rule.empty() && !dates.empty())
        add("RDATE", std::move(dates));
    return out;
}

/// Changes of one kind: those that follow the rule of today, and those before.
void add_observances(std::span<const Change> changes, std::vector<Component>& out) {
    const auto today = std::ranges::find_if(
        changes, [](const Change& change) { return change.year >= rules_from; });
    auto first = static_cast<std::size_t>(today - changes.begin());
    const std::size_t years = changes.size() - first;
    std::string rule;
    if (years == rules_until - rules_from)
        rule = day_rule(changes.subspan(first));
    if (rule.empty())
        return out.push_back(observance(changes, {}));
    while (first > 0 && changes[first - 1].year == changes[first].year - 1 &&
           day_rule(changes.subspan(first - 1)) == rule)
        --first;
    if (first > 0)
        out.push_back(observance(changes.first(first), {}));
    out.push_back(observance(changes.subspan(first), rule));
}

}  // namespace

Component zone_component(std::string_view name, const Zone& zone, int first_year) {
    const int year = std::clamp(first_year, 1900, rules_from);
    Component out;
    out.name = "VTIMEZONE";
    out.properties.push_back({{}, "TZID", {}, escaped(name), 0});
    std::vector<Change> changes = changes_of(zone, year);
    const int offset = zone.offset(start_of(year));
    Change begin = change_at(start_of(year) - offset, offset, offset);
    Component first = observance(std::span(&begin, 1), {});
    if (!changes.empty() && changes.front().after < changes.front().before)
        first.name = "DAYLIGHT";
    out.parts.push_back(std::move(first));
    while (!changes.empty()) {
        const int before = changes.front().before, after = changes.front().after;
        const auto others = std::ranges::stable_partition(changes, [&](const Change& change) {
            return change.before == before && change.after == after;
        });
        add_observances(std::span(changes.begin(), others.begin()), out.parts);
        changes.erase(changes.begin(), others.begin());
    }
    return out;
}

IcsZone::IcsZone(const Component& component, Instant from, Instant to) : from_(from), to_(to) {
    constexpr std::size_t most = 64;  // observances
    std::size_t count = 0;
    for (const Component& part : component.parts)
        if ((part.name == "STANDARD" || part.name == "DAYLIGHT") && ++count <= most)
            add(part);
    std::ranges::sort(turns_, {}, &Turn::at);
}

void IcsZone::add(const Component& observance) {
    const auto before = read_offset(observance.text("TZOFFSETFROM"));
    const auto after = read_offset(observance.text("TZOFFSETTO"));
    const Property* property = observance.find("DTSTART");
    const auto start = property == nullptr ? std::nullopt : ics_time(*property);
    if (!before || !after || !start)
        return;
    const auto turn = [&](std::int64_t wall) {
        turns_.push_back({wall - *before, *before, *after});
    };
    turn(start->wall());
    for (const Property& dates : observance.properties)
        if (dates.name == "RDATE" && turns_.size() < 1000)
            for (const IcsTime& time : ics_times(dates).value_or(std::vector<IcsTime>()))
                turn(time.wall());
    const auto rule = read_recurrence(text::trimmed(observance.text("RRULE")));
    if (observance.find("RRULE") == nullptr || !rule || !rule->after.empty())
        return;
    constexpr std::int64_t reach = 400 * day_seconds;
    if (rule->until && *rule->until < from_.seconds)
        turn(*rule->until + (rule->until_utc ? *before : 0));
    Occurrences instances(*rule, start->wall(), false);
    instances.skip_to(from_.seconds - reach);
    for (int i = 0; i < 200; ++i) {
        const auto wall = instances.next();
        if (!wall || *wall > to_.seconds + reach)
            return;
        turn(*wall);
    }
}

int IcsZone::offset(std::int64_t seconds) const {
    const auto next = std::ranges::upper_bound(turns_, seconds, {}, &Turn::at);
    if (next != turns_.begin())
        return (next - 1)->after;
    return turns_.empty() ? 0 : next->before;
}

bool IcsZone::is_like(const Zone& zone) const {
    const auto same = [&](std::int64_t at) { return zone.offset(at) == offset(at); };
    constexpr std::int64_t step = 10 * day_seconds;
    for (std::int64_t at = from_.seconds; at <= to_.seconds; at += step)
        if (!same(at))
            return false;
    return std::ranges::all_of(turns_, [&](const Turn& turn) {
        const bool within = turn.at > from_.seconds && turn.at < to_.seconds;
        return !within || (same(turn.at - 1) && same(turn.at));
    });
}

std::string IcsZone::name(std::string_view preferred) const {
    const auto fits = [&](std::string_view name) {
        const Zone* known = is_zone_name(name) ? zone(name) : nullptr;
        return known != nullptr && is_like(*known);
    };
    if (empty())
        return {};
    if (fits(preferred))
        return std::string(preferred);
    for (const std::string_view name : main_zone_names())
        if (fits(name))
            return std::string(name);
    for (const std::string& name : zone_names())
        if (fits(name))
            return name;
    return {};
}

}  // namespace crm::form
