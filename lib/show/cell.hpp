#pragma once

#include "show/writer.hpp"

#include <string>
#include <string_view>

/// One value as text.
namespace crm::show {

/// The value's text, for a person or a program as `style` says. It lives in the cells or in
/// `scratch`, where what has to be put together is put; no allocation in the common case.
std::string_view raw_text(const Column& column, Cells cells, const Style& style,
                          std::string& scratch);
/// The same for a place where it could steer a terminal: control characters made visible.
std::string_view terminal_text(const Column& column, Cells cells, const Style& style,
                               std::string& scratch);
/// `shown` for a person, `plain` for a program.
std::string_view cell_text(const Column& column, Cells cells, const Style& style,
                           std::string& scratch);

/// Numbers and money are at the right of their column.
bool right_aligned(const Column& column);
/// A value that would mislead when cut: numbers, dates, short ids.
bool uncuttable(const Column& column);

/// today, tomorrow, in 3 days, 2 weeks ago; the ISO date beyond eight weeks.
std::string relative(Date date, Date today);
/// The whole part of a number with a comma before each group of three digits: 1,200.00. What comes
/// after the number stays.
std::string grouped(std::string_view number);

/// Appends `s` with TAB, line ends and backslash escaped as in tsv, and other characters that could
/// steer a terminal made visible.
void append_tsv(std::string_view s, std::string& out);

/// Appends `s`, with every byte that `escape` answers for replaced by its answer.
template <class Escape>
void append_escaped(std::string_view s, std::string& out, Escape escape) {
    std::size_t from = 0;
    for (std::size_t i = 0; i < s.size(); ++i) {
        const std::string_view instead = escape(s[i]);
        if (instead.empty())
            continue;
        out.append(s, from, i - from).append(instead);
        from = i + 1;
    }
    out.append(s, from);
}

/// Appends the value as JSON.
void json_value(const Column& column, Cells cells, const Style& style, std::string& out);

}  // namespace crm::show
