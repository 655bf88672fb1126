#include "people/duplicate_lines.hpp"

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "form/csv.hpp"
#include "form/csv_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>

namespace crm::people {
namespace {

using Kind = DupeColumn::Kind;

bool is_one_of(std::string_view head, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, head) != words.end();
}

bool has_one_of(std::string_view head, std::initializer_list<std::string_view> parts) {
    return std::ranges::any_of(
        parts, [&](std::string_view part) { return head.find(part) != std::string_view::npos; });
}

bool is_name(std::string_view head) {
    return has_one_of(head, {"name"}) || is_one_of(head, {"given", "surname", "first", "last"});
}

Kind kind_of(std::string_view head) {
    if (has_one_of(head, {"date", "birth"}) || head == "dob")
        return Kind::date;
    if (has_one_of(head, {"mail"}))
        return Kind::email;
    if (has_one_of(head, {"phone", "id", "code", "number", "zip"}))
        return Kind::code;
    return Kind::text;
}

/// Which columns of a file are compared, found in its header.
struct Layout {
    std::vector<std::size_t> names;   ///< parts of a name, which are compared as one
    std::vector<std::size_t> others;  ///< in the order of the table's columns behind the name
    std::optional<std::size_t> id;
    std::vector<DupeColumn> columns;
};

void refuse_unknown(const std::vector<std::string>& heads, const std::vector<std::string>& asked,
                    const std::string& file) {
    for (const std::string& word : asked) {
        if (std::ranges::find(heads, word) != heads.end())
            continue;
        Error e(Fault::usage, "unknown_field",
                fmt::format("{} has no column '{}'", file, text::clipped(word, 40)));
        suggest(e, word, heads);
        throw e;
    }
}

Layout layout_of(std::span<const std::string_view> header, const std::vector<std::string>& asked,
                 const std::string& file) {
    std::vector<std::string> heads;
    for (const std::string_view cell : header)
        heads.emplace_back(text::key(text::trimmed(cell)));
    refuse_unknown(heads, asked, file);
    Layout out;
    for (std::size_t i = 0; i < heads.size(); ++i) {
        const std::string& head = heads[i];
        const bool wanted = asked.empty() ? !is_one_of(head, {"id", "recid", "uid"})
                                          : std::ranges::find(asked, head) != asked.end();
        if (!wanted) {
            if (!out.id || asked.empty())
                out.id = i;
        } else if (is_name(head)) {
            out.names.push_back(i);
        } else {
            out.others.push_back(i);
            out.columns.push_back({std::string(text::trimmed(header[i])), kind_of(head)});
        }
    }
    if (!out.names.empty())
        out.columns.insert(out.columns.begin(), {"name", Kind::name});
    if (out.columns.empty())
        throw Error(Fault::usage, "missing",
                    file + " has no column that identifies a person or company",
                    "--entity-columns name,street,city");
    return out;
}

std::vector<std::string> row_of(std::span<const std::string_view> cells, const Layout& layout) {
    const auto cell = [&](std::size_t i) {
        return i < cells.size() ? text::words(cells[i]) : std::string();
    };
    std::vector<std::string> row;
    if (!layout.names.empty()) {
        std::vector<std::string> parts;
        for (const std::size_t i : layout.names)
            if (std::string part = cell(i); !part.empty())
                parts.push_back(std::move(part));
        row.push_back(text::joined(parts, " "));
    }
    for (const std::size_t i : layout.others)
        row.push_back(cell(i));
    return row;
}

}  // namespace

ComparedLines compared_lines(std::string_view bytes, const std::string& file,
                             const std::vector<std::string>& columns,
                             const std::function<void(long line, std::string_view why)>& trouble) {
    std::vector<std::string> asked;
    for (const std::string& column : columns)
        asked.push_back(text::key(column));
    const form::CsvLayout found = form::csv_layout(bytes);
    form::CsvReader reader(bytes, found.delimiter, found.header, found.line);
    ComparedLines out;
    std::optional<Layout> layout;
    for (;;) {
        const auto step = reader.next();
        if (step == form::CsvReader::Step::end)
            return out;
        if (step == form::CsvReader::Step::trouble) {
            trouble(reader.line(), reader.why());
            continue;
        }
        const auto cells = reader.cells();
        if (!layout) {
            layout = layout_of(cells, asked, file);
            out.table.columns = layout->columns;
            continue;
        }
        out.table.rows.push_back(row_of(cells, *layout));
        const bool has_id = layout->id && *layout->id < cells.size();
        out.ids.emplace_back(has_id ? text::trimmed(cells[*layout->id]) : "");
        out.lines.push_back(reader.line());
    }
}

}  // namespace crm::people
