#pragma once

#include "service/service_level.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

/// Tickets as they are read for counting, thousands of them.
namespace crm::service {

/// The fields that keep what the clocks of a ticket say.
inline constexpr std::array due_fields{"response_due", "next_response_due", "resolution_due",
                                       "warn_at",      "breach_at",         "sla_left"};

struct TicketRow {
    TicketLinks links;
    std::string priority;
    DueTimes kept;
    std::vector<Event> events;
};

/// Reads live tickets one after the other. Nothing may be written meanwhile.
class TicketReader {
public:
    /// `which`: a condition on "t"; ?1 in it is the parameter.
    TicketReader(store::Store& store, std::string_view which);
    void begin(std::int64_t parameter) { tickets_.with(parameter); }
    /// The next ticket, in any order, without its events. False after the last one.
    bool next(TicketRow& row);
    void read_events(TicketRow& row);

private:
    sql::Statement tickets_, events_;
};

/// All live tickets in the order of their numbers.
std::vector<TicketRow> read_ticket_rows(store::Store& store);

}  // namespace crm::service
