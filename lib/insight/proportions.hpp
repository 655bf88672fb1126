#pragma once

#include <cstdint>

/// Comparing how often something happened.
namespace crm::insight {

/// How often, of cases.
struct Proportion {
    std::int64_t reached = 0, cases = 0;

    double rate() const {
        return cases == 0 ? 0 : static_cast<double>(reached) / static_cast<double>(cases);
    }
};

/// The chance of a difference at least as large if both had one rate, two-sided: the test with a
/// pooled standard error, and Fisher's exact test where an expected count is under 5. 1 where one
/// of them has no cases.
double equal_rates_p(const Proportion& one, const Proportion& other);

}  // namespace crm::insight
