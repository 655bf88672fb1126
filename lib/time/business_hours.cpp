#include "time/business_hours.hpp"

#include "base/text.hpp"
#include "time/time_of_day.hpp"
#include "time/zone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace crm {
namespace {

constexpr int midnight = 24 * 60;
constexpr std::array<std::string_view, 7> day_names{"mon", "tue", "wed", "thu",
                                                    "fri", "sat", "sun"};

std::unexpected<Error> wrong_hours(std::string_view line, std::string_view why, std::string hint) {
    return failure(Fault::usage, "invalid_value",
                   fmt::format("'{}' {}", text::clipped(line, 60), why), std::move(hint));
}

std::unexpected<Error> refused(std::string_view line, std::string_view why) {
    return failure(Fault::refused, "bad_hours",
                   fmt::format("'{}' {}", text::clipped(line, 60), why),
                   "mon-fri 08:00-12:00 13:00-17:00");
}

/// The words of a line, without those that are empty.
std::vector<std::string_view> words_of(std::string_view line) {
    auto words = text::split(line, ' ');
    std::erase_if(words, [](std::string_view word) { return word.empty(); });
    return words;
}

std::optional<int> weekday_index(std::string_view word) {
    const std::string name = text::lower_ascii(word.substr(0, 3));
    const auto it = std::ranges::find(day_names, name);
    if (it == day_names.end() || word.size() < 3)
        return {};
    return static_cast<int>(it - day_names.begin());
}

/// mon-fri, mon,wed,fri; fri-mon goes over the weekend. Empty for what is none.
std::vector<int> weekdays_of(std::string_view word) {
    std::vector<int> out;
    for (const std::string_view part : text::split(word, ',')) {
        const auto dash = part.find('-');
        const auto first = weekday_index(part.substr(0, dash));
        const auto last = dash == part.npos ? first : weekday_index(part.substr(dash + 1));
        if (!first || !last)
            return {};
        for (int day = *first;; day = (day + 1) % 7) {
            out.push_back(day);
            if (day == *last)
                break;
        }
    }
    return out;
}

/// 08:00-12:00 as it is typed; the end may be before the beginning.
std::optional<Minutes> span_of(std::string_view word) {
    const auto dash = word.find('-');
    if (dash == word.npos)
        return {};
    const auto from = minutes_of_day(word.substr(0, dash));
    const auto to = minutes_of_day(word.substr(dash + 1));
    if (!from || !to)
        return {};
    return Minutes{*from, *to};
}

std::string clock_text(int minutes) {
    return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

std::string span_text(const Minutes& span) {
    return clock_text(span.from) + "-" + clock_text(span.to);
}

/// Sorted; touching and overlapping ones become one.
void unite(std::vector<Minutes>& spans) {
    std::ranges::sort(spans);
    std::vector<Minutes> out;
    for (const Minutes& span : spans) {
        if (!out.empty() && span.from <= out.back().to)
            out.back().to = std::max(out.back().to, span.to);
        else
            out.push_back(span);
    }
    spans = std::move(out);
}

void take_away(std::vector<Minutes>& spans, const Minutes& gone) {
    std::vector<Minutes> out;
    for (const Minutes& span : spans) {
        if (span.from < gone.from)
            out.push_back({span.from, std::min(span.to, gone.from)});
        if (span.to > gone.to)
            out.push_back({std::max(span.from, gone.to), span.to});
    }
    spans = std::move(out);
}

bool overlaps(const std::vector<Minutes>& spans, const Minutes& other) {
    return std::ranges::any_of(
        spans, [&](const Minutes& span) { return span.from < other.to && other.from < span.to; });
}

}  // namespace

BusinessHours BusinessHours::usual(std::string zone) {
    BusinessHours out(std::move(zone));
    for (int day = 0; day < 5; ++day)
        out.week_[day] = {{9 * 60, 17 * 60}};
    return out;
}

Expected<std::string> BusinessHours::add_hours(std::string_view line) {
    const auto words = words_of(line);
    const std::string hint = "mon-fri 08:00-12:00 13:00-17:00";
    if (words.size() < 2)
        return wrong_hours(line, "is not weekdays with their hours", hint);
    const std::vector<int> days = weekdays_of(words[0]);
    if (days.empty())
        return wrong_hours(line, fmt::format("does not begin with weekdays: '{}'", words[0]), hint);
    std::string out = text::lower_ascii(words[0]);
    for (std::size_t i = 1; i < words.size(); ++i) {
        const auto span = span_of(words[i]);
        if (!span)
            return wrong_hours(line, fmt::format("has no hours in '{}'", words[i]), hint);
        if (span->from == span->to || span->from == midnight)
            return refused(line, fmt::format("has an empty interval: {}", words[i]));
        const bool over_night = span->to < span->from;
        if (over_night && i + 1 < words.size())
            return refused(line, fmt::format("ends before it begins: {}", words[i]));
        for (const int day : days) {
            const Minutes today{span->from, over_night ? midnight : span->to};
            const Minutes tomorrow{0, over_night ? span->to : 0};
            std::vector<Minutes>& next = week_[(day + 1) % 7];
            if (overlaps(week_[day], today) || overlaps(next, tomorrow))
                return refused(line,
                               fmt::format("overlaps other hours of {}: {}",
                                           day_names[static_cast<std::size_t>(day)], words[i]));
            week_[day].push_back(today);
            if (tomorrow.to > 0)
                next.push_back(tomorrow);
        }
        out += " " + span_text(*span);
    }
    return out;
}

Expected<std::string> BusinessHours::add_holiday(std::string_view text, std::string_view note) {
    const std::string hint =
        "2026-12-25, --12-25, '2026-12-24 12:00-24:00' or '+2026-10-10 08:00-12:00'";
    const auto words = words_of(text);
    if (words.empty())
        return wrong_hours(text, "is not a day", hint);
    std::string_view day = words[0];
    const bool open = day.starts_with('+');
    if (open)
        day.remove_prefix(1);
    const bool every_year = day.starts_with("--");
    const auto date =
        iso_date(every_year ? "2000-" + std::string(day.substr(2)) : std::string(day));
    if (!date || (open && every_year))
        return wrong_hours(text, "is not a day", hint);
    Off off{{}, std::string(note)};
    std::string out(words[0]);
    for (std::size_t i = 1; i < words.size(); ++i) {
        const auto span = span_of(words[i]);
        if (!span)
            return wrong_hours(text, fmt::format("has no hours in '{}'", words[i]), hint);
        if (span->to <= span->from)
            return refused(text,
                           fmt::format("has an interval that is empty or backwards: {}", words[i]));
        if (overlaps(off.closed, *span))
            return refused(text, fmt::format("has intervals that overlap: {}", words[i]));
        off.closed.push_back(*span);
        out += " " + span_text(*span);
    }
    if (off.closed.empty()) {
        if (open)
            return wrong_hours(text, "has no hours", "+2026-10-10 08:00-12:00");
        off.closed.push_back({0, midnight});
    }
    Off& have = every_year ? yearly_[std::string(day.substr(2))] : (open ? open_ : days_)[*date];
    have.closed.insert(have.closed.end(), off.closed.begin(), off.closed.end());
    if (have.note.empty())
        have.note = off.note;
    return out;
}

std::vector<Minutes> BusinessHours::minutes(Date day) const {
    std::vector<Minutes> spans = week_[day.weekday() - 1];
    unite(spans);
    const auto close = [&](const auto& table, const auto& key) {
        if (const auto it = table.find(key); it != table.end())
            for (const Minutes& gone : it->second.closed)
                take_away(spans, gone);
    };
    if (!days_.empty())
        close(days_, day);
    if (!yearly_.empty())
        close(yearly_, day.iso().substr(5));
    if (const auto it = open_.find(day); it != open_.end()) {
        spans.insert(spans.end(), it->second.closed.begin(), it->second.closed.end());
        unite(spans);
    }
    return spans;
}

std::vector<Interval> BusinessHours::intervals(Date day) const {
    const Clock clock{{}, zone_};
    std::vector<Interval> out;
    for (const Minutes& span : minutes(day)) {
        const Interval found{clock.at(day, span.from * 60), span.to == midnight
                                                                ? clock.at({day.days + 1}, 0)
                                                                : clock.at(day, span.to * 60)};
        if (found.from < found.to)
            out.push_back(found);
    }
    return out;
}

std::string_view BusinessHours::note(Date day) const {
    if (const auto it = days_.find(day); it != days_.end())
        return it->second.note;
    if (const auto it = yearly_.find(day.iso().substr(5)); it != yearly_.end())
        return it->second.note;
    const auto it = open_.find(day);
    return it == open_.end() ? std::string_view() : std::string_view(it->second.note);
}

bool BusinessHours::opens_after(Date day) const {
    for (int i = 0; i < 366; ++i)
        if (!minutes({day.days + i}).empty())
            return true;
    return false;
}

}  // namespace crm
