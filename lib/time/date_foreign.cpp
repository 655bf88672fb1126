#include "base/text.hpp"
#include "time/date.hpp"

#include <algorithm>
#include <array>

/// Dates as other programs and people write them: three parts in some order, and the question which
/// is which.
namespace crm {
namespace {

struct Part {
    int number = -1;
    int digits = 0;
    int month = 0;          // of a name
    char separator = '\0';  // behind it
};

bool digit(char c) {
    return c >= '0' && c <= '9';
}
bool letter(char c) {
    return c >= 'a' && c <= 'z';
}

/// English, German, French, Spanish or Italian without their marks, whole or cut to three letters
/// or more ("sept"); what is cut so that two months begin with it is none.
int month_named(std::string_view name) {
    static constexpr std::array<std::string_view, 12> months[] = {
        {"january", "february", "march", "april", "may", "june", "july", "august", "september",
         "october", "november", "december"},
        {"januar", "februar", "marz", "april", "mai", "juni", "juli", "august", "september",
         "oktober", "november", "dezember"},
        {"janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre",
         "octobre", "novembre", "decembre"},
        {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
         "octubre", "noviembre", "diciembre"},
        {"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto",
         "settembre", "ottobre", "novembre", "dicembre"}};
    if (name == "jui" || name.size() < 3)
        return 0;
    for (const auto& language : months)
        for (std::size_t i = 0; i < 12; ++i)
            if (language[i].starts_with(name))
                return static_cast<int>(i) + 1;
    return 0;
}

/// The marks of the months' names taken off, and the blank around "de": "3. März 1970", "2 août
/// 1999", "5 de mayo de 1980".
std::string without_marks(std::string s) {
    static constexpr std::pair<std::string_view, std::string_view> marks[] = {
        {"ä", "a"}, {"Ä", "a"}, {"é", "e"}, {"É", "e"}, {"û", "u"}, {"Û", "u"}};
    for (const auto& [mark, plain] : marks)
        if (const auto at = s.find(mark); at != s.npos)
            s.replace(at, mark.size(), plain);
    for (std::size_t at; (at = s.find(" de ")) != s.npos;)
        s.replace(at, 4, " ");
    return s;
}

bool weekday_named(std::string_view name) {
    constexpr std::string_view days[] = {"monday", "tuesday",  "wednesday", "thursday",
                                         "friday", "saturday", "sunday"};
    for (const auto day : days)
        if (name.size() >= 3 && day.starts_with(name))
            return true;
    return false;
}

/// Years of two digits: 70..99 are of the last century.
int full_year(const Part& part) {
    return part.digits > 2 ? part.number : part.number + (part.number < 70 ? 2000 : 1900);
}

std::string in_words(Date date) {
    constexpr std::string_view months[] = {"January",   "February", "March",    "April",
                                           "May",       "June",     "July",     "August",
                                           "September", "October",  "November", "December"};
    int y;
    unsigned m, d;
    date.civil(y, m, d);
    return std::to_string(d) + " " + std::string(months[m - 1]) + " " + std::to_string(y);
}

/// Takes a time of day and whatever follows off the end: "2024-03-12T10:00:00Z", "3/12/2024 10:00
/// AM".
std::string_view without_time(std::string_view s) {
    const auto colon = s.find(':');
    if (colon == s.npos || colon == 0 || !digit(s[colon - 1]))
        return s;
    auto from = colon - 1;
    if (from > 0 && digit(s[from - 1]))
        --from;
    if (from == 0)
        return s;
    const char before = s[from - 1];
    if (before != ' ' && !(before == 't' && from > 1 && digit(s[from - 2])))
        return s;
    s = text::trimmed(s.substr(0, from - 1));
    return s.ends_with(',') ? s.substr(0, s.size() - 1) : s;
}

std::optional<std::array<Part, 3>> parts_of(std::string_view s) {
    std::array<Part, 3> parts;
    std::size_t n = 0, i = 0;
    while (i < s.size()) {
        const auto from = i;
        Part part;
        if (digit(s[i])) {
            part.number = 0;
            for (; i < s.size() && digit(s[i]) && i - from < 5; ++i)
                part.number = part.number * 10 + (s[i] - '0');
            part.digits = static_cast<int>(i - from);
            if (part.digits > 4 || part.digits == 3)
                return {};
            if (n < 2 && s.substr(i).starts_with("年"))
                part.separator = '-', i += 3;  // 2024年3月12日
            else if (s.substr(i).starts_with("月"))
                part.separator = '-', i += 3;
            else if (s.substr(i) == "日")
                i += 3;
            else if (part.digits < 3 && s.size() - i > 2)  // 12th
                for (const std::string_view end : {"st", "nd", "rd", "th"})
                    if (s.substr(i).starts_with(end) && !letter(s[i + 2])) {
                        i += 2;
                        break;
                    }
        } else if (letter(s[i])) {
            while (i < s.size() && letter(s[i]))
                ++i;
            const auto name = s.substr(from, i - from);
            part.month = month_named(name);
            if (!part.month) {
                if (n || !weekday_named(name))
                    return {};
                while (i < s.size() && (s[i] == ',' || s[i] == '.' || s[i] == ' '))
                    ++i;
                continue;
            }
        } else {
            return {};
        }
        if (n == 3)
            return {};
        if (i < s.size() && !part.separator) {
            part.separator = s[i];
            if (std::string_view("-/. ,").find(s[i]) == std::string_view::npos)
                return {};
            ++i;
            if (part.separator != '-' && part.separator != '/')
                while (i < s.size() && (s[i] == ' ' || s[i] == ','))
                    ++i;
        }
        parts[n++] = part;
    }
    return n == 3 ? std::optional(parts) : std::nullopt;
}

}  // namespace

Expected<std::optional<Date>> read_foreign_date(std::string_view text,
                                                std::optional<DateOrder> order) {
    using Found = std::optional<Date>;
    const std::string lower = without_marks(
        text::lower_ascii(text::trimmed(text.size() > 100 ? std::string_view() : text)));
    const std::string_view s = without_time(lower);
    if (s.size() == 8 && s.find_first_not_of("0123456789") == s.npos) {
        const auto n = [&](std::size_t at, std::size_t count) {
            return std::stoi(std::string(s.substr(at, count)));
        };
        return Found(calendar_day(n(0, 4), n(4, 2), n(6, 2)));
    }
    const auto parts = parts_of(s);
    if (!parts)
        return Found();
    const auto& [a, b, c] = *parts;

    if (a.month ||
        b.month) {  // a month by name leaves the other two: the day is the one before the year
        if ((a.month && b.month) || c.month)
            return Found();
        const Part& day = a.month ? b : a;
        if (day.digits > 2)
            return b.month ? Found(calendar_day(a.number, b.month, c.number)) : Found();
        return Found(calendar_day(full_year(c), a.month + b.month, day.number));
    }
    if (c.month)
        return Found();
    if (a.digits == 4)
        return a.separator == b.separator ? Found(calendar_day(a.number, b.number, c.number))
                                          : Found();
    if (b.digits > 2 || a.separator != b.separator || a.separator == ' ' || a.separator == ',')
        return Found();
    const auto day_month = calendar_day(full_year(c), b.number, a.number);
    const auto month_day = calendar_day(full_year(c), a.number, b.number);
    const auto year_month =
        c.digits == 2 ? calendar_day(full_year(a), b.number, c.number) : Found();
    if (order == DateOrder::year_first && year_month)
        return year_month;
    if (a.separator == '.')
        return day_month;
    if (order == DateOrder::day_first && day_month)
        return day_month;
    if (order == DateOrder::month_first && month_day)
        return month_day;
    // With hyphens the year may come first, as in ISO dates.
    std::vector<Date> readings;
    for (const Found& reading : {day_month, month_day, a.separator == '-' ? year_month : Found()})
        if (reading && std::ranges::find(readings, *reading) == readings.end())
            readings.push_back(*reading);
    if (readings.size() < 2)
        return readings.empty() ? Found() : Found(readings.front());

    std::string words, iso;
    Error more(Fault::usage, "ambiguous_date", "");
    for (std::size_t i = 0; i < readings.size(); ++i) {
        const std::string_view between = i == 0 ? "" : i + 1 == readings.size() ? " and " : ", ";
        (words += between) += in_words(readings[i]);
        (iso += i == 0 ? "" : i + 1 == readings.size() ? " or " : ", ") += readings[i].iso();
        more.candidates.push_back(readings[i].iso());
    }
    more.message = std::string(text::trimmed(text)) +
                   (readings.size() == 2 ? " has two readings: " : " has three readings: ") + words;
    more.hint = "write " + iso;
    more.place = std::string(text);
    return std::unexpected(std::move(more));
}

}  // namespace crm
