#pragma once

#include "form/ics.hpp"
#include "time/date.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace crm::calendar {

/// A point in time of a file.
struct IcsMoment {
    Instant at;
    bool whole_day = false;  ///< `at` is its local midnight
    Date day;                ///< of the clock on the wall
    std::string zone;        ///< IANA name; "UTC" for times in UTC; empty for floating times
};

/// The time zones of one file: what its TZIDs are called here.
class IcsZones {
public:
    using Warn = std::function<void(long line, const std::string& text)>;

    /// `file` outlives it. `warn` hears of a zone that is not known, once for each.
    IcsZones(const form::Calendar& file, const Clock& clock, Warn warn);

    /// A day begins where `clock` says. Floating times and those of an unknown zone are in the zone
    /// of the command.
    IcsMoment moment(const form::IcsTime& time, const Clock& clock, long line);
    /// The IANA name of a TZID; empty: none.
    std::string name_of(const std::string& tzid, long line);

private:
    struct Known {
        std::string name;
        std::optional<int> offset;  ///< fixed, where there is no name
    };
    struct Years {
        std::int64_t first, last;  ///< seconds
    };
    const Known& known(const std::string& tzid, long line);
    Known find(const std::string& tzid, long line);
    void collect(const form::Component& component);

    Clock clock_;
    Warn warn_;
    std::map<std::string, const form::Component*, std::less<>> components_;
    std::map<std::string, Years, std::less<>> years_;
    std::map<std::string, Known, std::less<>> known_;
    int compared_ = 0;
};

}  // namespace crm::calendar
