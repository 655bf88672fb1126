#include "cmd/cli/command.hpp"
#include "cmd/cli/print.hpp"
#include "knowledge/credits.hpp"

#include <fmt/format.h>

/// kb credits: who gave what to the knowledge base.
namespace crm::cmd {
namespace {

int run_kb_credits(Session& session, const Arguments& args) {
    const auto period = args.dates("period", session.env.clock);
    Rows rows(session, {"who",
                        "name",
                        {"articles", show::Shape::number},
                        {"uses", show::Shape::number},
                        {"helpful", show::Shape::number},
                        {"points", show::Shape::number},
                        {"ideas", show::Shape::number},
                        Rows::Head("contributions", show::Shape::number).detail(),
                        Rows::Head("contact_points", show::Shape::number).detail()});
    for (const knowledge::Credit& credit :
         knowledge::credits(session.store(), session.env.clock, period.value_or(DateSpan{})))
        rows.row({meta::short_id(*credit.who.entity, credit.who.id), credit.name, credit.articles,
                  credit.uses, credit.helpful, fmt::format("{:.2f}", credit.points), credit.ideas,
                  credit.contributions, credit.contact_points});
    rows.end();
    return 0;
}

}  // namespace

Command kb_credits() {
    return {
        .help = "List who gave what to the knowledge base",
        .needs = Needs::reading,
        .options = {{.name = "period",
                     .letter = 'p',
                     .kind = Kind::moment,
                     .value = "PERIOD",
                     .help = "what was added, used or held then: 2026-Q4, 'last month'"}},
        .formats = formats::rows_with_id,
        .run = run_kb_credits,
        .details =
            "A use of an article is 1 point, a helpful vote 1 more: half of it for who wrote "
            "the first version, half in equal parts for those who wrote later ones; all of it "
            "where nobody else did. ideas is the number of adopted ideas: of the contact that "
            "a feedback of kind Idea names, else of its owner. contributions is what crm programme "
            "contribute has recorded. contact_points are held calls and meetings, and mail "
            "that was sent or received: of a colleague as owner or attendee, of a customer with "
            "them. A colleague who has nothing else is listed, too.",
        .examples = {{"kb credits", ""}, {"kb credits -p 2026-Q4", "of a quarter"}}};
}

}  // namespace crm::cmd
