#include "cmd/cli/changes.hpp"
#include "cmd/sales/assignment_rules.hpp"
#include "cmd/sales/lead_change.hpp"
#include "sales/assignment.hpp"

#include <fmt/format.h>

/// lead assign: assign leads to users by the rules of the configuration.
namespace crm::cmd {
namespace {

using store::Record;

int run_lead_assign(Session& session, const Arguments& args) {
    const auto rules = assignment_rules(session.config, "lead");
    if (rules.empty())
        throw Error(Fault::config, "no_rules", "the configuration has no assignment rules",
                    "add [[assign]] tables; crm help config shows how");
    Change change(session, args);
    sales::LeadAssigner assigner(session.resolver(), session.env.clock, rules);
    for (const store::Found& found : records_given(session, args, "is:open owner:none")) {
        const Record before = load_not_deleted(session, found);
        const auto assignee = assigner.assignee(before);
        if (!assignee) {
            if (!session.quiet)
                session.remark(
                    fmt::format("{} {}: no rule assigns it", before.short_id(), before.label()));
            continue;
        }
        Record after = before;
        sales::assign_lead(after, *assignee);
        const bool changed = change.writer.change(before, after);
        change.report.add(
            after, changed ? "assigned" : "unchanged",
            fmt::format("{} to {} ({})", before.label(), assignee->name, assignee->reason));
    }
    return change.end();
}

}  // namespace

Command lead_assign() {
    return {.help = "Assign leads to users by the rules of the configuration",
            .needs = Needs::writing,
            .arguments = {{.name = "REF",
                           .kind = Kind::reference,
                           .many = true,
                           .help = "the leads; default: open leads without an owner"}},
            .options = {{.name = "where",
                         .kind = Kind::query,
                         .value = "QUERY",
                         .help = "the leads that the query finds"}},
            .run = run_lead_assign,
            .details =
                "The rules are the [[assign]] tables of the configuration, see crm-config(5). The "
                "first "
                "rule whose query finds the lead, and that has a user for it, counts. `round "
                "robin` takes the users in turn; undoing an assignment gives the turn back. "
                "`least busy` takes the user with the fewest open leads and deals. `territory` "
                "takes a member of the territory of the lead or its account, else the manager. Who "
                "is away (user.away) is left out, a deputy takes the place. A New lead becomes "
                "Assigned; its field `assignment` has the reason.",
            .examples = {{"lead assign", "open leads without an owner; with -q for cron"},
                         {"lead assign l7 l8 --dry-run", "show who would get them, and why"},
                         {"lead assign --where 'owner:ada is:open'", "assign leads again"}}};
}

}  // namespace crm::cmd
