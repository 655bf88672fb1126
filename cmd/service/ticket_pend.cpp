#include "cmd/cli/change_each.hpp"
#include "cmd/service/ticket_words.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

/// ticket pend: tickets wait for something.
namespace crm::cmd {
namespace {

int run_ticket_pend(Session& session, const Arguments& args) {
    const auto until = args.date("until", session.env.clock);
    const auto put = [&](Change&, store::Record& ticket) {
        service::pend(ticket, until ? until->iso() : "", session.env.clock.today().iso(),
                      args.text("for"));
    };
    const auto says = [&](const store::Record& before, const store::Record& after) {
        const meta::FieldInfo& status = after.field("status");
        std::string out = after.text(status);
        if (before.text(status) != out)
            out = fmt::format("{} -> {}", before.text(status), out);
        if (until)
            out += ", until " + with_weekday(*until);
        return out;
    };
    return change_each(session, args, {.put = put, .result = "moved", .says = says});
}

}  // namespace

Command ticket_pend() {
    return {.help = "Set tickets to Pending: they wait for something",
            .needs = Needs::writing,
            .arguments = {tickets_argument()},
            .options = {{.name = "until",
                         .kind = Kind::moment,
                         .value = "DATE",
                         .help = "the day until which they wait"},
                        {.name = "for",
                         .kind = Kind::word,
                         .value = "WHAT",
                         .help = "what they wait for: 'spare part'"},
                        where_option()},
            .run = run_ticket_pend,
            .details =
                "The time of the resolution stands still while a ticket is Pending, unless "
                "the service level says otherwise; that of responses goes on.",
            .examples = {{"ticket pend t1 --until 2026-12-01 --for 'spare part'", ""},
                         {"ticket pend t1 t2", "for an answer of the customer"}}};
}

}  // namespace crm::cmd
