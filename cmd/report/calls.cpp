#include "cmd/report/calls.hpp"

#include "campaign/call_report.hpp"
#include "cmd/cli/session.hpp"

namespace crm::cmd {
namespace {

campaign::CallReportRequest call_report_request(const Arguments& args) {
    return {.by = args.text("by"), .where = args.text("where"), .period = args.text("period")};
}

report::Result run_calls(Session& session, const Arguments& args) {
    return campaign::call_report(session.resolver(), session.env.clock, call_report_request(args));
}

std::string sql_of_calls(Session& session, const Arguments& args) {
    return campaign::sql_of_call_report(session.resolver(), session.env.clock,
                                        call_report_request(args));
}

constexpr ComputedReport call_table[] = {
    {.name = "calls",
     .title = "Telephone calls",
     .help = "calls by user, list, hour or result: how many reached somebody and sold",
     .noun = "call",
     .period = "start",
     .options = "by period where",
     .sums = "calls reached sales time",
     .run = run_calls,
     .columns = campaign::columns_of_call_report,
     .sql = sql_of_calls},
};

}  // namespace

std::span<const ComputedReport> call_reports() {
    return call_table;
}

}  // namespace crm::cmd
