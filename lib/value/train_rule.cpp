#include "value/train_rule.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "time/date.hpp"

#include <fmt/format.h>

#include <charconv>
#include <vector>

namespace crm::value {

bool TrainRule::trains(std::size_t row, std::size_t rows, std::int32_t day) const {
    const auto at = static_cast<std::int64_t>(row);
    switch (kind) {
        case Kind::modulo_below:
            return at % modulo < limit;
        case Kind::modulo_from:
            return at % modulo >= limit;
        case Kind::before:
            return day < limit;
        default:
            return at * 100 < limit * static_cast<std::int64_t>(rows);
    }
}

TrainRule read_train_rule(std::string_view rule) {
    std::vector<std::string_view> words;
    for (const std::string_view word : text::split(rule, ' '))
        if (!word.empty())
            words.push_back(word);
    const auto number = [](std::string_view word) {
        std::int64_t out = -1;
        const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), out);
        return failed == std::errc() && end == word.data() + word.size() ? out : -1;
    };
    if (words.size() == 4 && words[0] == "mod" && (words[2] == "<" || words[2] == ">=")) {
        const std::int64_t modulo = number(words[1]);
        const std::int64_t limit = number(words[3]);
        if (modulo >= 2 && limit >= 1 && limit < modulo)
            return {words[2] == "<" ? TrainRule::Kind::modulo_below : TrainRule::Kind::modulo_from,
                    modulo, limit};
    }
    if (words.size() == 2 && words[0] == "first" && words[1].ends_with('%')) {
        const std::int64_t percent = number(words[1].substr(0, words[1].size() - 1));
        if (percent >= 1 && percent <= 99)
            return {TrainRule::Kind::first_percent, 1, percent};
    }
    if (words.size() == 2 && words[0] == "before")
        if (const auto day = iso_date(words[1]))
            return {TrainRule::Kind::before, 1, day->days};
    throw Error(Fault::usage, "bad_value",
                fmt::format("--train: '{}' is not a rule of rows", text::clipped(rule, 40)),
                "--train 'mod 10 < 7', 'first 70%' or 'before 2026-10-01'");
}

}  // namespace crm::value
