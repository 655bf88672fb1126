#include "value/table.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "form/csv.hpp"
#include "form/csv_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace crm::value {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view first_line(std::string_view text) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        if (!text::trimmed(line).empty())
            return line;
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return {};
}

bool has_delimiter(std::string_view line) {
    return text::trimmed(line).find_first_of(",;\t|\"") != std::string_view::npos;
}

std::string headers_of(const Table& table) {
    if (table.rows() == 0)
        return "the file is empty";
    std::vector<std::string> out;
    for (std::size_t i = 0; i < table.width(0); ++i)
        out.push_back(text::clipped(table.cell(0, i), 30));
    return "columns: " + text::joined(out, ", ");
}

}  // namespace

std::vector<std::pair<std::string, std::string>> read_map(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const std::string_view part : text::split(text, ',')) {
        const std::size_t equals = part.rfind('=');
        if (equals == std::string_view::npos || equals == 0 || equals + 1 == part.size())
            throw Error(Fault::usage, "bad_map",
                        fmt::format("--map: '{}' is not COLUMN=ROLE", text::clipped(part, 40)),
                        "--map 2=customer,3=date,5=amount");
        out.emplace_back(text::trimmed(part.substr(0, equals)),
                         text::trimmed(part.substr(equals + 1)));
    }
    return out;
}

Table::Table(const InputFile& file) : file_(file) {
    if (has_delimiter(first_line(file.text)))
        read_delimited(file.text);
    else
        read_blanks(file.text);
}

void Table::read_delimited(std::string_view text) {
    const form::CsvLayout layout = form::csv_layout(text);
    form::CsvReader reader(text, layout.delimiter, layout.header, layout.line);
    while (true) {
        const auto step = reader.next();
        if (step == form::CsvReader::Step::end)
            return;
        if (step == form::CsvReader::Step::trouble) {
            ++unreadable_;
            continue;
        }
        for (const std::string_view cell : reader.cells())
            add(cell);
        ends_.push_back(static_cast<std::uint32_t>(cells_.size()));
    }
}

void Table::read_blanks(std::string_view text) {
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        const std::size_t before = cells_.size();
        for (std::size_t at = line.find_first_not_of(blanks); at != std::string_view::npos;) {
            const std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
            add(line.substr(at, end - at));
            at = line.find_first_not_of(blanks, end);
        }
        if (cells_.size() > before)
            ends_.push_back(static_cast<std::uint32_t>(cells_.size()));
    }
}

void Table::add(std::string_view cell) {
    constexpr std::size_t most_cells = 8'000'000;
    if (cells_.size() == most_cells)
        throw Error(Fault::refused, "too_big",
                    fmt::format("{} has more than 8,000,000 cells, which do not fit into memory",
                                text::clipped(file_.name, 60)),
                    "leave out columns or rows");
    const std::string& text = file_.text;
    const auto size = static_cast<std::uint32_t>(cell.size());
    // Cells that had doubled quotes live only as long as the row.
    if (cell.data() >= text.data() && cell.data() <= text.data() + text.size()) {
        cells_.push_back({static_cast<std::uint32_t>(cell.data() - text.data()), size});
        return;
    }
    cells_.push_back({static_cast<std::uint32_t>(text.size() + unquoted_.size()), size});
    unquoted_ += cell;
}

std::string_view Table::cell(std::size_t at, std::size_t column) const {
    if (column >= width(at))
        return {};
    const Cell& cell = cells_[begin(at) + column];
    const std::string_view text = file_.text;
    const bool in_text = cell.begin < text.size();
    return text::trimmed(
        in_text ? text.substr(cell.begin, cell.size)
                : std::string_view(unquoted_).substr(cell.begin - text.size(), cell.size));
}

std::optional<std::size_t> Table::header(std::string_view name) const {
    if (rows() == 0)
        return std::nullopt;
    for (std::size_t i = 0; i < width(0); ++i)
        if (cell(0, i) == name)
            return i;
    return std::nullopt;
}

std::size_t Table::column(std::string_view name) const {
    const std::size_t columns = rows() == 0 ? 0 : width(0);
    std::size_t number = 0;
    const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (failed == std::errc() && end == name.data() + name.size() && number >= 1 &&
        number <= columns)
        return number - 1;
    if (const auto found = header(name))
        return *found;
    for (std::size_t i = 0; i < columns; ++i)
        if (text::key(cell(0, i)) == text::key(name))
            return i;
    throw Error(Fault::usage, "unknown_column",
                fmt::format("{} has no column '{}'", text::clipped(file_.name, 60),
                            text::clipped(name, 40)),
                headers_of(*this));
}

Roles::Roles(const Table& table, const InputFile& file, std::span<const std::string_view> valid)
    : table_(table), file_(file) {
    for (const auto& [column, role] : file.map) {
        if (std::ranges::find(valid, role) == valid.end()) {
            Error e(Fault::usage, "unknown_word",
                    fmt::format("--map: '{}' is not a role", text::clipped(role, 40)));
            const std::vector<std::string> words(valid.begin(), valid.end());
            suggest_values(e, role, words);
            throw e;
        }
        if (find(role))
            throw Error(Fault::usage, "bad_map", fmt::format("--map: {} is given twice", role),
                        "leave out one of them");
        columns_.emplace_back(role, table.column(column));
    }
    for (const std::string_view role : valid)
        if (const auto column = table.header(role); column && !find(role))
            columns_.emplace_back(role, *column);
}

std::optional<std::size_t> Roles::find(std::string_view role) const {
    const auto found =
        std::ranges::find(columns_, role, &std::pair<std::string, std::size_t>::first);
    if (found == columns_.end())
        return std::nullopt;
    return found->second;
}

std::size_t Roles::get(std::string_view role) const {
    if (const auto found = find(role))
        return *found;
    throw Error(Fault::usage, "missing",
                fmt::format("--map does not say which column of {} is the {}",
                            text::clipped(file_.name, 60), role),
                fmt::format("--map COLUMN={}; {}", role, headers_of(table_)));
}

std::optional<double> read_plain_number(std::string_view text) {
    double out = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (failed != std::errc() || end != text.data() + text.size() || !std::isfinite(out))
        return std::nullopt;
    return out;
}

}  // namespace crm::value
