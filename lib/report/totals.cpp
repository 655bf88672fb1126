#include "report/totals.hpp"

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <numeric>
#include <vector>

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

bool has(std::span<const std::string> names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

/// The sum of two decimals; those of a column and a currency have the same number of digits.
Value plus(const Value& a, const Value& b) {
    const std::string x = text_of(a);
    const std::string y = text_of(b);
    if (x.empty() || y.empty())
        return x.empty() ? b : a;
    const std::size_t digits = x.find('.') == x.npos ? 0 : x.size() - x.find('.') - 1;
    std::int64_t sum = 0;
    for (std::string text : {x, y}) {
        std::erase(text, '.');
        std::int64_t number = 0;
        std::from_chars(text.data(), text.data() + text.size(), number);
        if (__builtin_add_overflow(sum, number, &sum))
            throw Error(Fault::refused, "out_of_range", "the sum is too large",
                        "leave out --totals");
    }
    if (digits == 0)
        return sum;
    std::string out = fmt::format("{:0{}}", sum < 0 ? -sum : sum, digits + 1);
    out.insert(out.size() - digits, ".");
    return (sum < 0 ? "-" : "") + out;
}

/// The row of these groups and this currency, added where it is new.
std::size_t row_of(Result& out, std::map<std::vector<std::string>, std::size_t>& rows,
                   const std::vector<std::string>& key) {
    const auto [found, is_new] = rows.emplace(key, out.rows.size());
    if (is_new)
        out.rows.emplace_back(out.columns.size());
    return found->second;
}

}  // namespace

Result summed(const Result& in, std::span<const std::string> groups,
              std::span<const std::string> columns) {
    Result out;
    std::vector<std::size_t> from;  // the column of `in`
    for (std::size_t i = 0; i < in.columns.size(); ++i) {
        if (in.columns[i].group && !has(groups, in.columns[i].name))
            continue;
        out.columns.push_back(in.columns[i]);
        from.push_back(i);
    }
    std::map<std::vector<std::string>, std::size_t> rows;
    for (std::size_t r = 0; r < in.rows.size(); ++r) {
        std::vector<std::string> key;
        RowIds ids;
        for (const std::size_t i : from) {
            if (!in.columns[i].group && i != in.currency())
                continue;
            key.push_back(text_of(in.rows[r][i]));
            if (in.columns[i].group)
                ids.push_back(in.id_of(r, i));
        }
        key.insert(key.end(), ids.begin(), ids.end());
        const std::size_t before = out.rows.size();
        Row& row = out.rows[row_of(out, rows, key)];
        if (out.rows.size() > before && !in.ids.empty())
            out.ids.push_back(std::move(ids));
        for (std::size_t c = 0; c < from.size(); ++c) {
            const Column& column = in.columns[from[c]];
            const Value& value = in.rows[r][from[c]];
            if (column.group || from[c] == in.currency())
                row[c] = value;
            else if (has(columns, column.name))
                row[c] = plus(row[c], value);
        }
    }
    return out;
}

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
