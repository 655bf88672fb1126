#include "cmd/service/ticket_words.hpp"

/// ticket close: tickets that are solved, rejected or duplicates.
namespace crm::cmd {
namespace {

int run(Session& session, const Arguments& args) {
    service::Closing closing{.resolution = args.text("resolution"),
                             .rejected = args.flag("rejected")};
    const meta::Entity& articles = session.model().get("kb");
    for (const std::string& reference : args.list("used"))
        closing.used.push_back(
            load_not_deleted(session, resolve_reference(session, &articles, reference)).id);
    if (args.has("duplicate-of")) {
        if (closing.rejected)
            throw Error(Fault::usage, "contradiction",
                        "--rejected and --duplicate-of contradict each other", "leave one out");
        closing.duplicate_of = load_not_deleted(
            session, resolve_reference(session, args.noun, args.text("duplicate-of")));
    }
    return change_tickets(
        session, args, [&](store::Record& ticket) { service::close(ticket, closing); }, "closed",
        [](const store::Record&, const store::Record& after) { return after.label(); });
}

}  // namespace

Command ticket_close() {
    return {.help = "Close tickets",
            .needs = Needs::writing,
            .arguments = {tickets_argument()},
            .options = {{.name = "resolution",
                         .kind = Kind::word,
                         .value = "TEXT",
                         .help = "how it was solved"},
                        {.name = "used",
                         .kind = Kind::any_reference,
                         .value = "KB",
                         .help = "an article that solved it; may be given several times",
                         .many = true},
                        {.name = "duplicate-of",
                         .kind = Kind::reference,
                         .value = "REF",
                         .help = "it reports the same as this ticket: Duplicate"},
                        {.name = "rejected", .help = "it is not solved, but Rejected"},
                        where_option()},
            .run = run,
            .details =
                "Closing requires a resolution: the one given here, the one that the "
                "ticket has, or an article that was used; the field used has the articles. A "
                "duplicate gets the other ticket as its parent. closed_at "
                "and closed_by say when and by whom; all clocks of the ticket end.",
            .examples = {{"ticket close t1 --resolution 'Replaced the seal'", ""},
                         {"ticket close t1 --used 'Paper jams'", "an article had the answer"},
                         {"ticket close t7 --duplicate-of t1", "reported twice"}}};
}

}  // namespace crm::cmd
