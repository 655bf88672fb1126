#pragma once

#include "store/record.hpp"
#include "store/store.hpp"
#include "time/business_hours.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crm::campaign {

/// The zones in which somebody may be who is called: their own, else those of their number's
/// country, of which the outermost are enough; none where neither is known.
std::vector<std::string> zones_of_callee(const store::Record& who, std::string_view number);

/// When the people of a call list may be called: in the hours of its calendar, else of the default
/// one, else Monday to Friday from 9 to 17 o'clock, each in the zone of the callee, and in all
/// zones where they may be.
class CallHours {
public:
    CallHours(store::Store& store, const store::Record& list, const Clock& clock);

    /// The first time from `at` on that is within the hours in all of `zones`; nothing where there
    /// is none within a year.
    std::optional<Instant> first_from(const std::vector<std::string>& zones, Instant at);
    /// The zone of the calendar, or of the command.
    const std::string& own_zone() const { return own_zone_; }

private:
    BusinessHours& in_zone(const std::string& zone);
    std::optional<Instant> first_in(const std::string& zone, Instant at);
    std::optional<Instant> first_in_all(const std::vector<std::string>& zones, Instant at);

    BusinessHours hours_;
    std::string own_zone_;
    std::map<std::string, BusinessHours, std::less<>> zones_;
    std::map<std::pair<std::vector<std::string>, std::int64_t>, std::optional<Instant>> first_;
};

}  // namespace crm::campaign
