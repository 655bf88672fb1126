#include "time/rule_instances.hpp"

#include "time/calendar.hpp"
#include "time/recurrence.hpp"
#include "time/seconds.hpp"

#include <fmt/format.h>

namespace crm {
namespace {

template <class T>
T value_or_throw(Expected<T> value) {
    if (!value)
        throw value.error();
    return std::move(*value);
}

}  // namespace

std::vector<RuleInstance> instances_of(std::string_view typed, std::string_view from,
                                       std::int64_t limit, const Clock& clock) {
    const std::string text = value_or_throw(recurrence_text(typed, &clock));
    const Recurrence rule = value_or_throw(read_recurrence(text));
    if (!rule.after.empty())
        throw Error(Fault::usage, "bad_recurrence",
                    fmt::format("'{}' counts from the day on which a task is done", text),
                    "crm date +" + rule.after);
    if (!rule.has_end() && limit < 0)
        throw Error(Fault::usage, "no_end", "a rule without an end requires --limit", "--limit 5");
    const auto day = read_date(from, clock);
    const bool whole_days = day && from.find(':') == std::string_view::npos && from != "now";
    const std::int64_t start = [&] {
        if (whole_days)
            return day->days * day_seconds;
        const Instant at = value_or_throw(read_instant(from, clock));
        return at.seconds + clock.offset(at);
    }();
    const Zone* local = zone(clock.zone);
    Occurrences instances(rule, start, whole_days, local);
    std::vector<RuleInstance> out;
    while (limit < 0 || static_cast<std::int64_t>(out.size()) < limit) {
        const auto wall = instances.next();
        if (!wall)
            break;
        const Date on{static_cast<std::int32_t>(*wall / day_seconds - (*wall % day_seconds < 0))};
        out.push_back({whole_days ? on.iso()
                                  : clock.local(clock.at(
                                        on, static_cast<int>(*wall - on.days * day_seconds)))});
    }
    if (out.empty())
        throw Error(Fault::refused, "never_happens", fmt::format("{} never happens", text),
                    "crm date --recurrence 'every last day' --from today --limit 5");
    return out;
}

}  // namespace crm
