#pragma once

#include "calendar/meeting_series.hpp"
#include "store/resolve.hpp"
#include "store/store.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Who is busy when.
namespace crm::calendar {

/// Something that takes the time of people: a meeting, a planned call, a visit, an absence, whose
/// record is the user.
struct BusyTime {
    store::Found record;
    std::shared_ptr<const store::Record> whole;  ///< the same, read
    std::string label;
    MeetingTime time;
    std::vector<store::Found> people;
};

/// The record that a link leads to; no entity where it is empty.
store::Found linked(const store::Record& record, std::string_view field);

/// The people of a meeting: who attends and has not declined, who organizes and owns it.
std::vector<store::Found> people_of(const store::Record& meeting);

/// All times in a span that somebody is busy, in the order of their start: occurrences of meetings
/// that are not Not Held, planned calls (30 minutes without a duration) of their owner and the
/// contact that they are about, visits of an engineer that are not Not Held, absences of users.
/// `among`: only those of one of them; empty: all.
std::vector<BusyTime> busy_times(store::Store& store, const Clock& clock, const Interval& within,
                                 const std::vector<store::Found>& among = {});

/// The occurrences of a series that are records of their own.
std::vector<store::Record> changed_of(store::Store& store, std::int64_t series);
/// When they would take place as a part of it.
std::vector<Instant> changed_occurrences(store::Store& store, std::int64_t series);

/// A meeting or a visit, and another record that take the same time of one person.
struct Conflict {
    store::Found person;
    BusyTime other;
};
struct Conflicts {
    std::vector<Conflict> first;  ///< at most five
    std::size_t more = 0;
};
/// The conflicts of a meeting or a visit, as they are once it is written: what it replaces, and the
/// occurrence of a series that it is instead of, take no time. Of a series those of two years.
/// Touching ends are none.
Conflicts conflicts_of(store::Store& store, const store::Record& meeting, const Clock& clock);

/// v2 Pump leaks Tue 2026-12-01 10:30-11:30: a meeting or a visit and its (first) time. Without an
/// id where it has none yet.
std::string own_line(store::Store& store, const store::Record& record, const Clock& clock);
/// c1 Ada Lovelace is in mt1 Kickoff Tue 2026-12-01 10:00-11:00
std::string conflict_line(store::Store& store, const Conflict& conflict, const Clock& clock);
/// Tue 2026-12-01 10:00-11:00, of whole days their dates.
std::string time_line(const MeetingTime& time, const Clock& clock);
/// The short id and the name of a record.
std::string id_and_name(store::Store& store, const store::Found& found);

}  // namespace crm::calendar
