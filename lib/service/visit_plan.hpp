#pragma once

#include "calendar/meeting_series.hpp"
#include "store/resolve.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Who could visit the customer of a ticket, and when.
namespace crm::service {

struct VisitRequest {
    std::int64_t seconds = 3600;  ///< on site
    std::int64_t within = 0;      ///< seconds from now
    std::size_t most = 5;
};

struct VisitProposal {
    store::Found engineer;
    calendar::MeetingTime time;
    std::optional<std::int64_t> travel;  ///< minutes, as of earlier visits to the customer
    std::vector<std::string> why;        ///< skill Pumps, free, before the due time
};

/// The best proposals first: those before the due time of the resolution, then of the engineer for
/// whom most speaks (a skill, the territory of the account, the queue of the ticket, earlier visits
/// to the asset), then the earliest. One for each engineer before a second one. An engineer is free
/// in working hours, with the travel before the visit. Where nothing speaks for anybody, all who
/// ever were on a visit are proposed, else all users.
std::vector<VisitProposal> plan_visit(store::Store& store, const store::Record& ticket,
                                      const VisitRequest& request, const Clock& clock);

}  // namespace crm::service
