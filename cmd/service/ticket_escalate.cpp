#include "cmd/cli/changes.hpp"
#include "cmd/mail/settings.hpp"
#include "cmd/service/escalation_rules.hpp"

/// ticket escalate: what the rules do with tickets that are or will be late.
namespace crm::cmd {
namespace {

int run_ticket_escalate(Session& session, const Arguments& args) {
    const auto rules = escalation_rules(session.config);
    Change change(session, args);
    for (const service::Escalated& resumed : service::resume_pending(change.writer))
        change.report.add(resumed.ticket, "moved", resumed.what);
    const service::EscalationContext context{
        .writer = change.writer,
        .resolver = session.resolver(),
        .reading = session.reading(),
        .sender = [&session] { return default_sender(session).address; }};
    for (const service::Escalated& escalated : service::escalate(context, rules))
        change.report.add(escalated.ticket, "escalated", escalated.what);
    return change.end();
}

}  // namespace

Command ticket_escalate() {
    return {
        .help = "Do what the rules say with tickets that are or will be late",
        .needs = Needs::writing,
        .run = run_ticket_escalate,
        .details =
            "For cron, with -q. The rules are the [[escalate]] tables of the configuration, see "
            "crm-config(5). A rule acts when a clock of an open ticket reaches a point: a part of "
            "its target, its due time, or working time before or after it. It acts once for each "
            "ticket, clock and due time; undoing it lets it act again. Outside of the working "
            "hours of the calendar it waits, unless it says always. Tickets that are Pending until "
            "today or an earlier day become Assigned, or New without an owner. When there is "
            "nothing to do, nothing is printed or changed.",
        .examples = {{"ticket escalate -q", "every five minutes, from cron"},
                     {"ticket escalate --dry-run", "show what would happen"}}};
}

}  // namespace crm::cmd
