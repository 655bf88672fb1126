#include "form/import_cell.hpp"

#include "base/ascii.hpp"
#include "base/number.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "time/date.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace crm::form {
namespace {

bool shaped(std::string_view s, std::string_view shape) {
    if (s.size() < shape.size())
        return false;
    for (std::size_t i = 0; i < shape.size(); ++i)
        if (shape[i] == '0' ? !is_digit(s[i]) : s[i] != shape[i])
            return false;
    return true;
}

std::optional<std::string> iso_day(std::string_view cell, std::optional<DateOrder> order) {
    if (cell.size() == 8 && shaped(cell, "00000000"))
        if (const auto day = iso_date(
                fmt::format("{}-{}-{}", cell.substr(0, 4), cell.substr(4, 2), cell.substr(6))))
            return day->iso();
    const auto day = read_foreign_date(cell, order);
    if (!day || !*day)
        return std::nullopt;
    // A year of two digits stays one: of which century it is, the field knows (a birthday is
    // behind).
    const auto four =
        std::ranges::search_n(cell, 4, true, [](char c, bool) { return c >= '0' && c <= '9'; });
    if (!four.empty())
        return (*day)->iso();
    int year;
    unsigned month, of_month;
    (*day)->civil(year, month, of_month);
    return fmt::format("{:02}.{:02}.{:02}", of_month, month, year % 100);
}

/// Whether names made of the letter are written without blanks, the family's name first.
bool cjk(std::string_view s) {
    std::size_t at = 0;
    const char32_t c = utf8::next(s, at);
    return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7AF) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

/// A positive number.
std::optional<int> positive_number(std::string_view s) {
    const auto n = whole_text_as<int>(s);
    return n && *n > 0 ? n : std::nullopt;
}

/// Reads what is_vague_number describes: `~ 1,000 - 5.000 + employees`, of which at least one of
/// mark, range, plus and unit is there.
class VagueNumber {
public:
    explicit VagueNumber(std::string_view cell) : text_(text::folded(cell)), rest_(text_) {}

    bool read() {
        const bool marked = take_one_of(marks);
        if (!take_number())
            return false;
        bool range = false;
        if (take_one_of(range_marks)) {
            range = take_number();
            if (!range)
                return false;
        }
        const bool more = take_one_of(more_marks);
        const bool unit = take_unit();
        return rest_.empty() && (marked || range || more || unit);
    }

private:
    static constexpr std::string_view marks[] = {"~",           "\u2248",     ">=",
                                                 "<=",          "\u2265",     "\u2264",
                                                 ">",           "<",          "approximately",
                                                 "approx.",     "approx",     "circa",
                                                 "ca.",         "ca",         "about",
                                                 "around",      "over",       "under",
                                                 "up to",       "more than",  "at least",
                                                 "less than",   "fewer than", "etwa",
                                                 "rund",        "uber",       "unter",
                                                 "bis zu",      "mindestens", "mehr als",
                                                 "weniger als", "bis",        "environ",
                                                 "plus de",     "moins de",   "mas de",
                                                 "menos de",    "piu di",     "meno di",
                                                 "meer dan",    "minder dan"};
    static constexpr std::string_view range_marks[] = {"-",      "\u2013", "\u2014", "...", "..",
                                                       "\u2026", "to",     "bis",    "a ",  "und "};
    static constexpr std::string_view more_marks[] = {
        "+", "or more", "and more", "and above", "und mehr", "oder mehr", "et plus", "o mas"};

    void skip_blanks() { rest_ = text::trimmed(rest_); }

    bool take_one_of(std::span<const std::string_view> words) {
        skip_blanks();
        for (const std::string_view word : words) {
            if (!rest_.starts_with(word))
                continue;
            rest_.remove_prefix(word.size());
            return true;
        }
        return false;
    }

    /// Digits with separators of thousands, and k or m behind them.
    bool take_number() {
        skip_blanks();
        std::size_t end = 0;
        while (end < rest_.size() &&
               (is_digit(rest_[end]) ||
                (std::string_view(",.' ").find(rest_[end]) != std::string_view::npos &&
                 end + 1 < rest_.size() && is_digit(rest_[end + 1]))))
            ++end;
        if (end == 0 || !is_digit(rest_.front()))
            return false;
        rest_.remove_prefix(end);
        const bool has_factor = rest_.starts_with('k') || rest_.starts_with('m');
        const bool is_word = rest_.size() > 1 && rest_[1] >= 'a' && rest_[1] <= 'z';
        if (has_factor && !is_word)
            rest_.remove_prefix(1);
        return true;
    }

    /// employees, Mitarbeiter: words without digits.
    bool take_unit() {
        skip_blanks();
        const bool is_words = !rest_.empty() && std::ranges::all_of(rest_, [](char c) {
            return c == ' ' || c == '%' || (c >= 'a' && c <= 'z') ||
                   static_cast<unsigned char>(c) >= 0x80;
        });
        if (is_words)
            rest_ = {};
        return is_words;
    }

    std::string text_;
    std::string_view rest_;
};

}  // namespace

std::uint8_t reading_orders(std::string_view cell) {
    cell = bare(cell);
    int numbers[3] = {0, 0, 0};
    std::size_t at = 0;
    char separator = 0;
    std::size_t digits = 0;
    for (int& n : numbers) {
        const std::size_t from = at;
        while (at < cell.size() && at < from + (&n == &numbers[2] ? 4 : 2) && is_digit(cell[at]))
            n = n * 10 + (cell[at++] - '0');
        digits = at - from;
        if (digits == 0)
            return 0;
        if (&n == &numbers[2])
            break;
        if (at == cell.size() || (cell[at] != '/' && cell[at] != '-'))
            return 0;
        separator = cell[at++];
    }
    const auto [first, second, third] = numbers;
    const auto bit = [](DateOrder order, bool possible) {
        return static_cast<std::uint8_t>(possible ? 1 << static_cast<int>(order) : 0);
    };
    const auto day = [](int n) { return n >= 1 && n <= 31; };
    const auto month = [](int n) { return n >= 1 && n <= 12; };
    const std::uint8_t orders =
        bit(DateOrder::day_first, day(first) && month(second)) |
        bit(DateOrder::month_first, month(first) && day(second)) |
        bit(DateOrder::year_first, separator == '-' && digits == 2 && month(second) && day(third));
    return first == second &&
                   orders == (bit(DateOrder::day_first, true) | bit(DateOrder::month_first, true))
               ? 0
               : orders;
}

std::string iso_cell(std::string_view cell, meta::Type type, std::optional<DateOrder> order) {
    const bool moment = type == meta::Type::instant;
    if (shaped(cell, "0000-00-00") && !cell.starts_with("0000")) {
        const bool longer = cell.size() > 10 && (cell[10] == 'T' || cell[10] == ' ') &&
                            shaped(cell.substr(11), "00:00");
        return std::string(longer && !moment ? cell.substr(0, 10) : cell);
    }
    // Outlook's empty birthday is 0/0/00, MySQL's 0000-00-00.
    if (cell.find('0') != std::string_view::npos &&
        cell.find_first_not_of("0/-.: ") == std::string_view::npos)
        return {};
    const auto time = cell.find_first_of("T ");
    if (time != std::string_view::npos && shaped(cell.substr(time + 1), "00:00"))
        if (auto day = iso_day(cell.substr(0, time), order))
            return moment ? *day + "T" + std::string(cell.substr(time + 1)) : *day;
    if (auto day = iso_day(cell, order))
        return *day;
    return std::string(cell);
}

std::string birthday_of(std::string_view year, std::string_view month, std::string_view day) {
    const auto y = positive_number(year), m = positive_number(month), d = positive_number(day);
    if (m && d)
        return y ? fmt::format("{:04}-{:02}-{:02}", *y, *m, *d)
                 : fmt::format("--{:02}-{:02}", *m, *d);
    return y ? fmt::format("{:04}", *y) : std::string();
}

std::vector<std::string> labels_of(std::string_view cell, bool& preferred) {
    cell = bare(cell);
    if (cell.starts_with('*')) {
        preferred = true;
        cell = bare(cell.substr(1));
    }
    if (cell.empty())
        return {};
    const std::string word = text::lower_ascii(cell);
    if (word == "cell" || word == "mobile phone")
        return {"mobile"};
    if (word == "business")
        return {"work"};
    if (word == "home page" || word == "homepage" || word == "personal")
        return {"home"};
    for (const std::string_view place : {"work", "home"}) {
        if (word == place)
            return {word};
        if (word.starts_with(place) && text::key(word.substr(place.size())) == "fax")
            return {std::string(place), "fax"};
    }
    for (const std::string_view usual :
         {"mobile", "fax", "main", "pager", "other", "profile", "blog"})
        if (word == usual)
            return {word};
    return {std::string(cell)};
}

std::string whole_name(std::string_view given, std::string_view middle, std::string_view family) {
    if (cjk(given) && cjk(family))
        return fmt::format("{}{}{}", family, middle, given);
    std::string name(given);
    for (const std::string_view part : {middle, family}) {
        if (part.empty())
            continue;
        if (!name.empty())
            name += ' ';
        name += part;
    }
    return name;
}

std::optional<InvertedName> inverted_name(std::string_view name) {
    static constexpr std::string_view after_names[] = {
        "jr",  "sr",   "ii",   "iii", "iv", "phd", "md", "mba", "ba",      "ma",   "bsc",
        "msc", "esq",  "cpa",  "dds", "rn", "llm", "jd", "inc", "llc",     "ltd",  "plc",
        "co",  "corp", "gmbh", "ag",  "kg", "ohg", "se", "sa",  "sas",     "sarl", "srl",
        "spa", "bv",   "nv",   "ab",  "oy", "as",  "lp", "llp", "limited", "mbh",  "pc"};
    const auto comma = name.find(',');
    if (comma == std::string_view::npos || name.find(',', comma + 1) != std::string_view::npos)
        return std::nullopt;
    const std::string_view family = text::trimmed(name.substr(0, comma));
    const std::string_view given = text::trimmed(name.substr(comma + 1));
    if (family.empty() || given.empty() ||
        name.find_first_of("0123456789&/()@:;|+\"") != std::string_view::npos)
        return std::nullopt;
    std::string last = text::key(given.substr(given.find_last_of(' ') + 1));
    std::erase(last, '.');
    if (std::ranges::find(after_names, last) != std::end(after_names))
        return std::nullopt;
    for (const std::string_view word : text::split(name, ' '))
        if (word == "und" || word == "and" || word == "et" || word == "of")
            return std::nullopt;
    return InvertedName{std::string(given), std::string(family)};
}

bool is_salutation(std::string_view word) {
    static constexpr std::string_view salutations[] = {
        "herr", "herrn", "frau",   "fraulein", "mr",       "mrs",     "ms",      "miss",
        "mx",   "m",     "mme",    "mlle",     "monsieur", "madame",  "sr",      "sra",
        "srta", "senor", "senora", "sig",      "signor",   "signora", "signore", "dhr",
        "mevr", "mw",    "pan",    "pani",     "divers"};
    std::string key = text::key(word);
    std::erase(key, '.');
    return std::ranges::find(salutations, key) != std::end(salutations);
}

bool is_placeholder(std::string_view cell) {
    static constexpr std::string_view words[] = {
        "n/a",           "na",          "n.a.",        "n.a",       "#n/a",         "#na",
        "#nv",           "null",        "(null)",      "none",      "(none)",       "<none>",
        "nil",           "nan",         "unknown",     "(unknown)", "undefined",    "notavailable",
        "notapplicable", "notprovided", "notset",      "unbekannt", "keine",        "keineangabe",
        "keineangaben",  "k.a.",        "k.a",         "k/a",       "nichtbekannt", "inconnu",
        "nonrenseigne",  "desconocido", "sconosciuto", "onbekend",  "n/d",          "n.d.",
        "s/d",           "desconhecido"};
    constexpr std::size_t longest = 20;
    if (cell.empty() || cell.size() > longest || is_digit(cell.front()) || cell.front() == '+' ||
        cell.find('@') != std::string_view::npos)
        return false;
    const std::string key = text::key(cell);
    const bool is_marks = std::ranges::all_of(key, [](char c) {
        return std::string_view("./?*~_#()").find(c) != std::string_view::npos;
    });
    return is_marks || key == "–" || key == "—" || std::ranges::find(words, key) != std::end(words);
}

bool is_rounded_number(std::string_view cell) {
    const auto e = cell.find_first_of("eE");
    if (e == std::string_view::npos || e == 0 || !is_digit(cell.front()))
        return false;
    const std::string_view exponent =
        cell.substr(e + (cell.substr(e + 1).starts_with('+') ? 2 : 1));
    return cell.substr(0, e).find_first_not_of("0123456789.,") == std::string_view::npos &&
           !exponent.empty() && exponent.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_vague_number(std::string_view cell) {
    VagueNumber reader(cell);
    return reader.read();
}

bool is_exchange_name(std::string_view cell) {
    const std::string start = text::lower_ascii(cell.substr(0, 9));
    for (const std::string_view name : {"/o=", "/cn=", "ex:/o=", "x500:/o="})
        if (start.starts_with(name))
            return true;
    return false;
}

std::optional<std::vector<std::string>> bracketed_items(std::string_view cell) {
    const bool is_list = (cell.starts_with('[') && cell.ends_with(']')) ||
                         (cell.starts_with('{') && cell.ends_with('}'));
    if (!is_list || cell.size() < 2)
        return std::nullopt;
    std::vector<std::string> items;
    std::string item;
    char quote = 0;
    const auto end_item = [&] {
        if (const std::string_view trimmed = text::trimmed(item); !trimmed.empty())
            items.emplace_back(trimmed);
        item.clear();
    };
    const std::string_view inside = cell.substr(1, cell.size() - 2);
    for (std::size_t i = 0; i < inside.size(); ++i) {
        const char c = inside[i];
        if (quote != 0 && c == '\\' && i + 1 < inside.size()) {
            ++i;
            item += inside[i];
        } else if (quote != 0 ? c == quote
                              : (c == '"' || c == '\'') && text::trimmed(item).empty()) {
            quote = quote != 0 ? 0 : c;
        } else if (quote == 0 && (c == ',' || c == ';')) {
            end_item();
        } else {
            item += c;
        }
    }
    end_item();
    return items;
}

std::string_view bare(std::string_view cell) {
    const auto plain = [](char c) { return c > ' ' && static_cast<unsigned char>(c) < 0x80; };
    if (cell.empty())
        return cell;
    // ="030123", which keeps spreadsheets from reading a number.
    if (cell.size() > 3 && cell.starts_with("=\"") && cell.ends_with('"') &&
        cell.substr(2, cell.size() - 3).find_first_not_of("0123456789 +-/().") ==
            std::string_view::npos)
        cell = cell.substr(2, cell.size() - 3);
    if (plain(cell.front()) && plain(cell.back()))
        return cell;
    // What copying from web pages leaves at the ends is not seen, and would make another address of
    // it.
    static constexpr std::string_view unseen[] = {"\u200b", "\u200e", "\u200f", "\u2060"};
    for (bool more = true; more;) {
        cell = text::trimmed(cell);
        more = false;
        for (const std::string_view mark : unseen) {
            if (cell.starts_with(mark)) {
                cell.remove_prefix(mark.size());
                more = true;
            }
            if (cell.ends_with(mark)) {
                cell.remove_suffix(mark.size());
                more = true;
            }
        }
    }
    return cell;
}

std::vector<std::string_view> pieces(std::string_view cell, bool words) {
    std::string_view separator = " ::: ";
    if (cell.find(separator) == std::string_view::npos) {
        separator = {};
        if (words)
            for (const std::string_view s : {";", "|", ","})
                if (separator.empty() && cell.find(s) != std::string_view::npos)
                    separator = s;
    }
    std::vector<std::string_view> found;
    for (std::size_t from = 0; from <= cell.size();) {
        const auto to =
            separator.empty() ? cell.size() : std::min(cell.find(separator, from), cell.size());
        if (const auto piece = bare(cell.substr(from, to - from)); !piece.empty())
            found.push_back(piece);
        from = to + std::max<std::size_t>(separator.size(), 1);
    }
    return found;
}

}  // namespace crm::form
