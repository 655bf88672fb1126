#include "base/text.hpp"
#include "cmd/cli/records.hpp"
#include "cmd/people/overview.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

/// account promises: what colleagues promised a customer, whether it was kept, and what does not go
/// together.
namespace crm::cmd {
namespace {

/// Two colleagues promised the same thing differently: the same words for another day, or of the
/// same deal, quote or ticket something else.
bool contradict(const Promise& a, const Promise& b) {
    if (a.by == b.by || a.status == "Canceled" || b.status == "Canceled")
        return false;
    const bool same_words = text::key(a.subject) == text::key(b.subject);
    const bool same_thing = !a.about_id.empty() && a.about_id == b.about_id &&
                            a.about_id[0] != 'a' && a.about_id[0] != 'c';
    return same_words                     ? a.due != b.due
           : same_thing && a.due == b.due ? a.subject != b.subject
                                          : same_thing;
}

int run(Session& session, const Arguments& args) {
    Rows rows(session, {"id", "state", "due", "promised_by", "promised_to", "promised_in",
                        "subject", "about", "contradicts"});
    for (const Promise& p :
         promises_to(session, resolve_reference(session, args.noun, args.words[0])))
        rows.row({p.id, p.state, p.due, p.by, p.to, p.in, p.subject, p.about, p.against});
    rows.end();
    return 0;
}

}  // namespace

std::vector<Promise> promises_to(Session& session, const store::Found& account) {
    const meta::Entity& tasks = session.model().get("task");
    const std::string id = meta::short_id(*account.entity, account.id),
                      today = session.env.clock.today().iso();
    std::vector<Promise> all;
    store::Selection s =
        selection(session, tasks,
                  {"promised_to:any or promised_in:any",
                   fmt::format("promised_to.account:{0} or about:{0} or about.account:{0}", id)});
    for (const std::string_view column :
         {"id", "subject", "due", "status", "promised_to", "promised_in", "about", "owner"})
        s.columns.push_back(*store::select_column(tasks, column));
    s.each([&](std::span<const std::span<const View>> cells) {
        const auto text = [&](std::size_t i) { return cell_text(session, s.columns[i], cells[i]); };
        Promise p{text(0), text(1),
                  text(2), text(3),
                  text(4), text(5),
                  text(6), std::string(cells[6].front().null() ? "" : cells[6].front().text),
                  text(7), {},
                  {}};
        const bool late = !p.due.empty() && p.due < today;
        p.state = p.status == "Completed"  ? "kept"
                  : p.status == "Canceled" ? "taken back"
                  : late                   ? "broken"
                                           : "open";
        all.push_back(std::move(p));
        return true;
    });
    for (Promise& p : all)
        for (const Promise& other : all)
            if (p.id != other.id && contradict(p, other))
                p.against += (p.against.empty() ? "" : " ") + other.id;
    const auto rank = [](const Promise& p) {
        return std::tuple(p.against.empty(),
                          p.state == "broken" ? 0
                          : p.state == "open" ? 1
                                              : 2,
                          p.due.empty(), p.due, p.id);
    };
    std::ranges::sort(all, {}, rank);
    return all;
}

Command account_promises() {
    return {
        .help = "What was promised to a customer, by whom and where, kept or not",
        .needs = Needs::reading,
        .arguments = {{.name = "ACCOUNT",
                       .kind = Kind::reference,
                       .required = true,
                       .help = "the customer"}},
        .run = run,
        .details =
            "A promise is a task with promised_to or promised_in that is about the company, one of "
            "its deals, quotes, orders or tickets, or promised to one of its people. "
            "Contradictions come first: two colleagues who promised the same for different days, "
            "or different things of the same deal, quote, order or ticket. Then what is broken "
            "(open past its day), what is open, and what was kept or taken back.",
        .examples = {{"account promises acme", "before the meeting"},
                     {"task add 'Delivery in March' promised_to=ada@acme.example promised_in='call "
                      "of Monday' about=d41 due=2027-03-31",
                      "how a promise is kept in mind"}}};
}

}  // namespace crm::cmd
