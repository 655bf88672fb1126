#include "cmd/sales/assignment_rules.hpp"
#include "cmd/service/ticket_words.hpp"
#include "knowledge/experts.hpp"
#include "service/assignment.hpp"

#include <fmt/format.h>

/// ticket assign: tickets get an owner, by their queue and the rules of the configuration.
namespace crm::cmd {
namespace {

using store::Record;

std::vector<store::Found> tickets_given(Session& session, const Arguments& args) {
    if (!args.words.empty() || args.has("where"))
        return resolve_references(session, args, session.references(args.words));
    std::vector<store::Found> tickets;
    for (const std::int64_t id : selection(session, *args.noun, {"is:open owner:none"}).ids())
        tickets.push_back({args.noun, id});
    return tickets;
}

/// "Pump leaks to Ada (Desk: turn 3 of Ada, Bob)"
std::string description_of(const Record& ticket, const service::TicketAssignment& assignment) {
    std::string out = ticket.label();
    if (assignment.queue != 0)
        out += fmt::format(" to the queue {}", assignment.queue_name);
    if (assignment.to)
        out += fmt::format("{} to {}", assignment.queue != 0 ? "," : "", assignment.to->name);
    return fmt::format("{} ({})", out, assignment.reason);
}

service::ExpertUsers experts_of(Session& session) {
    return [&session](const Record& ticket) {
        std::vector<std::int64_t> out;
        for (const knowledge::Expert& expert : knowledge::experts(
                 session.store(), session.env.clock, knowledge::topic_of(session.store(), ticket)))
            out.push_back(expert.user);
        return out;
    };
}

int run_ticket_assign(Session& session, const Arguments& args) {
    Change change(session, args);
    service::TicketAssigner assigner(session.resolver(), session.env.clock,
                                     assignment_rules(session.config, "ticket"),
                                     experts_of(session));
    for (const store::Found& found : tickets_given(session, args)) {
        const Record before = load_not_deleted(session, found);
        const service::TicketAssignment assignment = assigner.assignment(before);
        if (!assignment.to && assignment.queue == 0) {
            if (!session.quiet)
                session.remark(
                    fmt::format("{} {}: {}", before.short_id(), before.label(), assignment.reason));
            continue;
        }
        Record after = before;
        service::assign_ticket(after, assignment);
        const bool changed = change.writer.change(before, after);
        change.report.add(after, changed ? "assigned" : "unchanged",
                          description_of(before, assignment));
    }
    return change.end();
}

}  // namespace

Command ticket_assign() {
    return {
        .help = "Assign tickets to users by their queues and the rules of the configuration",
        .needs = Needs::writing,
        .arguments = {{.name = "REF",
                       .kind = Kind::reference,
                       .many = true,
                       .help = "the tickets; default: open tickets without an owner"}},
        .options = {where_option()},
        .run = run_ticket_assign,
        .details =
            "The first [[assign]] table of the configuration with on = \"ticket\" whose query "
            "finds the ticket, and that has a queue or a user for it, counts; see "
            "crm-config(5). Tickets that no rule is for are assigned among the members of "
            "their queue by its field `assign`: Round Robin takes them in turn (undoing an "
            "assignment gives the turn back), Least Busy takes the one with the fewest open "
            "tickets, Topic the first of `kb experts`, which are those who solved, won or wrote "
            "most about its product or words; where nobody has, the one with the most skills "
            "(user.skills) whose words are in the ticket's product, type, tags, subject or "
            "description. Who is away today "
            "(user.away) is left out, a deputy takes the place. A New ticket becomes Assigned; "
            "its field `assignment` has the reason.",
        .examples = {{"ticket assign", "open tickets without an owner; with -q for cron"},
                     {"ticket assign t6 t7 --dry-run", "show who would get them, and why"},
                     {"ticket assign --where 'owner:ada is:open'", "assign tickets again"}}};
}

}  // namespace crm::cmd
