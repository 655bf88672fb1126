#include "form/csv_layout.hpp"

#include "base/text.hpp"
#include "form/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

namespace crm::form {
namespace {

/// The usual ones first: of two that fit equally the first is taken.
constexpr std::string_view delimiters = ",;\t|^~";
constexpr std::size_t layout_bytes = 256 * 1024;
constexpr std::size_t look_rows = 50;

/// What the first rows look like when cut at one delimiter. Empty cells beyond the last column do
/// not count, and neither do rows of empty cells.
struct Look {
    char delimiter = ',';
    std::size_t cells = 1;   ///< of most rows
    std::size_t rows = 0;    ///< that have as many
    std::size_t first = 0;   ///< cells of the first row
    bool is_spaced = false;  ///< a blank follows the delimiter in the first row, as in text

    /// How many cells a row of the table's head has at least.
    std::size_t least() const { return cells == 2 ? 1 : std::max<std::size_t>(1, cells / 2 + 1); }
    bool cuts() const { return cells > 1; }
    bool cuts_header() const { return cuts() && first > 1 && first >= least(); }
    auto rank() const {
        return std::tuple(cuts_header(), cuts_header() && !is_spaced, rows * (cells - 1));
    }
};

std::size_t filled(std::span<const std::string_view> cells) {
    std::size_t count = cells.size();
    while (count > 0 && text::trimmed(cells[count - 1]).empty())
        --count;
    return count;
}

/// Sets how many cells most rows have.
void count_cells(Look& look, std::vector<std::size_t>& counts) {
    std::ranges::sort(counts);
    for (auto run = counts.begin(); run != counts.end();) {
        const auto next = std::upper_bound(run, counts.end(), *run);
        const auto rows = static_cast<std::size_t>(next - run);
        if (rows >= look.rows) {
            look.cells = *run;
            look.rows = rows;
        }
        run = next;
    }
}

Look look_at(std::string_view bytes, char delimiter) {
    const bool is_whole = bytes.size() <= layout_bytes;
    const std::string_view sample = bytes.substr(0, layout_bytes);
    Look look{.delimiter = delimiter};
    std::vector<std::pair<std::size_t, std::size_t>> sizes;  // of rows: filled cells, all cells
    CsvReader reader(sample, delimiter);
    for (auto step = reader.next(); step != CsvReader::Step::end && sizes.size() < look_rows;
         step = reader.next()) {
        const bool is_cut_off = !is_whole && reader.read() == sample.size() && !sizes.empty();
        const auto cells = reader.cells();
        if (step != CsvReader::Step::row || is_cut_off || filled(cells) == 0)
            continue;
        if (sizes.empty())
            look.is_spaced = std::ranges::any_of(
                cells.subspan(1), [](std::string_view cell) { return cell.starts_with(' '); });
        sizes.emplace_back(filled(cells), cells.size());
    }
    if (sizes.empty())
        return look;
    look.first = sizes.front().first;
    const std::size_t width = std::ranges::max_element(sizes)->first;
    std::vector<std::size_t> counts;
    for (const auto& [full, all] : sizes)
        counts.push_back(std::max(full, std::min(all, width)));
    count_cells(look, counts);
    return look;
}

/// The first line without its end, and where the next one begins.
std::pair<std::string_view, std::size_t> first_line(std::string_view bytes) {
    const std::size_t from = bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    const std::size_t end = std::min(bytes.find_first_of("\r\n", from), bytes.size());
    const bool is_crlf = bytes.substr(end).starts_with("\r\n");
    return {bytes.substr(from, end - from), std::min(end + (is_crlf ? 2 : 1), bytes.size())};
}

/// The delimiter that Excel writes in a line of its own: sep=; also as a quoted cell, and with
/// delimiters behind it.
std::optional<char> declared_delimiter(std::string_view line) {
    const bool is_quoted = line.starts_with('"');
    line.remove_prefix(is_quoted ? 1 : 0);
    if (line.size() < 5 || text::lower_ascii(line.substr(0, 4)) != "sep=")
        return std::nullopt;
    const char delimiter = line[4];
    line.remove_prefix(5);
    if (is_quoted && !line.starts_with('"'))
        return std::nullopt;
    line.remove_prefix(is_quoted ? 1 : 0);
    const bool is_alone = line.find_first_not_of(",; \t") == std::string_view::npos;
    if (delimiters.find(delimiter) == std::string_view::npos || !is_alone)
        return std::nullopt;
    return delimiter;
}

/// The look of the table at its delimiter.
Look best_look(std::string_view bytes, const CsvHints& hints) {
    if (hints.delimiter != 0)
        return look_at(bytes, hints.delimiter);
    Look best;
    for (const char delimiter : delimiters) {
        const Look here = look_at(bytes, delimiter);
        if (here.cuts() && here.rank() > best.rank())
            best = here;
    }
    if (best.cuts_header() || !hints.has_header)
        return best;
    // A first row of one cell above rows of two is more likely a column of text with commas in it
    // than a title.
    const std::string_view head = text::trimmed(first_line(bytes).first);
    const bool is_one_column = (best.cells == 2 && best.first == 1) ||
                               (best.first == 1 && hints.is_column && hints.is_column(head));
    return is_one_column ? Look{.delimiter = '\n'} : best;
}

}  // namespace

CsvLayout csv_layout(std::string_view bytes, const CsvHints& hints) {
    const auto [line, next] = first_line(bytes);
    if (const auto declared = declared_delimiter(line))
        return {hints.delimiter != 0 ? hints.delimiter : *declared, next, 2};
    const Look look = best_look(bytes, hints);
    CsvLayout layout{.delimiter = look.delimiter};
    const std::size_t least = hints.has_header ? look.least() : 1;
    CsvReader reader(bytes, layout.delimiter);
    for (auto step = reader.next(); step != CsvReader::Step::end; step = reader.next()) {
        const std::size_t cells = filled(reader.cells());
        if (step != CsvReader::Step::row || cells == 0 || reader.cells().size() < least)
            continue;
        layout.header = reader.begin();
        layout.line = reader.line();
        break;
    }
    return layout;
}

Expected<char> delimiter_named(std::string_view word) {
    if (word == "tab" || word == "\\t")
        return '\t';
    const bool is_sign = word.size() == 1 && static_cast<unsigned char>(word[0]) < 0x80 &&
                         (word[0] > ' ' || word[0] == '\t') && word[0] != '"' &&
                         text::words(word).empty();
    if (is_sign)
        return word[0];
    return failure(Fault::usage, "bad_delimiter",
                   fmt::format("'{}' is not a valid delimiter", text::clipped(word, 20)),
                   "--delimiter ';' or --delimiter tab");
}

}  // namespace crm::form
