#include "cmd/sales/lead_change.hpp"
#include "sales/lead_status.hpp"

/// lead disqualify: stop following up leads.
namespace crm::cmd {
namespace {

int run_lead_disqualify(Session& session, const Arguments& args) {
    const std::string reason = args.text("reason");
    if (reason.empty())
        throw Error(Fault::usage, "missing", "lead disqualify requires a reason",
                    "--reason 'no budget'");
    return close_leads(session, args, "disqualified",
                       [&](Change&, store::Record& lead) { sales::disqualify(lead, reason); });
}

}  // namespace

Command lead_disqualify() {
    Command c = close_command("Disqualify leads, with the reason", run_lead_disqualify);
    c.options.push_back({.name = "reason",
                         .kind = Kind::word,
                         .value = "TEXT",
                         .help = "why the lead is not worth following up"});
    c.details = "The status becomes Dead and follow_up empty.";
    c.examples = {
        {"lead disqualify l7 --reason 'no budget'", "one lead"},
        {"lead list 'created_at:..-1y' is:open -o ids | crm lead disqualify - --reason 'too old'",
         "many leads"}};
    return c;
}

}  // namespace crm::cmd
