#include "cmd/cli/change_each.hpp"
#include "cmd/service/ticket_words.hpp"

/// ticket reopen: tickets that are not solved after all.
namespace crm::cmd {
namespace {

int run_ticket_reopen(Session& session, const Arguments& args) {
    const service::Actor who = actor(session);
    return change_each(
        session, args,
        {.put = [&](Change&,
                    store::Record& ticket) { service::reopen(ticket, args.text("reason"), who); },
         .result = "reopened"});
}

}  // namespace

Command ticket_reopen() {
    return {.help = "Reopen tickets that were closed",
            .needs = Needs::writing,
            .arguments = {tickets_argument()},
            .options = {{.name = "reason",
                         .kind = Kind::word,
                         .value = "TEXT",
                         .help = "why; kept with the event"},
                        where_option()},
            .run = run_ticket_reopen,
            .details =
                "A ticket with an owner becomes Assigned, others New. closed_at and "
                "closed_by become empty, and the clock of the resolution goes on where it "
                "was.",
            .examples = {{"ticket reopen t1 --reason 'leaks again'", ""}}};
}

}  // namespace crm::cmd
