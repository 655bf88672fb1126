#include "service/visit_plan.hpp"

#include "base/text.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "service/events.hpp"
#include "time/describe.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

/// visit plan: who could visit a customer, and when.
namespace crm::cmd {
namespace {

constexpr std::int64_t day_seconds = 86'400;

std::int64_t seconds_of(const Arguments& args, std::string_view option, std::string_view otherwise,
                        std::int64_t most) {
    const auto length = read_duration(args.has(option) ? args.text(option) : otherwise);
    if (!length)
        throw length.error();
    const std::int64_t seconds = duration_seconds(*length);
    if (seconds < 60 || seconds > most)
        throw Error(Fault::usage, "bad_duration",
                    fmt::format("--{} must be between 1min and {}", option,
                                most == day_seconds ? "24h" : "366d"),
                    fmt::format("--{} {}", option, otherwise));
    return seconds;
}

std::string command_of(const store::Record& ticket, const service::VisitProposal& proposal,
                       const Clock& clock) {
    std::string out = fmt::format(
        "crm visit add ticket={} engineer={} start='{}' end='{}'", ticket.short_id(),
        meta::short_id(*proposal.engineer.entity, proposal.engineer.id),
        day_and_minute(proposal.time.start, clock), day_and_minute(proposal.time.end, clock));
    if (proposal.travel)
        out += fmt::format(" travel={}", *proposal.travel);
    return out;
}

int run_visit_plan(Session& session, const Arguments& args) {
    const Clock& clock = session.env.clock;
    const store::Found found =
        resolve_reference(session, &session.model().get("ticket"), args.words[0]);
    const store::Record ticket = load_not_deleted(session, found);
    if (service::is_closed(ticket.text("status")))
        throw Error(
            Fault::refused, "closed",
            fmt::format("{} {} is {}", ticket.short_id(), ticket.label(), ticket.text("status")),
            fmt::format("crm ticket reopen {}", ticket.short_id()));
    const service::VisitRequest request{
        .seconds = seconds_of(args, "for", "1h", day_seconds),
        .within = seconds_of(args, "within", "14d", 366 * day_seconds)};
    const auto proposals = service::plan_visit(session.store(), ticket, request, clock);
    Rows rows(session, {"id",
                        "engineer",
                        {"start", show::Shape::time},
                        {"end", show::Shape::time},
                        "travel",
                        "why",
                        Rows::Head("command").detail()});
    for (const service::VisitProposal& proposal : proposals)
        rows.row({meta::short_id(*proposal.engineer.entity, proposal.engineer.id),
                  session.store().name(*proposal.engineer.entity, proposal.engineer.id),
                  clock.local(proposal.time.start), clock.local(proposal.time.end),
                  proposal.travel ? Value(*proposal.travel) : Value(),
                  text::joined(proposal.why, ", "), command_of(ticket, proposal, clock)});
    rows.end();
    if (proposals.empty())
        session.remark_nothing("nobody is free");
    else
        session.remark_to_person("book the first: " + command_of(ticket, proposals[0], clock));
    return 0;
}

}  // namespace

Command visit_plan() {
    return {
        .help = "Propose engineers and times for a visit",
        .needs = Needs::reading,
        .arguments = {{.name = "TICKET",
                       .kind = Kind::any_reference,
                       .required = true,
                       .help = "the ticket that the visit is for"}},
        .options = {{.name = "within",
                     .kind = Kind::word,
                     .value = "DUR",
                     .help = "how far to look ahead; default: 14d"},
                    {.name = "for",
                     .kind = Kind::word,
                     .value = "DUR",
                     .help = "time on site; default: 1h"}},
        .formats = formats::rows,
        .run = run_visit_plan,
        .details =
            "Up to five proposals, each with the command that books it. An engineer is chosen for "
            "a skill (the product, the type or a tag of the ticket), the territory of the account, "
            "the queue of the ticket, or earlier visits to the asset; where none of these finds "
            "anybody, all who ever were on a visit are proposed, else all users. Times are free "
            "and within working hours, with the travel before them, which is the mean of earlier "
            "visits to the account. Those before the due time of the resolution come first.",
        .examples = {
            {"visit plan t1", ""},
            {"visit plan t1 --within 3d --for 2h -o table", "two hours in the next days"}}};
}

}  // namespace crm::cmd
