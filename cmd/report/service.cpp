#include "cmd/report/service.hpp"

#include "cmd/cli/session.hpp"
#include "service/reports.hpp"

#include <string>

namespace crm::cmd {
namespace {

const Option options[] = {
    {.name = "elapsed",
     .help = "for response: time by the clock on the wall instead of working time"},
};

service::TicketReportRequest ticket_request(const Arguments& args) {
    return {.by = args.text("by"),
            .where = args.text("where"),
            .period = args.text("period"),
            .elapsed = args.flag("elapsed")};
}

template <report::Result (*of)(store::Resolver&, const Clock&, const service::TicketReportRequest&)>
report::Result run_ticket_report(Session& session, const Arguments& args) {
    return of(session.resolver(), session.env.clock, ticket_request(args));
}

std::string ticket_sql(Session& session, const Arguments& args) {
    return service::sql_of_report(session.resolver(), session.env.clock, args.words[0],
                                  ticket_request(args));
}

constexpr ComputedReport reports_of_tickets[] = {
    {.name = "sla",
     .title = "Service levels",
     .help = "how many targets of tickets were kept, by clock and service level",
     .noun = "ticket",
     .period = "created_at",
     .options = "by period where",
     .sums = "tickets kept missed",
     .run = run_ticket_report<service::sla_report>,
     .columns = service::columns_of_report,
     .sql = ticket_sql},
    {.name = "response",
     .title = "Response and resolution times",
     .help = "how long customers waited for the first answer and for the solution of tickets, by "
             "queue",
     .noun = "ticket",
     .period = "created_at",
     .options = "by period where elapsed",
     .sums = "tickets answered",
     .run = run_ticket_report<service::response_report>,
     .columns = service::columns_of_report,
     .sql = ticket_sql},
    {.name = "agents",
     .title = "Agents",
     .help = "what each colleague did for tickets",
     .noun = "ticket",
     .period = "created_at",
     .options = "by period where",
     .sums = "open closed answers minutes",
     .run = run_ticket_report<service::agents_report>,
     .columns = service::columns_of_report,
     .sql = ticket_sql},
};

}  // namespace

std::span<const ComputedReport> service_reports() {
    return reports_of_tickets;
}

std::span<const Option> service_options() {
    return options;
}

}  // namespace crm::cmd
