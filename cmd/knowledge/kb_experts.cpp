#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "knowledge/gaps.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

/// kb experts, kb gaps, kb miss: who knows, and what nobody has written down.
namespace crm::cmd {
namespace {

int run_experts(Session& session, const Arguments& args) {
    const knowledge::Topic topic = knowledge::read_topic(session.resolver(), args.words);
    const auto found = knowledge::experts(session.store(), session.env.clock, topic);
    Rows rows(session, {"user",
                        "name",
                        {"score", show::Shape::number},
                        {"solved", show::Shape::number},
                        {"won", show::Shape::number},
                        {"written", show::Shape::number},
                        {"last", show::Shape::time},
                        {"open", show::Shape::number},
                        Rows::Head::yes_or_no("away")});
    const meta::Entity& users = session.model().with(meta::Role::user);
    for (const knowledge::Expert& expert : found)
        rows.row({meta::short_id(users, expert.user), expert.name,
                  fmt::format("{:.2f}", expert.score), expert.solved, expert.won, expert.written,
                  shown_time(expert.last.iso(), session.env.clock), expert.open,
                  std::int64_t{expert.away}});
    rows.end();
    if (found.empty())
        session.remark_nothing("nobody has worked on it");
    return 0;
}

int run_gaps(Session& session, const Arguments& args) {
    const auto period = args.dates("period", session.env.clock);
    const auto found =
        knowledge::gaps(session.store(), session.env.clock, period.value_or(DateSpan{}));
    Rows rows(session, {"kind",
                        Rows::Head("words").whole(),
                        "product",
                        {"tickets", show::Shape::number},
                        {"misses", show::Shape::number},
                        Rows::Head("accounts", show::Shape::number).detail(),
                        Rows::Head("hours", show::Shape::number).detail(),
                        {"last", show::Shape::time},
                        "experts"});
    constexpr double minutes_per_hour = 60;
    for (const knowledge::Gap& gap : found)
        rows.row({gap.is_search ? "search" : "tickets", gap.words, gap.product, gap.tickets,
                  gap.misses, gap.accounts,
                  fmt::format("{:.1f}", static_cast<double>(gap.minutes) / minutes_per_hour),
                  shown_time(gap.last.iso(), session.env.clock), text::joined(gap.experts, ", ")});
    rows.end();
    if (found.empty())
        session.remark_nothing("no gaps found");
    return 0;
}

int run_miss(Session& session, const Arguments& args) {
    const std::string words(text::trimmed(text::joined(args.words, " ")));
    if (text::words(words).empty())
        throw Error(Fault::usage, "no_words", "there are no words that were searched for",
                    "crm kb miss 'steam wand'");
    Change change(session, args);
    store::Record miss(session.model().get("feedback"));
    miss.put_text("subject", words);
    miss.put_text("kind", "Gap");
    if (args.has("ticket")) {
        const store::Record ticket = load_not_deleted(
            session,
            resolve_reference(session, &session.model().get("ticket"), args.text("ticket")));
        miss.put(miss.field("ticket"), {Value(ticket.id)});
        for (const std::string_view link : {"contact", "product"})
            if (ticket.number(link) != 0)
                miss.put(miss.field(link), {Value(ticket.number(link))});
    }
    if (const auto me = session.resolver().me())
        miss.put(miss.field("owner"), {Value(*me)});
    change.writer.add(miss);
    change.report.add(miss, "added", miss.label());
    return change.end();
}

}  // namespace

Command kb_experts() {
    return {.help = "List who knows about a topic",
            .needs = Needs::reading,
            .arguments = {{.name = "TOPIC",
                           .kind = Kind::word,
                           .required = true,
                           .many = true,
                           .help = "a product, a ticket, or words that must all occur"}},
            .formats = formats::rows_with_id,
            .run = run_experts,
            .details =
                "The score is the sum of 2^(-age / 180 days) over closed tickets, won deals and "
                "published articles about the topic: in full for who closed, won or wrote it, half "
                "for the others of the team. open is the number of open tickets that they have, "
                "away whether they are absent today. Of a ticket its product counts, and its "
                "longest words. Users who are not active are left out.",
            .examples = {{"kb experts 'paper jam'", ""}, {"kb experts t1", "whom to ask"}}};
}

Command kb_gaps() {
    return {
        .help = "List what nobody has written down",
        .needs = Needs::reading,
        .options = {{.name = "period",
                     .letter = 'p',
                     .kind = Kind::moment,
                     .value = "PERIOD",
                     .help = "tickets closed and searches recorded then: 2026-Q4, 'last month'"}},
        .formats = formats::rows,
        .run = run_gaps,
        .details =
            "First closed tickets without an article: neither used one, nor one that was made from "
            "them. Tickets of one product are a group if they share three of their five rarest "
            "words, directly or through others; groups of three and more are listed, with the "
            "hours that answers took and who solved them. Then what kb miss has recorded, by its "
            "words, while the feedback is New or Considered.",
        .examples = {{"kb gaps", ""}, {"kb gaps -p 2026-Q4", "of a quarter"}}};
}

Command kb_miss() {
    return {.help = "Record that nothing was found",
            .needs = Needs::writing,
            .arguments = {{.name = "WORDS",
                           .kind = Kind::word,
                           .required = true,
                           .many = true,
                           .help = "what was searched for"}},
            .options = {{.name = "ticket",
                         .kind = Kind::any_reference,
                         .value = "TICKET",
                         .help = "the ticket that it was for"}},
            .run = run_miss,
            .details =
                "It is kept as feedback of kind Gap, and crm kb gaps counts it until its status "
                "is Adopted or Declined.",
            .examples = {{"kb miss 'steam wand'", ""}, {"kb miss 'steam wand' --ticket t1", ""}}};
}

}  // namespace crm::cmd
