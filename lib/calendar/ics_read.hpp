#pragma once

#include "calendar/ics_zones.hpp"
#include "form/ics.hpp"
#include "store/resolve.hpp"
#include "store/writer.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

/// What a component of iCalendar is as a record.
namespace crm::calendar {

/// What tells a component from others, and its versions from each other (RFC 5546, 2.1.5).
struct IcsIdentity {
    std::string uid;  ///< made of the contents where the file has none
    std::optional<form::IcsTime> occurrence;
    bool and_future = false;  ///< RANGE=THISANDFUTURE
    std::int64_t sequence = 0;
    std::string stamp;  ///< DTSTAMP as it is stored; may be empty
    long line = 0;
};
/// Throws rejected where it cannot be told.
IcsIdentity identity_of(const form::Component& component);

/// The version of a record that came from a file, or of an own one.
struct IcsVersion {
    std::int64_t sequence = 0;
    std::string stamp;
    auto operator<=>(const IcsVersion&) const = default;
};
IcsVersion version_of(const store::Record& record);

/// People by their addresses.
class IcsPeople {
public:
    explicit IcsPeople(store::Writer& writer) : writer_(writer) {}

    /// The one user, contact or lead with an address, or with the uid of a urn:uuid: URI.
    std::optional<store::Found> find(std::string_view uri);

private:
    std::optional<store::Found> look_up(const std::string& address, bool uid);

    store::Writer& writer_;
    std::map<std::string, std::optional<store::Found>, std::less<>> known_;
};

/// Puts what a component says into a record, in place of what it had of such. `line` of an error is
/// that of the component. Throws rejected for what cannot be read.
void fill(store::Record& record, const form::Component& component, IcsZones& zones,
          IcsPeople& people, const Clock& clock);

/// The occurrence that a RECURRENCE-ID names: of a day the time that the series has on it.
Instant occurrence_of(const store::Record& series, const IcsIdentity& identity, IcsZones& zones,
                      const Clock& clock);

}  // namespace crm::calendar
