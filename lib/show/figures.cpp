#include "show/figures.hpp"

#include "show/cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace crm::show {

using report::ColumnType;

namespace {

constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Whether `text` has the form of `pattern`, in which 9 stands for any digit.
bool has_form(std::string_view text, std::string_view pattern) {
    return std::ranges::equal(text, pattern, [](char c, char wanted) {
        return wanted == '9' ? c >= '0' && c <= '9' : c == wanted;
    });
}

/// Nov 2026 of 2026-11; the text itself where it is no month.
std::string month_text(std::string_view text) {
    if (!has_form(text, "9999-99"))
        return std::string(text);
    const int month = (text[5] - '0') * 10 + text[6] - '0';
    if (month < 1 || month > 12)
        return std::string(text);
    return fmt::format("{} {}", months[static_cast<std::size_t>(month) - 1], text.substr(0, 4));
}

/// 30 Nov 2026 of 2026-11-30; the text itself where it is no date.
std::string date_text(std::string_view text) {
    if (!has_form(text, "9999-99-99"))
        return std::string(text);
    const std::string_view day = text.substr(text[8] == '0' ? 9 : 8);
    return fmt::format("{} {}", day, month_text(text.substr(0, 7)));
}

/// 30 Nov 2026 09:00 of 2026-11-30T09:00:00+01:00.
std::string instant_text(std::string_view text) {
    constexpr std::size_t date = 10, minutes = 16;
    if (text.size() < minutes || text[date] != 'T')
        return date_text(text);
    return fmt::format("{} {}", date_text(text.substr(0, date)),
                       text.substr(date + 1, minutes - date - 1));
}

std::string per_cent_text(std::string_view text, double factor) {
    const double value = std::strtod(std::string(text).c_str(), nullptr) * factor;
    return fmt::format("{:.1f} %", value);
}

}  // namespace

bool is_time(std::string_view text) {
    // Customers are numbered 0001, 0002 …, too.
    if (text < "1900" || text >= "2200")
        return false;
    return std::ranges::any_of(std::initializer_list<std::string_view>{"9999", "9999-Q9", "9999-99",
                                                                       "9999-W99", "9999-99-99"},
                               [&](std::string_view pattern) { return has_form(text, pattern); });
}

std::string figure_text(const report::Column& column, std::string_view exact) {
    if (exact.empty())
        return column.group ? "none" : "";
    switch (column.type) {
        case ColumnType::date:
            return date_text(exact);
        case ColumnType::instant:
            return instant_text(exact);
        case ColumnType::month:
            return month_text(exact);
        case ColumnType::share:
            return per_cent_text(exact, 100);
        case ColumnType::percent:
            return per_cent_text(exact, 1);
        case ColumnType::integer:
        case ColumnType::number:
        case ColumnType::money:
        case ColumnType::days:
            return grouped(exact);
        case ColumnType::text:
        case ColumnType::boolean:
        case ColumnType::duration:
        case ColumnType::link:
        case ColumnType::list:
            break;
    }
    return std::string(exact);
}

}  // namespace crm::show
