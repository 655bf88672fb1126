#pragma once

#include "form/ics.hpp"
#include "time/zone.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Time zones in calendar files (RFC 5545, 3.6.5).
namespace crm::form {

/// The VTIMEZONE of a zone with its rules from a year on: changes that follow no rule as their
/// dates, the rule of today without an end.
Component zone_component(std::string_view name, const Zone& zone, int first_year);

/// What a VTIMEZONE says, for a span of time.
class IcsZone {
public:
    IcsZone(const Component& component, Instant from, Instant to);

    bool empty() const { return turns_.empty(); }
    /// Seconds east of UTC.
    int offset(std::int64_t seconds) const;
    /// Whether a zone has the same offsets in the span.
    bool is_like(const Zone& zone) const;
    /// The IANA name of such a zone: `preferred`, then the largest cities, then any. Empty: none.
    std::string name(std::string_view preferred) const;

private:
    struct Turn {
        std::int64_t at;  ///< in UTC
        int before, after;
    };
    void add(const Component& observance);

    Instant from_, to_;
    std::vector<Turn> turns_;  // ascending
};

}  // namespace crm::form
