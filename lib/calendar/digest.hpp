#pragma once

#include "calendar/agenda.hpp"
#include "calendar/whose.hpp"
#include "store/resolve.hpp"
#include "store/store.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What `crm remind` tells each user once: what is due, and what they were not told on the days
/// before because it did not run.
namespace crm::calendar {

struct DigestItem {
    enum class Part { missed, overdue, today, promises, reminders, coming, birthdays };
    Part part = Part::today;
    AgendaItem item;
    Date day;  ///< when it was due, where it was due then only; else that of the digest
};
inline constexpr std::size_t digest_parts = 7;

/// The new items for one user, by part and time.
struct Digest {
    std::int64_t user = 0;
    std::string name, address;  ///< of the user
    std::string to;             ///< where it goes instead; empty: to the user
    Whose whose;
    Clock clock;  ///< in the zone of the user
    std::vector<DigestItem> items;
    std::vector<std::string> warnings;
    bool first_of_day = false;
    bool told_before = false;  ///< on this day
};

/// The digests of active users, also those without a new item. Users whose `digest_at` has not come
/// are left out. What belongs to nobody goes to the users without a manager. `to`: another address,
/// which has what it was told on an account of its own.
std::vector<Digest> digests(store::Resolver& resolver, const Clock& clock, const Whose& whose,
                            const std::string& to);

/// Within a transaction: the items have been told and are not told again on that day. What is
/// remembered of days that no digest looks back to is dropped.
void keep_told(store::Store& store, const Digest& digest);

}  // namespace crm::calendar
