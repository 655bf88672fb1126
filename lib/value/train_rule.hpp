#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace crm::value {

/// Which rows a model learns from.
struct TrainRule {
    enum class Kind : unsigned char {
        modulo_below,
        modulo_from,
        first_percent,
        before
    } kind = Kind::first_percent;
    std::int64_t modulo = 1, limit = 70;  ///< the limit is a day of `before`

    bool trains(std::size_t row, std::size_t rows, std::int32_t day) const;
};

/// 'mod 10 < 7', 'mod 10 >= 3', 'first 70%', 'before 2026-10-01'. Throws usage.
TrainRule read_train_rule(std::string_view text);

}  // namespace crm::value
