#include "people/address_list.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "form/charset.hpp"
#include "form/csv.hpp"
#include "form/csv_layout.hpp"
#include "form/headers.hpp"

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

/// 10023: rather the number of a customer than one that is dialled.
bool is_short_number(std::string_view cell) {
    constexpr std::size_t longest = 8;
    cell = text::trimmed(cell);
    return cell.size() <= longest && !cell.starts_with('0') &&
           std::ranges::all_of(cell, [](char c) { return c >= '0' && c <= '9'; });
}

/// How many cells of each column have addresses; of columns whose header names them, where any has.
std::vector<std::size_t> addresses_in_columns(const meta::Entity& contact,
                                              const std::vector<AddressRow>& rows, Channel channel,
                                              bool is_sure) {
    std::size_t width = 0;
    for (const AddressRow& row : rows)
        width = std::max(width, row.cells.size());
    std::vector<std::size_t> all(width), named(width);
    const std::vector<std::string>& header = rows.front().cells;
    const bool is_plain_list = is_sure && width == 1;
    const std::string_view field = channel == Channel::phone ? "phones" : "emails";
    for (std::size_t i = 0; i < width; ++i) {
        const bool is_named = i < header.size() && form::is_header_of(contact, header[i], field);
        for (const AddressRow& row : rows)
            if (i < row.cells.size() &&
                (is_named || is_plain_list || !is_short_number(row.cells[i])))
                all[i] += points_of(row.cells[i], channel).empty() ? 0 : 1;
        if (is_named)
            named[i] = all[i];
    }
    return std::ranges::count(named, std::size_t{0}) < std::ssize(named) ? named : all;
}

/// The column that has most addresses. Throws refused where that is not one column.
/// `is_sure`: the channel was given, so that a plain list may have short numbers.
std::optional<std::size_t> column_of_addresses(const meta::Entity& contact,
                                               const std::vector<AddressRow>& rows, Channel channel,
                                               bool is_sure, const std::string& file) {
    const std::vector<std::size_t> counts = addresses_in_columns(contact, rows, channel, is_sure);
    const auto most = std::ranges::max_element(counts);
    if (most == counts.end() || *most == 0)
        return {};
    const auto other = std::find(most + 1, counts.end(), *most);
    if (other == counts.end())
        return static_cast<std::size_t>(most - counts.begin());
    const auto name = [&](auto column) {
        const auto i = static_cast<std::size_t>(column - counts.begin());
        const auto& header = rows.front().cells;
        return text::visible(text::clipped(i < header.size() ? header[i] : "", 40));
    };
    throw Error(Fault::refused, "which_column",
                fmt::format("{} has as many addresses in '{}' as in '{}'; nothing was added", file,
                            name(most), name(other)),
                "name the column: --column Email");
}

/// Whether there are e-mail addresses in a column, or in any.
bool has_mail(const meta::Entity& contact, const std::vector<AddressRow>& rows,
              std::optional<std::size_t> column, const std::string& file) {
    if (!column)
        return column_of_addresses(contact, rows, Channel::mail, false, file).has_value();
    return std::ranges::any_of(rows, [&](const AddressRow& row) {
        return *column < row.cells.size() && !points_of(row.cells[*column], Channel::mail).empty();
    });
}

}  // namespace

std::vector<ListedRow> read_address_list(const meta::Entity& contact, std::string bytes,
                                         const std::string& file, std::optional<Channel> channel,
                                         std::string_view column) {
    const auto text = form::decoded(std::move(bytes));
    if (!text)
        refuse(file, "is in no known encoding");
    const std::vector<AddressRow> rows = rows_of(*text, file);
    if (rows.empty())
        return {};
    const auto named =
        column.empty() ? std::nullopt : std::optional(column_named(rows, column, file));
    const bool is_sure = channel.has_value();
    // Without a channel, numbers among addresses would be taken for what is listed.
    if (!channel)
        channel = has_mail(contact, rows, named, file) ? Channel::mail : Channel::phone;
    const auto at = named ? named : column_of_addresses(contact, rows, *channel, is_sure, file);
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
