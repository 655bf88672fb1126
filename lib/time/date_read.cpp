#include "base/ascii.hpp"
#include "base/text.hpp"
#include "time/expression.hpp"

#include <algorithm>
#include <array>
#include <vector>

/// The grammar of crm-dates(7): a date or a word, or nothing, and any number of offsets after it.
namespace crm {

using namespace expression;

namespace {

struct UnitName {
    std::string_view name;
    Unit unit;
};
constexpr UnitName unit_names[] = {
    {"min", Unit::minute},      {"minute", Unit::minute},
    {"h", Unit::hour},          {"hour", Unit::hour},
    {"d", Unit::day},           {"day", Unit::day},
    {"bd", Unit::business_day}, {"business day", Unit::business_day},
    {"w", Unit::week},          {"week", Unit::week},
    {"mo", Unit::month},        {"month", Unit::month},
    {"q", Unit::quarter},       {"quarter", Unit::quarter},
    {"y", Unit::year},          {"year", Unit::year},
};
constexpr std::array<std::string_view, 7> weekdays{"monday", "tuesday",  "wednesday", "thursday",
                                                   "friday", "saturday", "sunday"};

std::optional<Unit> unit_named(std::string_view name) {
    if (name.size() > 3 && name.ends_with('s'))
        name.remove_suffix(1);
    for (const auto& [spelling, unit] : unit_names)
        if (name == spelling)
            return unit;
    return {};
}

/// 1 = Monday … 7 = Sunday of "mon", "tues", "wednesday"; 0 for other words.
int weekday_named(std::string_view name) {
    if (name.size() < 3)
        return 0;
    for (std::size_t i = 0; i < weekdays.size(); ++i)
        if (weekdays[i].starts_with(name))
            return static_cast<int>(i) + 1;
    return 0;
}

std::optional<Days> one(std::optional<Date> date) {
    return date ? std::optional(Days{*date, *date}) : std::nullopt;
}

/// 2026, 2026-11, 2026-11-30, 2026-Q4, 2026-W48, 2026-W48-2.
std::optional<Days> calendar(std::string_view s) {
    const auto year = read_number(s.substr(0, 4));
    if (!year || *year == 0 || s.size() < 4)
        return {};
    const Date new_year = Date::of(*year, 1, 1);
    if (s.size() == 4)
        return period(new_year, Unit::year);
    if (s[4] != '-')
        return {};
    const auto rest = s.substr(5);
    if (rest.size() == 2 && rest[0] == 'q') {
        if (rest[1] < '1' || rest[1] > '4')
            return {};
        return period(Date::of(*year, static_cast<unsigned>(rest[1] - '1') * 3 + 1, 1),
                      Unit::quarter);
    }
    if (rest.starts_with('w')) {
        const auto week = read_number(rest.substr(1, 2));
        if (!week || *week < 1 || rest.size() < 3)
            return {};
        const Date monday{period(Date::of(*year, 1, 4), Unit::week).first.days + (*week - 1) * 7};
        if (period(Date::of(*year, 12, 28), Unit::week).first < monday)
            return {};  // the year has no week 53
        if (rest.size() == 3)
            return Days{monday, {monday.days + 6}};
        if (rest.size() != 5 || rest[3] != '-' || rest[4] < '1' || rest[4] > '7')
            return {};
        return one(Date{monday.days + rest[4] - '1'});
    }
    if (const auto month = read_number(rest); month && rest.size() == 2) {
        const auto first = calendar_day(*year, *month, 1);
        return first ? std::optional(period(*first, Unit::month)) : std::nullopt;
    }
    return one(iso_date(s));
}

/// A calendar's form or today, fri, eom, next week, last fri …; lower case.
std::optional<Days> base_days(std::string_view s, Date today) {
    if (const auto days = calendar(s))
        return days;
    if (s == "today" || s == "now" || s == "sod" || s == "eod")
        return Days{today, today};
    if (s == "tomorrow")
        return one(shifted(today, {1}));
    if (s == "yesterday")
        return one(shifted(today, {-1}));
    if (s.size() == 3 && (s.starts_with("so") || s.starts_with("eo")))
        if (const auto unit = unit_named(s == "som" || s == "eom" ? "mo" : s.substr(2));
            unit && *unit != Unit::hour) {
            const Days of = period(today, *unit);
            return one(s[0] == 's' ? of.first : of.last);
        }
    if (const int day = weekday_named(s))
        return one(shifted(today, {(day - today.weekday() + 7) % 7}));

    const auto space = s.find(' ');
    const auto which = s.substr(0, space);
    const int step = which == "next" ? 1 : which == "last" ? -1 : 0;
    if (space == s.npos || (!step && which != "this"))
        return {};
    const auto what = s.substr(space + 1);
    if (const int day = weekday_named(what)) {
        const int ahead = (day - today.weekday() + 7) % 7;
        if (step > 0)
            return one(shifted(today, {ahead ? ahead : 7}));
        if (step < 0)
            return one(shifted(today, {ahead - 7}));
        return one(shifted(today, {day - today.weekday()}));
    }
    const auto unit = unit_named(what);
    if (!unit || what.size() < 3 || *unit < Unit::day || *unit == Unit::business_day)
        return {};
    const auto within = shifted(period(today, *unit).first, {step, *unit});
    return within ? std::optional(period(*within, *unit)) : std::nullopt;
}

/// "2w", "3 days", "a week": a number and a unit, nothing else.
std::optional<Offset> amount(std::string_view s) {
    std::size_t n = 0;
    while (n < s.size() && is_digit(s[n]))
        ++n;
    std::optional<int> count = read_number(s.substr(0, n));
    if (!n)
        for (const std::string_view word : {"a ", "an ", "one "})
            if (s.starts_with(word)) {
                count = 1;
                n = word.size() - 1;
            }
    const auto unit = unit_named(text::trimmed(s.substr(n)));
    return count && unit ? std::optional(Offset{*count, *unit}) : std::nullopt;
}

/// Takes a signed offset off the end: "eom -2d".
std::optional<Offset> take_offset(std::string_view& s) {
    const auto sign = s.find_last_of("+-");
    if (sign == s.npos)
        return {};
    const auto behind = text::trimmed(s.substr(sign + 1));
    auto by = amount(behind);
    if (!by || !is_digit(behind[0]))
        return {};
    if (s[sign] == '-')
        by->count = -by->count;
    s = text::trimmed(s.substr(0, sign));
    return by;
}

/// "nxt fri" for "next fri": each unknown word replaced by the nearest known one, kept where the
/// whole then reads.
std::vector<std::string> meant(std::string_view lower, Date today) {
    static const std::vector<std::string> known = [] {
        std::vector<std::string> all{"today", "tomorrow", "yesterday", "now",   "next",    "last",
                                     "this",  "day",      "week",      "month", "quarter", "year",
                                     "sod",   "sow",      "som",       "soq",   "soy",     "eod",
                                     "eow",   "eom",      "eoq",       "eoy",   "mon",     "tue",
                                     "wed",   "thu",      "fri",       "sat",   "sun"};
        all.insert(all.end(), weekdays.begin(), weekdays.end());
        return all;
    }();
    std::vector<std::string> phrases{""};
    const auto tokens = text::split(lower, ' ');
    if (tokens.size() > 2)
        return {};
    for (const auto token : tokens) {
        std::vector<std::string> choices;
        if (std::ranges::find(known, token) != known.end())
            choices.emplace_back(token);
        else
            choices = text::nearest(token, known);
        std::vector<std::string> longer;
        for (const auto& phrase : phrases)
            for (const auto& choice : choices)
                longer.push_back(phrase.empty() ? choice : phrase + " " + choice);
        phrases = std::move(longer);
    }
    std::erase_if(phrases, [&](const std::string& phrase) { return !base_days(phrase, today); });
    if (phrases.size() > 3)
        phrases.resize(3);
    return phrases;
}

}  // namespace

namespace expression {

std::optional<int> read_number(std::string_view s) {
    if (s.empty() || s.size() > 7 || !std::ranges::all_of(s, is_digit))
        return {};
    int n = 0;
    for (const char c : s)
        n = n * 10 + (c - '0');
    return n;
}

std::vector<Offset> take_offsets(std::string_view& s) {
    std::vector<Offset> by;
    while (const auto one = take_offset(s))
        by.insert(by.begin(), *one);
    std::optional<Offset> bare;
    if (s.starts_with("in "))
        bare = amount(s.substr(3));
    else if (s.ends_with(" from now"))
        bare = amount(s.substr(0, s.size() - 9));
    else if (!s.ends_with(" ago"))
        bare = amount(s);
    else if ((bare = amount(s.substr(0, s.size() - 4))))
        bare->count = -bare->count;
    if (bare) {
        by.insert(by.begin(), *bare);
        s = {};
    }
    return by;
}

Error out_of_range(std::string_view text) {
    Error error(
        Fault::usage, "invalid_date",
        "'" + text::clipped(text::visible(text), 60) + "' is outside the years 0001 to 9999");
    error.place = std::string(text);
    return error;
}

Expected<Point> moved(Point point, const std::vector<Offset>& by, const Clock& clock,
                      std::string_view text) {
    for (const Offset& offset : by) {
        const bool fine = offset.unit == Unit::minute || offset.unit == Unit::hour;
        if (fine && !point.instant)
            point.instant = clock.at(point.days.first, 0);
        if (!point.instant) {
            const auto first = shifted(point.days.first, offset),
                       last = shifted(point.days.last, offset);
            if (!first || !last)
                return std::unexpected(out_of_range(text));
            point.days = {*first, *last};
            continue;
        }
        if (fine) {
            point.instant->seconds += offset.count * (offset.unit == Unit::hour ? 3600 : 60);
        } else {
            const Date from = clock.day(*point.instant);
            const auto to = shifted(from, offset);
            if (!to)
                return std::unexpected(out_of_range(text));
            point.instant = clock.at(
                *to, static_cast<int>(point.instant->seconds + clock.offset(*point.instant) -
                                      from.days * day_seconds));
        }
        const Date day = clock.day(*point.instant);
        if (!in_calendar(day.days))
            return std::unexpected(out_of_range(text));
        point.days = {day, day};
    }
    return point;
}

Error not_a_date(std::string_view text, std::string_view lower, Date today) {
    Error error(Fault::usage, "invalid_date",
                "'" + text::clipped(text::visible(text), 60) + "' is not a date");
    error.place = std::string(text.substr(0, longest_expression));
    error.candidates = meant(lower, today);
    error.hint = text::did_you_mean(error.candidates);
    if (error.hint.empty())
        error.hint = "write 2026-11-30, tomorrow, next fri, eom, +3d or in 2 weeks";
    return error;
}

std::string tidy(std::string_view s) {
    std::string out;
    for (const char c : text::trimmed(s)) {
        const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!blank)
            out += c;
        else if (out.back() != ' ')
            out += ' ';
    }
    return out;
}

Expected<Point> evaluate(std::string_view text, const Clock& clock) {
    if (const auto day = iso_date(text))
        return Point{{*day, *day}, {}};
    const Date today = clock.today();
    if (text.size() > longest_expression)
        return std::unexpected(not_a_date(text, {}, today));
    const std::string lower = text::lower_ascii(tidy(text));
    std::string_view base = lower;
    const auto by = take_offsets(base);
    if (base.empty() && by.empty())
        return std::unexpected(not_a_date(text, base, today));

    Point point{{today, today}, {}};
    const bool clockwork = base.empty() && (by[0].unit == Unit::minute || by[0].unit == Unit::hour);
    if (base == "now" || clockwork)
        point.instant = clock.now;
    if (const auto days = base_days(base, today)) {
        point.days = *days;
    } else if (!base.empty()) {
        const auto foreign = read_foreign_date(base, {});
        if (!foreign)
            return std::unexpected(foreign.error());
        if (!*foreign || base.find(':') != base.npos)
            return std::unexpected(not_a_date(text, base, today));
        point.days = {**foreign, **foreign};
    }
    return moved(point, by, clock, text);
}

}  // namespace expression

Expected<DateSpan> read_dates(std::string_view text, const Clock& clock) {
    const auto dots = text.find("..");
    if (dots == text.npos) {
        const auto point = evaluate(text, clock);
        if (!point)
            return std::unexpected(point.error());
        return DateSpan{point->days.first, point->days.last};
    }
    DateSpan span;
    const auto from = text::trimmed(text.substr(0, dots)),
               to = text::trimmed(text.substr(dots + 2));
    for (const bool begins : {true, false}) {
        const auto end = begins ? from : to;
        if (end.empty())
            continue;
        const auto point = evaluate(end, clock);
        if (!point)
            return std::unexpected(point.error());
        if (begins)
            span.first = point->days.first;
        else
            span.last = point->days.last;
    }
    if (span.first && span.last && *span.last < *span.first) {
        Error error(
            Fault::usage, "invalid_date",
            "the range ends before it begins: " + span.first->iso() + ".." + span.last->iso(),
            "write " + std::string(to) + ".." + std::string(from));
        error.place = std::string(text);
        return std::unexpected(std::move(error));
    }
    return span;
}

Expected<Date> read_date(std::string_view text, const Clock& clock) {
    const auto point = evaluate(text, clock);
    if (!point)
        return std::unexpected(point.error());
    return point->days.first;
}

}  // namespace crm
