#include "cmd/cli/changes.hpp"
#include "cmd/sales/lead_change.hpp"
#include "sales/lead_status.hpp"

/// lead recycle: postpone leads.
namespace crm::cmd {
namespace {

int run_lead_recycle(Session& session, const Arguments& args) {
    const std::string day = args.has("on") ? args.text("on") : std::string("+3mo");
    return close_leads(session, args, "recycled", [&](Change& change, store::Record& lead) {
        sales::put_status(lead, sales::recycled_status);
        assign(session, change, lead, {"follow_up=" + day}, false);
    });
}

}  // namespace

Command lead_recycle() {
    Command c = close_command("Postpone leads", run_lead_recycle);
    c.options.push_back({.name = "on",
                         .kind = Kind::moment,
                         .value = "DATE",
                         .help = "when to follow up; default: in three months"});
    c.details =
        "The status becomes Recycled and follow_up the date; from that day on `crm lead "
        "list is:due` lists the lead.";
    c.examples = {{"lead recycle l7 --on 'next mon'", "until next Monday"},
                  {"lead recycle --where 'is:mine updated_at:..-6mo'", "old ones, three months"}};
    return c;
}

}  // namespace crm::cmd
