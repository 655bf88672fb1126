#include "base/ascii.hpp"
#include "base/text.hpp"
#include "time/date.hpp"

#include <algorithm>
#include <array>

/// Dates as other programs and people write them: three parts in some order.
namespace crm {
namespace {

struct Part {
    int number = -1;
    int digits = 0;
    int month = 0;          // of a name
    char separator = '\0';  // after it
};

bool letter(char c) {
    return c >= 'a' && c <= 'z';
}

/// English, German, French, Spanish or Italian without accents, whole or cut to three letters or
/// more ("sept"); 0 for other words, and for one with which two months begin.
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

/// Without the accents of months and without "de": "3. März 1970", "2 août 1999", "5 de mayo de
/// 1980".
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

bool is_weekday(std::string_view name) {
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
    if (colon == s.npos || colon == 0 || !is_digit(s[colon - 1]))
        return s;
    auto from = colon - 1;
    if (from > 0 && is_digit(s[from - 1]))
        --from;
    if (from == 0)
        return s;
    const char before = s[from - 1];
    if (before != ' ' && !(before == 't' && from > 1 && is_digit(s[from - 2])))
        return s;
    s = text::trimmed(s.substr(0, from - 1));
    return s.ends_with(',') ? s.substr(0, s.size() - 1) : s;
}

/// The three parts of a date, taken off a text one by one.
class PartReader {
public:
    explicit PartReader(std::string_view text) : text_(text) {}

    /// Nothing where the text is anything else than three parts.
    std::optional<std::array<Part, 3>> read() {
        while (at_ < text_.size()) {
            if (letter(text_[at_]) && count_ == 0 && take_weekday())
                continue;
            Part part;
            if (!take_part(part) || count_ == 3 || !take_separator(part))
                return {};
            parts_[count_++] = part;
        }
        return count_ == 3 ? std::optional(parts_) : std::nullopt;
    }

private:
    std::string_view rest() const { return text_.substr(at_); }

    std::string_view word() const {
        std::size_t end = at_;
        while (end < text_.size() && letter(text_[end]))
            ++end;
        return text_.substr(at_, end - at_);
    }

    void skip(std::string_view characters) {
        while (at_ < text_.size() && characters.find(text_[at_]) != std::string_view::npos)
            ++at_;
    }

    bool take_weekday() {
        const std::string_view name = word();
        if (month_named(name) != 0 || !is_weekday(name))
            return false;
        at_ += name.size();
        skip(",. ");
        return true;
    }

    bool take_part(Part& part) {
        if (is_digit(text_[at_]))
            return take_number(part);
        part.month = month_named(word());
        at_ += word().size();
        return part.month != 0;
    }

    /// A number of one, two or four digits, and what belongs to it: 12th, 2024年, 3月, 12日.
    bool take_number(Part& part) {
        const std::size_t from = at_;
        part.number = 0;
        for (; at_ < text_.size() && is_digit(text_[at_]) && at_ - from < 5; ++at_)
            part.number = part.number * 10 + (text_[at_] - '0');
        part.digits = static_cast<int>(at_ - from);
        if (part.digits > 4 || part.digits == 3)
            return false;
        const bool year_sign = count_ < 2 && rest().starts_with("年");
        if (year_sign || rest().starts_with("月")) {
            part.separator = '-';
            at_ += 3;
        } else if (rest() == "日") {
            at_ += 3;
        } else if (part.digits < 3 && rest().size() > 2) {
            skip_ordinal();
        }
        return true;
    }

    void skip_ordinal() {
        for (const std::string_view end : {"st", "nd", "rd", "th"})
            if (rest().starts_with(end) && !letter(text_[at_ + 2])) {
                at_ += 2;
                return;
            }
    }

    bool take_separator(Part& part) {
        if (at_ == text_.size() || part.separator != '\0')
            return true;
        part.separator = text_[at_];
        if (std::string_view("-/. ,").find(part.separator) == std::string_view::npos)
            return false;
        ++at_;
        if (part.separator != '-' && part.separator != '/')
            skip(" ,");
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::array<Part, 3> parts_;
    std::size_t count_ = 0;
};

/// 20240312
std::optional<Date> read_compact(std::string_view s) {
    const auto number = [&](std::size_t at, std::size_t count) {
        return std::stoi(std::string(s.substr(at, count)));
    };
    return calendar_day(number(0, 4), number(4, 2), number(6, 2));
}

/// A month by name leaves the other two: the day is the one before the year.
std::optional<Date> with_month_name(const Part& a, const Part& b, const Part& c) {
    if ((a.month != 0 && b.month != 0) || c.month != 0)
        return {};
    const Part& day = a.month != 0 ? b : a;
    if (day.digits <= 2)
        return calendar_day(full_year(c), a.month + b.month, day.number);
    return b.month != 0 ? calendar_day(a.number, b.month, c.number) : std::nullopt;
}

Error several_readings(std::string_view text, const std::vector<Date>& readings) {
    std::string words;
    std::string iso;
    Error error(Fault::usage, "ambiguous_date", "");
    for (std::size_t i = 0; i < readings.size(); ++i) {
        const bool last = i + 1 == readings.size();
        if (i > 0) {
            words += last ? " and " : ", ";
            iso += last ? " or " : ", ";
        }
        words += in_words(readings[i]);
        iso += readings[i].iso();
        error.candidates.push_back(readings[i].iso());
    }
    const std::string_view count = readings.size() == 2 ? "two" : "three";
    error.message =
        std::string(text::trimmed(text)) + " has " + std::string(count) + " readings: " + words;
    error.hint = "write " + iso;
    error.place = std::string(text);
    return error;
}

}  // namespace

Expected<std::optional<Date>> read_foreign_date(std::string_view text,
                                                std::optional<DateOrder> order) {
    using Found = std::optional<Date>;
    const std::string lower = without_marks(
        text::lower_ascii(text::trimmed(text.size() > 100 ? std::string_view() : text)));
    const std::string_view s = without_time(lower);
    if (s.size() == 8 && s.find_first_not_of("0123456789") == s.npos)
        return read_compact(s);
    const auto parts = PartReader(s).read();
    if (!parts)
        return Found();
    const auto& [a, b, c] = *parts;
    if (a.month != 0 || b.month != 0)
        return with_month_name(a, b, c);
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

    return std::unexpected(several_readings(text, readings));
}

}  // namespace crm
