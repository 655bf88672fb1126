#pragma once

#include "service/ticket_groups.hpp"

/// The reports of tickets that count working time. Times are minutes on the calendar of the service
/// level, without one on the default calendar.
namespace crm::service {

/// How many targets were kept and missed, by clock and service level. Clocks that still run or are
/// paused count in `tickets` alone. A group `cause` says where a ticket was when a target was
/// missed: Unassigned, Unanswered, In Work or Reopened.
report::Result sla_report(store::Resolver& resolver, const Clock& clock,
                          const TicketReportRequest& request);
/// How long customers waited for the first answer and for the solution, by queue. Pauses do not
/// count, unless time on the wall is asked for.
report::Result response_report(store::Resolver& resolver, const Clock& clock,
                               const TicketReportRequest& request);
/// What each agent did. Tickets count for their owner, answers for who gave them.
report::Result agents_report(store::Resolver& resolver, const Clock& clock,
                             const TicketReportRequest& request);

/// The columns of a report without its groups' --by.
std::vector<report::Column> columns_of_report(std::string_view name);
/// The statement that selects the tickets of a report.
std::string sql_of_report(store::Resolver& resolver, const Clock& clock, std::string_view name,
                          const TicketReportRequest& request);

}  // namespace crm::service
