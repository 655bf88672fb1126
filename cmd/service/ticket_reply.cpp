#include "cmd/mail/settings.hpp"
#include "cmd/service/ticket_words.hpp"
#include "mail/write.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

/// ticket reply: answer the customer.
namespace crm::cmd {
namespace {

using store::Record;

/// A day; nobody writes an answer for longer.
constexpr std::int64_t most_minutes = 24 * 60;

void send_reply(Session& session, Change& change, const Record& ticket, const std::string& text) {
    std::string from = service::reply_address(session.store(), ticket);
    if (from.empty())
        from = default_sender(session).address;
    Record mail(session.model().get("mail"));
    mail.put(mail.field("subject"),
             {Value(fmt::format("Re: {} [{}]", ticket.label(), ticket.short_id()))});
    mail.put(mail.field("body"), {Value(text)});
    mail.put(mail.field("from"), {Value(from)});
    mail::WriteRequest request;
    request.to.push_back({service::customer_of(ticket), ""});
    request.about = store::Found{ticket.entity, ticket.id};
    for (const mail::Written& written :
         mail::write(change.writer, session.resolver(), mail, request))
        if (written.mail)
            change.report.add(*written.mail, written.fault.empty() ? "queued" : "failed",
                              fmt::format("{} to {}", written.mail->label(), written.to));
}

/// The words of the command, or an article of kind Reply that is filled in.
std::string text_of(Session& session, const Arguments& args, const Record& ticket) {
    if (!args.has("with"))
        return text_of_words(session, args, 1);
    if (args.words.size() > 1)
        throw Error(Fault::usage, "contradiction", "a text and --with contradict each other",
                    "leave one out");
    const meta::Entity& articles = session.model().get("kb");
    const Record article =
        load_not_deleted(session, resolve_reference(session, &articles, args.text("with")));
    std::optional<store::Found> me;
    if (const auto user = session.resolver().me())
        me = store::Found{&session.model().with(meta::Role::user), *user};
    return service::reply_text(session.resolver(), session.env.clock, ticket, article, me);
}

std::int64_t minutes_of(const Arguments& args) {
    const std::int64_t minutes = args.number("minutes").value_or(0);
    if (minutes < 0 || minutes > most_minutes)
        throw Error(Fault::refused, "out_of_range",
                    fmt::format("--minutes: {} is not from 0 to {}", minutes, most_minutes),
                    "--minutes 20");
    return minutes;
}

int run_ticket_reply(Session& session, const Arguments& args) {
    const auto until = args.date("pend", session.env.clock);
    if (until && args.flag("close"))
        throw Error(Fault::usage, "contradiction", "--close and --pend contradict each other",
                    "leave one out");
    const std::int64_t minutes = minutes_of(args);
    Change change(session, args);
    const Record before =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    const std::string text = text_of(session, args, before);
    Record after = before;
    const service::Actor who = actor(session);
    if (args.flag("reopen"))
        service::reopen(after, "", who);
    service::answer(after, minutes, who);
    if (args.flag("close"))
        service::close(after,
                       {.resolution = after.text("resolution").empty() ? text : std::string()});
    if (until)
        service::pend(after, until->iso(), session.env.clock.today().iso(), "");
    if (args.flag("no-mail"))
        add_note(session, change, before, text);
    else
        send_reply(session, change, before, text);
    change.writer.change(before, after);
    change.report.add(after, "answered", after.label());
    return change.end();
}

}  // namespace

Command ticket_reply() {
    return {
        .help = "Answer the customer of a ticket",
        .needs = Needs::writing,
        .arguments =
            {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the ticket"},
             {.name = "TEXT",
              .kind = Kind::word,
              .many = true,
              .help = "the answer; - reads it from standard input"}},
        .options = {{.name = "with",
                     .kind = Kind::any_reference,
                     .value = "KB",
                     .help = "the text of an article of kind Reply, with its fields filled in"},
                    {.name = "minutes",
                     .kind = Kind::number,
                     .value = "N",
                     .help = "how long it took; the field minutes of the ticket has the sum"},
                    {.name = "no-mail",
                     .help = "the answer was given by telephone or in person: keep it as a "
                             "note"},
                    {.name = "close",
                     .help = "close the ticket, too; the answer is the resolution unless it "
                             "has one"},
                    {.name = "pend",
                     .kind = Kind::moment,
                     .value = "DATE",
                     .help = "set it to Pending until then, too"},
                    {.name = "reopen", .help = "reopen the ticket first, if it is closed"}},
        .run = run_ticket_reply,
        .details =
            "The answer is queued as mail to the contact of the ticket, else to its account, "
            "from the address of the queue, else your own; crm mail send sends it. The first "
            "answer sets first_response_at and ends the time of the response, later ones that "
            "of the next response. A closed ticket is not answered (exit 4) without --reopen.\n\n"
            "The fields of an article are those of templates of mail: {{name}} is a "
            "field of the customer, {{about.subject}} of the ticket, {{me.name}} yours, "
            "{{today}} the date. A field that is not known is an error (exit 2), and nothing "
            "is sent.",
        .examples = {
            {"ticket reply t1 --with 'Return label' --minutes 5", "out of the knowledge base"},
            {"ticket reply t1 'The part is on its way' --pend 2026-12-01", ""},
            {"ticket reply t1 - --close < answer.txt", "solved"},
            {"ticket reply t1 'Told her to restart it' --no-mail", "by telephone"}}};
}

}  // namespace crm::cmd
