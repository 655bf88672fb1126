#include "base/text.hpp"
#include "time/calendar.hpp"
#include "time/date.hpp"
#include "time/zone.hpp"

#include <algorithm>
#include <array>
#include <vector>

/// The grammar of cli.md 6. A text is a base (a date, a word, nothing) and any number of offsets
/// behind it.
namespace crm {
namespace {

constexpr std::int64_t day_seconds = 86400;
constexpr std::size_t longest = 100;

/// What a text stands for: days, and the moment where it names one ("now", "-2h").
struct Point {
    Days days;
    std::optional<Instant> moment;
};

struct UnitName {
    std::string_view name;
    Unit unit;
};
constexpr UnitName units[] = {
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

bool digit(char c) {
    return c >= '0' && c <= '9';
}

std::optional<Unit> unit_named(std::string_view name) {
    if (name.size() > 3 && name.ends_with('s'))
        name.remove_suffix(1);
    for (const auto& [spelling, unit] : units)
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

std::optional<int> number(std::string_view s) {
    if (s.empty() || s.size() > 7 || !std::ranges::all_of(s, digit))
        return {};
    int n = 0;
    for (const char c : s)
        n = n * 10 + (c - '0');
    return n;
}

std::optional<Days> one(std::optional<Date> date) {
    return date ? std::optional(Days{*date, *date}) : std::nullopt;
}

/// 2026, 2026-11, 2026-11-30, 2026-Q4, 2026-W48, 2026-W48-2.
std::optional<Days> calendar(std::string_view s) {
    const auto year = number(s.substr(0, 4));
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
        const auto week = number(rest.substr(1, 2));
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
    if (const auto month = number(rest); month && rest.size() == 2) {
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
    while (n < s.size() && digit(s[n]))
        ++n;
    std::optional<int> count = number(s.substr(0, n));
    if (!n)
        for (const std::string_view word : {"a ", "an ", "one "})
            if (s.starts_with(word))
                count = 1, n = word.size() - 1;
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
    if (!by || !digit(behind[0]))
        return {};
    if (s[sign] == '-')
        by->count = -by->count;
    s = text::trimmed(s.substr(0, sign));
    return by;
}

/// The offsets of a text in the order they are written; `s` keeps the base. "2w", "in 2 weeks" and
/// "3 days ago" have none.
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
    if (bare)
        by.insert(by.begin(), *bare), s = {};
    return by;
}

Error out_of_range(std::string_view text) {
    Error error(
        Fault::usage, "invalid_date",
        "'" + text::clipped(text::visible(text), 60) + "' is outside the years 0001 to 9999");
    error.place = std::string(text);
    return error;
}

Date day_of(Instant at, const Clock& clock) {
    return Clock{at, clock.zone}.today();
}

Expected<Point> moved(Point point, const std::vector<Offset>& by, const Clock& clock,
                      std::string_view text) {
    for (const Offset& offset : by) {
        const bool fine = offset.unit == Unit::minute || offset.unit == Unit::hour;
        if (fine && !point.moment)
            point.moment = clock.at(point.days.first, 0);
        if (!point.moment) {
            const auto first = shifted(point.days.first, offset),
                       last = shifted(point.days.last, offset);
            if (!first || !last)
                return std::unexpected(out_of_range(text));
            point.days = {*first, *last};
            continue;
        }
        if (fine) {
            point.moment->seconds += offset.count * (offset.unit == Unit::hour ? 3600 : 60);
        } else {
            const Date from = day_of(*point.moment, clock);
            const auto to = shifted(from, offset);
            if (!to)
                return std::unexpected(out_of_range(text));
            point.moment =
                clock.at(*to, static_cast<int>(point.moment->seconds + clock.offset(*point.moment) -
                                               from.days * day_seconds));
        }
        const Date day = day_of(*point.moment, clock);
        if (!in_calendar(day.days))
            return std::unexpected(out_of_range(text));
        point.days = {day, day};
    }
    return point;
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

Error not_a_date(std::string_view text, std::string_view lower, Date today) {
    Error error(Fault::usage, "invalid_date",
                "'" + text::clipped(text::visible(text), 60) + "' is not a date");
    error.place = std::string(text.substr(0, longest));
    error.candidates = meant(lower, today);
    error.hint = text::did_you_mean(error.candidates);
    if (error.hint.empty())
        error.hint = "write 2026-11-30, tomorrow, next fri, eom, +3d or in 2 weeks";
    return error;
}

/// One blank between words, none at the ends; the case as it was, since zones have capitals.
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

/// A text without a time of day.
Expected<Point> evaluated(std::string_view text, const Clock& clock) {
    if (const auto day = iso_date(text))
        return Point{{*day, *day}, {}};
    const Date today = clock.today();
    if (text.size() > longest)
        return std::unexpected(not_a_date(text, {}, today));
    const std::string lower = text::lower_ascii(tidy(text));
    std::string_view base = lower;
    const auto by = take_offsets(base);
    if (base.empty() && by.empty())
        return std::unexpected(not_a_date(text, base, today));

    Point point{{today, today}, {}};
    const bool clockwork = base.empty() && (by[0].unit == Unit::minute || by[0].unit == Unit::hour);
    if (base == "now" || clockwork)
        point.moment = clock.now;
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

/// [+-]HH[[:]MM], Z, or a zone's name; empty is the clock's own.
std::optional<Zone> zone_of(std::string_view s, const Clock& clock) {
    if (!s.empty() && (s[0] == '+' || s[0] == '-')) {
        std::string digits;
        for (const char c : s.substr(1)) {
            if (c == ':' && digits.size() == 2)
                continue;
            if (!digit(c))
                return {};
            digits += c;
        }
        if (digits.size() != 2 && digits.size() != 4)
            return {};
        if (*number(digits.substr(0, 2)) > 24 ||
            (digits.size() == 4 && *number(digits.substr(2)) > 59))
            return {};
        std::string posix =
            (s[0] == '+' ? "ISO-" : "ISO+") + digits.substr(0, 2);  // POSIX counts westward
        if (digits.size() == 4)
            posix += ":" + digits.substr(2);
        return Zone(*ZoneRule::read(posix));
    }
    const std::string lower = text::lower_ascii(s);
    const Zone* found = lower == "z" || lower == "gmt" || lower == "utc"
                            ? zone("UTC")
                            : zone(s.empty() ? std::string_view(clock.zone) : s);
    if (!found && s.empty())
        found = zone("");
    return found ? std::optional(*found) : std::nullopt;
}

struct Time {
    std::size_t from = 0, to = 0;  // bytes of the text
    int seconds = 0;
};

/// HH:MM[:SS[.fff]][am|pm] in a text, or the HHMMSS of 20261130T090000Z.
std::optional<Time> time_in(std::string_view s) {
    const auto two = [&](std::size_t at) {
        return at + 2 <= s.size() ? number(s.substr(at, 2)).value_or(99) : 99;
    };
    Time time;
    int h, m, sec = 0;
    if (const auto colon = s.find(':'); colon != s.npos) {
        time.from = colon;
        while (time.from > 0 && digit(s[time.from - 1]) && colon - time.from < 2)
            --time.from;
        h = number(s.substr(time.from, colon - time.from)).value_or(99);
        m = two(colon + 1);
        time.to = colon + 3;
        if (time.to < s.size() && s[time.to] == ':') {
            sec = two(time.to + 1);
            time.to += 3;
            if (time.to < s.size() && (s[time.to] == '.' || s[time.to] == ','))
                for (++time.to; time.to < s.size() && digit(s[time.to]);)
                    ++time.to;
        }
    } else if (s.size() >= 15 && (s[8] == 'T' || s[8] == 't') && number(s.substr(9, 6))) {
        time.from = 9, time.to = 15;
        h = two(9), m = two(11), sec = two(13);
    } else {
        return {};
    }
    if (time.to > s.size() || (time.to < s.size() && digit(s[time.to])))
        return {};
    const auto half = text::lower_ascii(text::trimmed(s.substr(time.to)).substr(0, 3));
    if (half == "am" || half == "pm" || half == "am " || half == "pm ") {
        if (h < 1 || h > 12)
            return {};
        h = h % 12 + (half[0] == 'p' ? 12 : 0);
        time.to = s.find_first_of("aApP", time.to) + 2;
    }
    if (m > 59 || sec > 60 || h > 24 || (h == 24 && (m || sec)))
        return {};
    time.seconds = h * 3600 + m * 60 + sec;
    return time;
}

Expected<Instant> moment_of(std::string_view text, const Clock& clock) {
    if (text.size() > longest)
        return std::unexpected(not_a_date(text, {}, clock.today()));
    const std::string tidied = tidy(text);
    std::string_view s = tidied;
    const auto time = time_in(s);
    if (!time) {
        if (s.find(':') != s.npos)
            return std::unexpected(not_a_date(text, {}, clock.today()));
        const auto point = evaluated(s, clock);
        if (!point)
            return std::unexpected(point.error());
        if (point->moment)
            return *point->moment;
        return clock.at(point->days.first, s == "eod" ? day_seconds - 1 : 0);
    }

    std::string_view before = s.substr(0, time->from);
    if (before.size() > 1 && (before.back() == 'T' || before.back() == 't') &&
        digit(before[before.size() - 2]))
        before.remove_suffix(1);
    before = text::trimmed(before);
    if (before.ends_with(" at"))
        before.remove_suffix(3);
    const auto day = before.empty() ? Expected<Point>(Point{{clock.today(), clock.today()}, {}})
                                    : evaluated(before, clock);
    if (!day)
        return std::unexpected(day.error());

    const std::string_view after = text::trimmed(s.substr(time->to));
    const std::string lower = text::lower_ascii(after);
    std::string_view rest = lower;
    const auto by = take_offsets(rest);
    const std::string_view zone_text = after.substr(0, rest.size());
    const auto in = zone_of(zone_text, clock);
    if (!in || day->days.first != day->days.last) {
        Error error(Fault::usage, "invalid_date",
                    in ? "'" + std::string(before) + "' is more than one day"
                       : "'" + text::visible(zone_text) + "' is not a time zone",
                    in ? "write the day of the time" : "write +01:00, UTC or Europe/Berlin");
        error.place = std::string(text);
        error.at = in ? 0 : std::min(text.size(), time->to);
        return std::unexpected(std::move(error));
    }
    const auto result =
        moved({day->days, Instant{in->utc(day->days.first.days * day_seconds + time->seconds)}}, by,
              clock, text);
    if (!result)
        return std::unexpected(result.error());
    return *result->moment;
}

}  // namespace

Expected<DateSpan> read_dates(std::string_view text, const Clock& clock) {
    const auto dots = text.find("..");
    if (dots == text.npos) {
        const auto point = evaluated(text, clock);
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
        const auto point = evaluated(end, clock);
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
    const auto point = evaluated(text, clock);
    if (!point)
        return std::unexpected(point.error());
    return point->days.first;
}

Expected<Instant> read_instant(std::string_view text, const Clock& clock) {
    if (const auto at = iso_instant(text))
        return *at;
    auto at = moment_of(text, clock);
    if (at && !in_calendar(day_of(*at, {{}, "UTC"}).days))
        return std::unexpected(out_of_range(text));
    return at;
}

}  // namespace crm
