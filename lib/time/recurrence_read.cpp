#include "base/text.hpp"
#include "time/recurrence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

/// Reading recurrences: the text of RFC 5545 and what people type.
namespace crm {
namespace {

constexpr std::size_t longest = 2000;
constexpr std::array<std::string_view, 7> day_codes{"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
constexpr std::array<std::string_view, 7> day_words{"monday", "tuesday",  "wednesday", "thursday",
                                                    "friday", "saturday", "sunday"};
constexpr std::array<std::string_view, 7> frequencies{"SECONDLY", "MINUTELY", "HOURLY", "DAILY",
                                                      "WEEKLY",   "MONTHLY",  "YEARLY"};

std::unexpected<Error> wrong_recurrence(std::string_view whole, std::size_t at, std::string why) {
    Error e(
        Fault::usage, "bad_recurrence",
        fmt::format("'{}' is not a valid recurrence{}", text::clipped(whole, 60),
                    why.empty() ? "" : ": " + why),
        "weekly, 'every mon,thu', 'every 15th', 'every 2w', 'after 3bd', FREQ=MONTHLY;BYDAY=-1FR");
    e.place = whole;
    e.at = std::min(at, whole.size());
    return std::unexpected(std::move(e));
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    if (text.starts_with('+'))
        text.remove_prefix(1);
    std::int64_t n = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (bad != std::errc{} || end != text.data() + text.size())
        return {};
    return n;
}

/// 20261231, 20261231T235959, 20261231T235959Z
bool read_until(std::string_view text, Recurrence& rule) {
    if (text.size() != 8 && text.size() != 15 && text.size() != 16)
        return false;
    const auto day =
        iso_date(fmt::format("{}-{}-{}", text.substr(0, 4), text.substr(4, 2), text.substr(6, 2)));
    if (!day)
        return false;
    constexpr std::int64_t of_day = 86400;
    if (text.size() == 8) {
        rule.until = day->days * of_day + of_day - 1;
        return true;
    }
    if (text[8] != 'T' || (text.size() == 16 && text[15] != 'Z'))
        return false;
    const auto at = iso_instant(fmt::format("{}T{}:{}:{}Z", day->iso(), text.substr(9, 2),
                                            text.substr(11, 2), text.substr(13, 2)));
    if (!at)
        return false;
    rule.until = at->seconds;
    rule.until_utc = text.size() == 16;
    return true;
}

bool read_weekdays(std::string_view list, Recurrence& rule) {
    for (const std::string_view item : text::split(list, ',')) {
        if (item.size() < 2)
            return false;
        const auto code = std::ranges::find(day_codes, item.substr(item.size() - 2));
        if (code == day_codes.end())
            return false;
        NthWeekday day{0, static_cast<int>(code - day_codes.begin()) + 1};
        if (const std::string_view nth = item.substr(0, item.size() - 2); !nth.empty()) {
            const auto n = whole_number(nth);
            if (!n || *n == 0 || *n < -53 || *n > 53)
                return false;
            day.nth = static_cast<int>(*n);
        }
        rule.weekdays.push_back(day);
    }
    std::ranges::sort(rule.weekdays);
    rule.weekdays.erase(std::ranges::unique(rule.weekdays).begin(), rule.weekdays.end());
    return true;
}

/// A list of numbers with their bounds; from the end they are negative, and never 0.
struct NumberList {
    std::string_view name;
    std::vector<int> Recurrence::*list;
    int least, most;
};
constexpr NumberList number_lists[] = {{"BYSECOND", &Recurrence::seconds, 0, 60},
                                       {"BYMINUTE", &Recurrence::minutes, 0, 59},
                                       {"BYHOUR", &Recurrence::hours, 0, 23},
                                       {"BYMONTHDAY", &Recurrence::month_days, -31, 31},
                                       {"BYYEARDAY", &Recurrence::year_days, -366, 366},
                                       {"BYWEEKNO", &Recurrence::weeks, -53, 53},
                                       {"BYMONTH", &Recurrence::months, 1, 12},
                                       {"BYSETPOS", &Recurrence::positions, -366, 366}};

bool read_numbers(const NumberList& kind, std::string_view list, Recurrence& rule) {
    std::vector<int>& out = rule.*kind.list;
    for (const std::string_view item : text::split(list, ',')) {
        const auto n = whole_number(item);
        if (!n || *n < kind.least || *n > kind.most || (*n == 0 && kind.least < 0))
            return false;
        out.push_back(static_cast<int>(*n));
    }
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    return true;
}

bool read_part(std::string_view name, std::string_view value, Recurrence& rule) {
    if (name == "FREQ") {
        const auto it = std::ranges::find(frequencies, value);
        rule.frequency = static_cast<Frequency>(it - frequencies.begin());
        return it != frequencies.end();
    }
    if (name == "INTERVAL" || name == "COUNT") {
        const auto n = whole_number(value);
        constexpr std::int64_t most = 1'000'000;
        if (!n || *n < 1 || *n > most)
            return false;
        if (name == "INTERVAL")
            rule.interval = *n;
        else
            rule.count = *n;
        return true;
    }
    if (name == "UNTIL")
        return read_until(value, rule);
    if (name == "WKST") {
        const auto it = std::ranges::find(day_codes, value);
        rule.week_start = static_cast<int>(it - day_codes.begin()) + 1;
        return it != day_codes.end();
    }
    if (name == "BYDAY")
        return read_weekdays(value, rule);
    const auto kind = std::ranges::find(number_lists, name, &NumberList::name);
    return kind != std::end(number_lists) && read_numbers(*kind, value, rule);
}

/// What RFC 5545 forbids to combine; empty for what it allows.
std::string contradiction(const Recurrence& rule) {
    const Frequency f = rule.frequency;
    const bool counted = std::ranges::any_of(rule.weekdays, [](auto day) { return day.nth != 0; });
    if (rule.count && rule.until)
        return "COUNT and UNTIL exclude each other";
    if (counted && f != Frequency::monthly && f != Frequency::yearly)
        return "a number before a weekday requires MONTHLY or YEARLY";
    if (counted && !rule.weeks.empty())
        return "BYWEEKNO allows no number before a weekday";
    if (!rule.weeks.empty() && f != Frequency::yearly)
        return "BYWEEKNO requires FREQ=YEARLY";
    if (!rule.month_days.empty() && f == Frequency::weekly)
        return "BYMONTHDAY is not for FREQ=WEEKLY";
    if (!rule.year_days.empty() && f >= Frequency::daily && f != Frequency::yearly)
        return "BYYEARDAY is not for DAILY, WEEKLY and MONTHLY";
    const bool any = !rule.weekdays.empty() || std::ranges::any_of(number_lists, [&](auto& kind) {
        return kind.name != "BYSETPOS" && !(rule.*kind.list).empty();
    });
    if (!rule.positions.empty() && !any)
        return "BYSETPOS requires another BY part";
    return {};
}

Expected<Recurrence> read_rule(std::string_view text) {
    Recurrence rule;
    std::vector<std::string_view> names;
    std::size_t at = 0;
    for (const std::string_view part : text::split(text, ';')) {
        const std::size_t here = at;
        at += part.size() + 1;
        if (part.empty())
            continue;
        const auto equals = part.find('=');
        if (equals == std::string_view::npos)
            return wrong_recurrence(text, here, "");
        const std::string_view name = part.substr(0, equals);
        if (std::ranges::find(names, name) != names.end())
            return wrong_recurrence(text, here, fmt::format("{} is given twice", name));
        names.push_back(name);
        if (!read_part(name, part.substr(equals + 1), rule))
            return wrong_recurrence(text, here, fmt::format("'{}'", text::clipped(part, 40)));
    }
    if (std::ranges::find(names, "FREQ") == names.end())
        return wrong_recurrence(text, 0, "FREQ is missing");
    if (const std::string why = contradiction(rule); !why.empty())
        return wrong_recurrence(text, 0, why);
    return rule;
}

/// The units of `every 2w` and `after 3bd`.
struct Step {
    std::string_view name;
    std::string_view frequency;  ///< empty: only of `after`
    int times;
    std::array<std::string_view, 4> words;
};
constexpr Step steps[] = {{"d", "DAILY", 1, {"d", "day", "days", "daily"}},
                          {"bd", "", 1, {"bd", "business day", "business days", "bd"}},
                          {"w", "WEEKLY", 1, {"w", "week", "weeks", "weekly"}},
                          {"mo", "MONTHLY", 1, {"mo", "month", "months", "monthly"}},
                          {"q", "MONTHLY", 3, {"q", "quarter", "quarters", "quarterly"}},
                          {"y", "YEARLY", 1, {"y", "year", "years", "yearly"}}};

const Step* step_of(std::string_view word) {
    const auto it = std::ranges::find_if(
        steps, [&](const Step& s) { return std::ranges::find(s.words, word) != s.words.end(); });
    return it == std::end(steps) ? nullptr : &*it;
}

/// "2w", "2 weeks", "week": how many of which unit.
struct Every {
    std::int64_t n = 1;
    const Step* step = nullptr;
};
std::optional<Every> read_every(std::string_view text) {
    Every out;
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9')
        ++digits;
    if (digits > 0) {
        const auto n = whole_number(text.substr(0, digits));
        if (!n || *n < 1 || *n > 10'000)
            return {};
        out.n = *n;
    }
    out.step = step_of(text::trimmed(text.substr(digits)));
    return out.step == nullptr ? std::nullopt : std::optional(out);
}

std::string every_text(const Every& every) {
    const std::int64_t n = every.n * every.step->times;
    return fmt::format("FREQ={}{}", every.step->frequency,
                       n == 1 ? "" : fmt::format(";INTERVAL={}", n));
}

/// 1 = Monday; 0 for what is no weekday.
int weekday_of(std::string_view word) {
    if (word.size() < 3)
        return 0;
    for (std::size_t i = 0; i < day_words.size(); ++i)
        if (day_words[i].starts_with(word) || (word == "tues" && i == 1) ||
            (word == "thurs" && i == 3))
            return static_cast<int>(i) + 1;
    return 0;
}

/// 15th, 2nd, last; 0 for what is none.
int ordinal_of(std::string_view word) {
    if (word == "last")
        return -1;
    constexpr std::array<std::string_view, 5> words{"first", "second", "third", "fourth", "fifth"};
    if (const auto it = std::ranges::find(words, word); it != words.end())
        return static_cast<int>(it - words.begin()) + 1;
    if (word.size() < 3)
        return 0;
    const std::string_view end = word.substr(word.size() - 2);
    const auto n = whole_number(word.substr(0, word.size() - 2));
    if (!n || *n < 1 || *n > 31 || (end != "st" && end != "nd" && end != "rd" && end != "th"))
        return 0;
    return static_cast<int>(*n);
}

std::string list_of_weekdays(std::string_view list) {
    std::string out;
    for (const std::string_view word : text::split(list, ',')) {
        const int day = weekday_of(text::trimmed(word));
        if (day == 0)
            return {};
        out += (out.empty() ? "" : ",") + std::string(day_codes[static_cast<std::size_t>(day) - 1]);
    }
    return out;
}

/// "every 15th", "every 2nd tue", "every last day"; empty for what is none of it.
std::string days_of_month(std::string_view text) {
    const auto blank = text.find(' ');
    if (blank == std::string_view::npos) {
        std::string days;
        for (const std::string_view word : text::split(text, ',')) {
            const int day = ordinal_of(text::trimmed(word));
            if (day <= 0)
                return {};
            days += (days.empty() ? "" : ",") + std::to_string(day);
        }
        return "FREQ=MONTHLY;BYMONTHDAY=" + days;
    }
    const int nth = ordinal_of(text.substr(0, blank));
    const std::string_view what = text::trimmed(text.substr(blank));
    if (nth == 0)
        return {};
    if (what == "day")
        return fmt::format("FREQ=MONTHLY;BYMONTHDAY={}", nth);
    const int day = weekday_of(what);
    if (day == 0 || nth > 5)
        return {};
    return fmt::format("FREQ=MONTHLY;BYDAY={}{}", nth,
                       day_codes[static_cast<std::size_t>(day) - 1]);
}

/// The rule of the words without their end; empty for what is none.
std::string rule_of_words(std::string_view words) {
    if (words == "weekdays" || words == "every weekday" || words == "every weekdays")
        return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR";
    const bool every = words.starts_with("every ");
    if (every)
        words = text::trimmed(words.substr(6));
    if (const auto found = read_every(words)) {
        const bool bare_word =
            !every && found->n == 1 && !words.ends_with("ly") && (words[0] < '0' || words[0] > '9');
        return found->step->frequency.empty() || bare_word ? std::string() : every_text(*found);
    }
    if (!every)
        return {};
    if (const std::string days = list_of_weekdays(words); !days.empty())
        return "FREQ=WEEKLY;BYDAY=" + days;
    return days_of_month(words);
}

/// Cuts "until 2027-06-30" or "10 times" off; what it is as a part of a rule.
Expected<std::string> take_end(std::string& words, std::string_view whole, const Clock* clock) {
    if (const auto at = words.rfind(" until "); at != std::string::npos) {
        const std::string day_text(text::trimmed(std::string_view(words).substr(at + 7)));
        auto day = iso_date(day_text);
        if (!day && clock != nullptr)
            if (const auto read = read_date(day_text, *clock))
                day = *read;
        if (!day)
            return wrong_recurrence(whole, at + 7, fmt::format("'{}' is not a date", day_text));
        words.resize(at);
        std::string digits = day->iso();
        std::erase(digits, '-');
        return ";UNTIL=" + digits;
    }
    if (words.ends_with(" times")) {
        const std::size_t end = words.size() - 6;
        const std::size_t blank = words.rfind(' ', end - 1);
        const auto n =
            blank == std::string::npos
                ? std::nullopt
                : whole_number(std::string_view(words).substr(blank + 1, end - blank - 1));
        if (!n || *n < 1 || *n > 1'000'000)
            return wrong_recurrence(whole, end, "how many times?");
        words.resize(blank);
        return fmt::format(";COUNT={}", *n);
    }
    return std::string();
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    return out;
}

}  // namespace

Expected<Recurrence> read_recurrence(std::string_view stored) {
    if (!stored.starts_with("after "))
        return read_rule(stored);
    const auto every = read_every(stored.substr(6));
    if (!every)
        return wrong_recurrence(stored, 6, "");
    Recurrence out;
    out.after = fmt::format("{}{}", every->n, every->step->name);
    return out;
}

Expected<std::string> recurrence_text(std::string_view typed, const Clock* clock) {
    const std::string_view whole = text::trimmed(typed);
    if (whole.size() > longest)
        return wrong_recurrence(whole, longest, "");
    std::string words = text::lower_ascii(whole);
    if (words.find("freq=") != std::string::npos) {
        std::string rule = upper(whole);
        if (rule.starts_with("RRULE:"))
            rule.erase(0, 6);
        while (rule.ends_with(';'))
            rule.pop_back();
        if (auto read = read_rule(rule); !read)
            return std::unexpected(std::move(read.error()));
        return rule;
    }
    if (words.starts_with("after ")) {
        auto read = read_recurrence(words);
        if (!read)
            return std::unexpected(std::move(read.error()));
        return "after " + read->after;
    }
    auto end = take_end(words, whole, clock);
    if (!end)
        return end;
    const std::string rule = rule_of_words(text::trimmed(words));
    if (rule.empty()) {
        if (words.ends_with("bd"))
            return wrong_recurrence(
                whole, 0, "business days are counted from the day it was done: after 3bd");
        return wrong_recurrence(whole, words.starts_with("every ") ? 6 : 0, "");
    }
    return rule + *end;
}

}  // namespace crm
