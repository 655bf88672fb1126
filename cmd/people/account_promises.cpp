#include "base/text.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "people/promises.hpp"

/// account promises: what colleagues promised a customer.
namespace crm::cmd {
namespace {

void print_table(Session& session, const std::vector<people::Promise>& promises) {
    Rows rows(session, {"id",
                        "state",
                        {"due", show::Shape::time},
                        "promised_by",
                        "promised_to",
                        "promised_in",
                        "subject",
                        "about",
                        "contradicts"});
    for (const people::Promise& p : promises)
        rows.row({p.id, std::string(people::state_name(p.state)), p.due, p.by, p.to, p.in,
                  p.subject, p.about, text::joined(p.contradicts, " ")});
    rows.end();
}

std::string task_status(people::PromiseState state) {
    if (state == people::PromiseState::kept)
        return "Completed";
    return state == people::PromiseState::taken_back ? "Canceled" : "Not Started";
}

/// To-dos, with the uids that `task list -o ics` gives them.
void print_calendar(Session& session, const std::vector<people::Promise>& promises) {
    Rows rows(session, {"uid", "updated_at", "subject", "due", "status", "description"});
    for (const people::Promise& p : promises)
        rows.row({p.uid, p.updated_at, p.subject, p.due, task_status(p.state), p.about});
    rows.end();
}

int run_account_promises(Session& session, const Arguments& args) {
    const store::Found account = resolve_reference(session, args.noun, args.words[0]);
    const auto promises = people::promises_to(session.resolver(), session.env.clock, account);
    if (session.format == "ics")
        print_calendar(session, promises);
    else
        print_table(session, promises);
    return 0;
}

}  // namespace

Command account_promises() {
    return {
        .help = "Show the promises made to a customer, and whether they were kept",
        .needs = Needs::reading,
        .arguments = {{.name = "ACCOUNT",
                       .kind = Kind::reference,
                       .required = true,
                       .help = "the customer"}},
        .formats = formats::agenda,
        .run = run_account_promises,
        .details =
            "A promise is a task with promised_to or promised_in that is about the company, one of "
            "its deals, quotes, orders or tickets, or promised to one of its people. "
            "Contradictions come first: two colleagues promised the same for different days, or "
            "different things about the same deal, quote, order or ticket. Then come the promises "
            "that are broken (open past their day), the open ones, and those that were kept or "
            "taken back.",
        .examples = {{"account promises acme.example", "before the meeting"},
                     {"task add 'Delivery in March' promised_to=ada@acme.example promised_in='call "
                      "of Monday' about=d41 due=2027-03-31",
                      "record a promise"}}};
}

}  // namespace crm::cmd
