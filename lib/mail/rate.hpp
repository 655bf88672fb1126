#pragma once

#include "base/error.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crm::mail {

/// So many in so many seconds: 60/min, 20/s, 1000/h, 5000/d.
struct Rate {
    std::int64_t count = 0;
    std::int64_t seconds = 60;
};
/// Errors: usage.
Expected<Rate> read_rate(std::string_view text);

/// A rate for one domain, or for all mail where that is empty.
struct Throttle {
    std::string domain;
    Rate rate;
};

/// When the next mail may leave, by what has left.
class RateWindow {
public:
    explicit RateWindow(std::vector<Throttle> throttles) : throttles_(std::move(throttles)) {
        sent_.resize(throttles_.size());
    }
    bool empty() const { return throttles_.empty(); }
    /// The longest time that counts, in seconds.
    std::int64_t longest() const;
    void add(std::string_view address, Instant at);
    /// Nothing when it may leave now, else the time from which on it may.
    std::optional<Instant> wait_for(std::string_view address, Instant now) const;

private:
    bool concerns(const Throttle& throttle, std::string_view address) const;

    std::vector<Throttle> throttles_;
    std::vector<std::deque<Instant>> sent_;  ///< of each, in order
};

}  // namespace crm::mail
