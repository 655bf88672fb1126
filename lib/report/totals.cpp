#include "report/totals.hpp"

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace crm::report {
namespace {

bool before(const Value& a, const Value& b) {
    const auto x = number_of(a);
    const auto y = number_of(b);
    return x && y ? *x < *y : text_of(a) < text_of(b);
}

template <class T>
std::vector<T> in_order(const std::vector<T>& all, const std::vector<std::size_t>& order) {
    std::vector<T> out;
    for (const std::size_t i : order)
        out.push_back(all[i]);
    return out;
}

}  // namespace

void add_level(Result& out) {
    const auto groups = static_cast<std::int64_t>(out.groups());
    out.columns.push_back({.name = "level",
                           .type = ColumnType::integer,
                           .help = "how many groups are fixed; 0 is the grand total"});
    for (Row& row : out.rows)
        row.emplace_back(groups);
}

void add_totals(Result& out, const Result& fewer, std::size_t level) {
    const bool with_ids = !out.ids.empty() || out.rows.empty();
    for (std::size_t i = 0; i < fewer.rows.size(); ++i) {
        Row row;
        RowIds ids;
        for (const Column& column : out.columns) {
            const std::size_t at = fewer.place_of(column.name);
            const bool known = at < fewer.columns.size();
            row.push_back(known ? fewer.rows[i][at] : Value());
            if (column.group)
                ids.push_back(known ? fewer.id_of(i, at) : std::string());
        }
        row.back() = static_cast<std::int64_t>(level);
        out.rows.push_back(std::move(row));
        if (with_ids)
            out.ids.push_back(std::move(ids));
    }
}

void sort_rows(Result& out, std::string_view column) {
    const bool down = column.starts_with('-');
    const std::string_view name = column.substr(down ? 1 : 0);
    const std::size_t at = out.place_of(name);
    if (at == out.columns.size()) {
        std::vector<std::string> names;
        for (const Column& c : out.columns)
            names.push_back(c.name);
        Error e(Fault::usage, "unknown_field",
                fmt::format("there is no column '{}' to sort by", text::clipped(name, 40)));
        suggest(e, name, names, text::joined(names, ", "));
        throw e;
    }
    std::vector<std::size_t> order(out.rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto empty = [&](std::size_t i) { return text_of(out.rows[i][at]).empty(); };
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
        if (empty(a) || empty(b))
            return !empty(a) && empty(b);
        const Value& x = out.rows[a][at];
        const Value& y = out.rows[b][at];
        return down ? before(y, x) : before(x, y);
    });
    out.rows = in_order(out.rows, order);
    if (!out.ids.empty())
        out.ids = in_order(out.ids, order);
    if (!out.columns[at].numeric())
        return;
    for (Column& c : out.columns)
        c.charted = c.name == name;
}

void limit_rows(Result& out, std::size_t most) {
    if (out.rows.size() <= most)
        return;
    out.notes.push_back(fmt::format("{} of {} rows are shown.", most, out.rows.size()));
    out.rows.resize(most);
    if (!out.ids.empty())
        out.ids.resize(most);
}

}  // namespace crm::report
