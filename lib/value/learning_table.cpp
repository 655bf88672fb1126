#include "value/learning_table.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "value/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <unordered_map>
#include <utility>

namespace crm::value {
namespace {

/// Which value of the target is a success.
std::string positive_value(const std::set<std::string_view>& values, std::string_view column) {
    for (const std::string_view value : values)
        for (const std::string_view word : {"yes", "y", "true", "1", "won", "closed won"})
            if (values.size() <= 2 && text::lower_ascii(value) == word)
                return std::string(value);
    throw Error(Fault::usage, "missing",
                fmt::format("--target {}: which value is a success?", text::clipped(column, 40)),
                fmt::format("--target '{}={}'", column,
                            values.empty() ? "VALUE" : text::clipped(*values.begin(), 30)));
}

}  // namespace

LearningField learning_field(std::string name, std::size_t rows,
                             const std::function<std::string_view(std::size_t)>& text_of) {
    LearningField out{.name = std::move(name), .is_number = true};
    bool any = false;
    for (std::size_t row = 0; row < rows; ++row) {
        const std::string_view text = text_of(row);
        const auto number = read_plain_number(text);
        if (!number && !text.empty()) {
            out.is_number = false;
            break;
        }
        any = any || number.has_value();
        out.numbers.push_back(number.value_or(std::numeric_limits<double>::quiet_NaN()));
    }
    if (out.is_number && any)
        return out;
    out.is_number = false;
    out.numbers = {};
    std::unordered_map<std::string_view, std::uint32_t> numbers;
    for (std::size_t row = 0; row < rows; ++row) {
        const auto [at, added] =
            numbers.try_emplace(text_of(row), static_cast<std::uint32_t>(numbers.size()));
        out.level_of.push_back(at->second);
    }
    std::vector<std::pair<std::string_view, std::uint32_t>> levels(numbers.begin(), numbers.end());
    std::ranges::sort(levels);
    std::vector<std::uint32_t> place(levels.size());
    for (const auto& [level, number] : levels) {
        place[number] = static_cast<std::uint32_t>(out.levels.size());
        out.levels.push_back(text::sanitised(level));
    }
    for (std::uint32_t& level : out.level_of)
        level = place[level];
    return out;
}

LearningTable learning_table_of_file(const InputFile& file, const LearningRequest& request) {
    const Table table(file);
    const std::size_t equals = request.target.find('=');
    const std::string name = request.target.substr(0, equals);
    const std::size_t target = table.column(name);
    LearningTable out;
    std::vector<std::size_t> rows;
    std::set<std::string_view> values;
    for (std::size_t at = 1; at < table.rows(); ++at) {
        if (table.width(at) != table.width(0) || table.cell(at, target).empty())
            continue;
        rows.push_back(at);
        if (values.size() < 100)
            values.insert(table.cell(at, target));
    }
    note_left_out(out.notes,
                  static_cast<std::int64_t>(table.unreadable() + table.rows()) -
                      static_cast<std::int64_t>(rows.size()) - (table.rows() > 0 ? 1 : 0),
                  "without an outcome or of another length");
    const std::string yes = equals == std::string::npos ? positive_value(values, name)
                                                        : request.target.substr(equals + 1);
    for (const std::size_t row : rows)
        out.outcomes.push_back(table.cell(row, target) == yes);
    for (std::size_t column = 0; column < table.width(0); ++column) {
        if (column == target)
            continue;
        out.fields.push_back(
            learning_field(text::sanitised(table.cell(0, column)), rows.size(),
                           [&](std::size_t row) { return table.cell(rows[row], column); }));
    }
    return out;
}

}  // namespace crm::value
