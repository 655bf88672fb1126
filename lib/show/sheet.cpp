#include "show/sheet.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"
#include "show/cell.hpp"

#include <algorithm>

namespace crm::show {
namespace {

constexpr int least_value_columns =
    20;  // columns that a value has at least, however narrow the terminal

/// The values of a field: the items of a list, the rows of rows, else the one there is; none when
/// it is empty.
std::vector<std::string> each(const Column& column, Cells cells, const Style& style) {
    std::vector<std::string> values;
    const auto add = [&](std::string_view s) {
        if (!s.empty())
            values.emplace_back(s);
    };
    const meta::FieldInfo* field = column.field;
    if (field && field->type() == meta::Type::rows) {
        const std::size_t step = meta::shown_cells(*field);
        for (std::size_t at = 0; step > 0 && at + step <= cells.size(); at += step)
            add(meta::text(*field, cells.subspan(at, step), style.clock));
    } else if (field && field->type() == meta::Type::extra && !cells.empty()) {
        for (const auto line : text::split(cells[0].text, '\n'))
            add(line);
    } else if (field && field->is(meta::many) && !cells.empty()) {
        for (const meta::Item& item : meta::read_items(cells[0].text))
            add(meta::items_text({&item, 1}));
    } else if (style.person && field && field->type() == meta::Type::link && cells.size() > 1 &&
               !cells[1].null()) {
        add(std::string(cells[1].text) + " (" + std::string(cells[0].text) + ")");
    } else {
        std::string scratch;
        add(raw_text(column, cells, style, scratch));
    }
    return values;
}

/// Line ends of other systems are no attempt at anything.
std::string unix_lines(std::string s) {
    std::size_t to = 0;
    for (std::size_t at = 0; at < s.size(); ++at)
        if (s[at] != '\r' || at + 1 == s.size() || s[at + 1] != '\n')
            s[to++] = s[at];
    s.resize(to);
    return s;
}

void blanks(std::string& out, int n) {
    out.append(static_cast<std::size_t>(std::max(n, 0)), ' ');
}

/// The bytes of the beginning of `s` that fit into `columns`; at least one character.
std::size_t fitting(std::string_view s, int columns) {
    constexpr std::size_t bytes_of_column = 16;  // of what is shown in one column, at most
    const std::string_view near = s.substr(0, static_cast<std::size_t>(columns) * bytes_of_column);
    if (text::width(near) <= columns)
        return near.size();
    static constexpr std::string_view ellipsis = "…";
    // The ellipsis takes the column behind those that are wanted.
    const std::string cut = text::clipped(std::string(near) + "  ", columns + 1);
    const std::size_t bytes = cut.size() - ellipsis.size();
    return bytes > 0 ? bytes : std::min<std::size_t>(near.size(), 4);
}

/// Appends one line of text, broken between words at `columns`; lines behind the first begin with
/// `indent` blanks. A word that is longer than a line, as in languages without blanks, is broken
/// where the line ends.
void wrapped(std::string_view line, int columns, int indent, std::string& out) {
    int used = 0;
    const auto next_line = [&] {
        out += '\n';
        blanks(out, indent);
        used = 0;
    };
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t begin = line.find_first_not_of(' ', at);
        if (begin == line.npos)
            break;
        const std::size_t end = std::min(line.find(' ', begin), line.size());
        std::string_view word = line.substr(begin, end - begin);
        const int gap = static_cast<int>(begin - at);
        at = end;
        const bool fits = columns == 0 || used + gap + text::width(word) <= columns;
        if (used > 0 && !fits) {
            next_line();
        } else {
            blanks(out, gap);
            used += gap;
        }
        while (columns > 0) {
            const std::size_t bytes = fitting(word, std::max(columns - used, 1));
            if (bytes >= word.size())
                break;
            out += word.substr(0, bytes);
            word.remove_prefix(bytes);
            next_line();
        }
        out += word;
        used += text::width(word);
    }
}

}  // namespace

void sheet(std::span<const Column> columns, std::span<const Cells> values, const Style& style,
           std::string& out) {
    std::vector<std::vector<std::string>> all;
    int label = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        all.push_back(each(columns[i], values[i], style));
        if (!all.back().empty())
            label = std::max(label, text::width(text::visible(columns[i].title)));
    }
    const int indent = label + 2;
    const int room = style.width > 0 ? std::max(style.width - indent, least_value_columns) : 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (all[i].empty())
            continue;
        const std::string title = text::visible(columns[i].title);
        if (style.colour)
            out += "\x1b[1m";
        out += title;
        if (style.colour)
            out += "\x1b[0m";
        int pad = indent - text::width(title);
        for (const std::string& value : all[i]) {
            std::string lines = text::visible(unix_lines(value), true);
            while (lines.ends_with('\n'))
                lines.pop_back();
            for (const auto line : text::split(lines, '\n')) {
                if (!line.empty())
                    blanks(out, pad);
                pad = indent;
                wrapped(line, room, indent, out);
                out += '\n';
            }
        }
    }
}

void key_values(std::span<const Column> columns, std::span<const Cells> values, const Style& style,
                std::string& out) {
    for (std::size_t i = 0; i < columns.size(); ++i)
        for (const std::string& value : each(columns[i], values[i], style)) {
            append_tsv(columns[i].title, out);
            out += '\t';
            append_tsv(value, out);
            out += '\n';
        }
}

}  // namespace crm::show
