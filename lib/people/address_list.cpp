#include "people/address_list.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "form/charset.hpp"
#include "form/csv.hpp"
#include "form/csv_layout.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::people {
namespace {

using store::Channel;

struct AddressRow {
    long line = 0;
    std::vector<std::string> cells;
};

std::vector<AddressRow> rows_of(std::string_view text, const std::string& file) {
    const form::CsvLayout layout = form::csv_layout(text, {.has_header = false});
    form::CsvReader reader(text, layout.delimiter, layout.header, layout.line);
    std::vector<AddressRow> out;
    for (auto step = reader.next(); step != form::CsvReader::Step::end; step = reader.next()) {
        if (step == form::CsvReader::Step::trouble)
            throw Error(
                Fault::refused, "no_addresses",
                fmt::format("{}:{}: {}; nothing was added", file, reader.line(), reader.why()));
        out.push_back({reader.line(), {reader.cells().begin(), reader.cells().end()}});
    }
    return out;
}

/// The addresses of a cell: one, or several as other programs join them.
std::vector<ContactPoint> points_of(std::string_view cell, std::optional<Channel> channel) {
    if (auto whole = read_contact_point(cell, channel))
        return {std::move(*whole)};
    std::vector<ContactPoint> out;
    std::string rest(cell);
    std::ranges::replace_if(
        rest, [](char c) { return c == ';' || c == ','; }, ':');
    for (const std::string_view part : text::split(std::string_view(rest), ':')) {
        if (text::trimmed(part).empty())
            continue;
        auto point = read_contact_point(part, channel);
        if (!point)
            return {};
        out.push_back(std::move(*point));
    }
    return out;
}

[[noreturn]] void refuse(const std::string& file, std::string_view why) {
    throw Error(Fault::refused, "no_addresses", fmt::format("{} {}; nothing was added", file, why),
                "save it as UTF-8, or name the column: --column Email");
}

std::size_t column_named(const std::vector<AddressRow>& rows, std::string_view name,
                         const std::string& file) {
    const std::vector<std::string>& header = rows.front().cells;
    const auto same = [&](const std::string& cell) { return text::key(cell) == text::key(name); };
    const auto found = std::ranges::find_if(header, same);
    if (found != header.end())
        return static_cast<std::size_t>(found - header.begin());
    Error e(Fault::usage, "unknown_column",
            fmt::format("{} has no column '{}'", file, text::clipped(name, 40)));
    suggest(e, std::string(name), header, "columns are " + text::joined(header, ", "));
    throw e;
}

/// The column that has most addresses.
std::optional<std::size_t> column_of_addresses(const std::vector<AddressRow>& rows,
                                               std::optional<Channel> channel) {
    std::vector<std::size_t> counts;
    for (const AddressRow& row : rows)
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            counts.resize(std::max(counts.size(), i + 1));
            counts[i] += points_of(row.cells[i], channel).empty() ? 0 : 1;
        }
    const auto most = std::ranges::max_element(counts);
    if (most == counts.end() || *most == 0)
        return {};
    return static_cast<std::size_t>(most - counts.begin());
}

}  // namespace

std::vector<ListedRow> read_address_list(std::string bytes, const std::string& file,
                                         std::optional<Channel> channel, std::string_view column) {
    const auto text = form::decoded(std::move(bytes));
    if (!text)
        refuse(file, "is in no known encoding");
    const std::vector<AddressRow> rows = rows_of(*text, file);
    if (rows.empty())
        return {};
    // Without a channel, numbers among addresses would be taken for what is listed.
    if (!channel)
        channel = column_of_addresses(rows, Channel::mail) ? Channel::mail : Channel::phone;
    const auto at = column.empty() ? column_of_addresses(rows, channel)
                                   : std::optional(column_named(rows, column, file));
    if (!at)
        refuse(file, "has no addresses");
    std::vector<ListedRow> out;
    for (const AddressRow& row : rows) {
        ListedRow listed{row.line, *at < row.cells.size() ? row.cells[*at] : std::string(), {}};
        listed.points = points_of(listed.text, channel);
        const bool header = &row == &rows.front() && (!column.empty() || listed.points.empty());
        if (!header)
            out.push_back(std::move(listed));
    }
    if (std::ranges::none_of(out, [](const ListedRow& row) { return !row.points.empty(); }))
        refuse(file, "has no addresses");
    return out;
}

}  // namespace crm::people
