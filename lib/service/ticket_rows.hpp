#pragma once

#include "service/service_level.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

/// Tickets as they are read for counting: thousands of them in two statements.
namespace crm::service {

/// The fields that keep what the clocks of a ticket say.
inline constexpr std::array due_fields{"response_due", "next_response_due", "resolution_due",
                                       "warn_at",      "breach_at",         "sla_left"};
using KeptDue = std::array<std::string, due_fields.size()>;

struct TicketRow {
    TicketLinks links;
    std::string priority;
    KeptDue kept;
    std::vector<Event> events;  ///< without details
};

/// The live tickets that a condition on "t" finds, in the order of their numbers. ?1 in it is the
/// parameter.
std::vector<TicketRow> read_ticket_rows(store::Store& store, std::string_view which,
                                        std::int64_t parameter);

}  // namespace crm::service
