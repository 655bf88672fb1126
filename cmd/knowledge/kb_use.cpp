#include "base/text.hpp"
#include "cmd/cli/change_each.hpp"
#include "cmd/knowledge/kb_words.hpp"
#include "knowledge/uses.hpp"
#include "service/ticket_change.hpp"

/// kb use, helpful, unhelpful: what became of articles.
namespace crm::cmd {
namespace {

/// The ticket says which articles it used, too.
void note_in_ticket(Change& change, const store::Record& article, std::int64_t ticket) {
    const store::Record before =
        change.writer.get(change.writer.store().model().get("ticket"), ticket);
    store::Record after = before;
    service::add_used(after, {article.id});
    change.writer.change(before, after);
}

int add_uses(Session& session, const Arguments& args, std::string_view what) {
    knowledge::Use use{.at = session.env.clock.now, .what = std::string(what)};
    if (args.has("ticket"))
        use.ticket =
            load_not_deleted(session, resolve_reference(session, &session.model().get("ticket"),
                                                        args.text("ticket")))
                .id;
    if (args.has("by")) {
        const store::Found by = resolve_reference(session, nullptr, args.text("by"));
        if (by.entity->role != meta::Role::person && by.entity->role != meta::Role::user)
            throw Error(Fault::usage, "not_a_person",
                        "--by: " + args.text("by") + " is not a person", "--by ada@acme.example");
        use.by = by;
    }
    const bool is_use = what == "Used";
    const auto put = [&](Change&, store::Record& article) { knowledge::add_use(article, use); };
    const auto says = [&](const store::Record&, const store::Record& article) {
        return is_use ? article.label() : text::lower_ascii(what);
    };
    const auto follow = [&](Change& change, const store::Record& article) {
        if (is_use && use.ticket != 0)
            note_in_ticket(change, article, use.ticket);
    };
    return change_each(
        session, args,
        {.put = put, .result = is_use ? "used" : "updated", .says = says, .follow = follow});
}

int run_use(Session& session, const Arguments& args) {
    return add_uses(session, args, "Used");
}
int run_helpful(Session& session, const Arguments& args) {
    return add_uses(session, args, "Helpful");
}
int run_unhelpful(Session& session, const Arguments& args) {
    return add_uses(session, args, "Unhelpful");
}

std::vector<Option> use_options() {
    return {{.name = "ticket",
             .kind = Kind::any_reference,
             .value = "TICKET",
             .help = "the ticket that it was for"},
            {.name = "by",
             .kind = Kind::any_reference,
             .value = "PERSON",
             .help = "the contact or colleague, where there is no ticket"}};
}

constexpr std::string_view vote_details =
    "One vote for each ticket, or for each person where there is no ticket: the same again changes "
    "nothing, the other one replaces it. A vote without ticket and person is refused (exit 4).";

}  // namespace

Command kb_use() {
    return {.help = "Count that articles were used to solve a ticket",
            .needs = Needs::writing,
            .arguments = {articles_argument()},
            .options = use_options(),
            .run = run_use,
            .details =
                "Each ticket counts once; reused is the number of tickets, or of people where "
                "there is no ticket. Suggestions for tickets put what was used before what was "
                "not. An archived article cannot be used (exit 4).",
            .examples = {{"kb use k1 --ticket t1", ""},
                         {"kb use k1 --by ada@acme.example", "told on the telephone"}}};
}

Command kb_helpful() {
    return {.help = "Record that articles helped",
            .needs = Needs::writing,
            .arguments = {articles_argument()},
            .options = use_options(),
            .run = run_helpful,
            .details = vote_details,
            .examples = {{"kb helpful k1 --ticket t1", ""}}};
}

Command kb_unhelpful() {
    return {.help = "Record that articles did not help",
            .needs = Needs::writing,
            .arguments = {articles_argument()},
            .options = use_options(),
            .run = run_unhelpful,
            .details = vote_details,
            .examples = {{"kb unhelpful k1 --by ada@acme.example", ""}}};
}

}  // namespace crm::cmd
