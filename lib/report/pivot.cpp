#include "report/pivot.hpp"

#include "base/error.hpp"

#include <algorithm>

namespace crm::report {
namespace {

/// The column for a group; records without a value are in "none".
std::string column_of(const Value& value) {
    const std::string text = text_of(value);
    return text.empty() ? "none" : text;
}

/// What stays before the new columns: the other groups, and the currency.
Row head_of(const Result& in, const Row& row) {
    Row head(row.begin(), row.begin() + static_cast<long>(in.groups()) - 1);
    if (in.currency() < in.columns.size())
        head.push_back(row[in.currency()]);
    return head;
}

std::vector<std::string> values_of(const Result& in, std::size_t column) {
    std::vector<std::string> out;
    for (const Row& row : in.rows)
        out.push_back(column_of(row[column]));
    std::ranges::sort(out);
    const auto [first, last] = std::ranges::unique(out);
    out.erase(first, last);
    return out;
}

}  // namespace

Result pivot(const Result& in) {
    if (in.groups() < 2)
        throw Error(Fault::usage, "no_pivot",
                    "--pivot requires two groups: the last one becomes the columns",
                    "--by stage,owner --pivot");
    const std::size_t last = in.groups() - 1;
    const std::size_t figure = in.figure();
    Result out{{in.columns.begin(), in.columns.begin() + static_cast<long>(last)}, {}};
    if (in.currency() < in.columns.size())
        out.columns.push_back(in.columns[in.currency()]);
    const std::size_t fixed = out.columns.size();
    const std::vector<std::string> values = values_of(in, last);
    for (const std::string& value : values) {
        out.columns.push_back(in.columns[figure]);
        out.columns.back().name = value;
    }
    for (const Row& row : in.rows) {
        const Row head = head_of(in, row);
        auto target = std::ranges::find_if(out.rows, [&](const Row& r) {
            return std::equal(head.begin(), head.end(), r.begin());
        });
        if (target == out.rows.end()) {
            target = out.rows.insert(target, head);
            target->resize(out.columns.size());
        }
        const auto value = std::ranges::lower_bound(values, column_of(row[last]));
        (*target)[fixed + static_cast<std::size_t>(value - values.begin())] = row[figure];
    }
    return out;
}

}  // namespace crm::report
