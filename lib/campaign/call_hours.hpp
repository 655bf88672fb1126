#pragma once

#include "store/record.hpp"
#include "store/store.hpp"
#include "time/business_hours.hpp"

#include <map>
#include <optional>
#include <string>

namespace crm::campaign {

/// The zone in which somebody is called: their own, else that of their number's country; empty
/// where neither is known.
std::string zone_of_callee(const store::Record& who, std::string_view number);

/// When the people of a call list may be called: in the hours of its calendar, else of the default
/// one, else Monday to Friday from 9 to 17 o'clock, each in the zone of the callee.
class CallHours {
public:
    CallHours(store::Store& store, const store::Record& list, const Clock& clock);

    /// The first time from `at` on; nothing where there is none within a year. `zone` empty: that
    /// of the calendar.
    std::optional<Instant> first_from(const std::string& zone, Instant at);
    /// The zone of the calendar, or of the command.
    const std::string& own_zone() const { return own_zone_; }

private:
    BusinessHours& in_zone(const std::string& zone);

    BusinessHours hours_;
    std::string own_zone_;
    std::map<std::string, BusinessHours, std::less<>> zones_;
};

}  // namespace crm::campaign
