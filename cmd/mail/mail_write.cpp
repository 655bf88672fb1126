#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/questions.hpp"
#include "cmd/mail/recipient.hpp"
#include "cmd/mail/settings.hpp"
#include "mail/write.hpp"
#include "store/attachment.hpp"

#include <fmt/format.h>

#include <algorithm>

/// mail write: mail to one or many, from a template or not.
namespace crm::cmd {
namespace {

struct Words {
    std::vector<std::string> who, assignments;
};

Words words_of(Session& session, const Arguments& args) {
    Words out;
    std::vector<std::string> who;
    for (const std::string& word : args.words)
        (store::is_assignment(word) || is_tag_change(word) ? out.assignments : who).push_back(word);
    out.who = session.references(who);
    if (args.has("where"))
        for (const std::int64_t id :
             selection(session, session.model().get(args.has("on") ? args.text("on") : "contact"),
                       {args.text("where")})
                 .ids())
            out.who.push_back(meta::short_id(
                *session.model().find(args.has("on") ? args.text("on") : "contact"), id));
    if (out.who.empty())
        throw Error(Fault::usage, "missing", "nobody is given who gets the mail",
                    "crm mail write ada@acme.example subject=Hello body='How are you?'");
    return out;
}

mail::WriteRequest request_of(Session& session, const Arguments& args,
                              const std::vector<std::string>& who) {
    mail::WriteRequest out;
    for (const std::string& word : who)
        out.to.push_back(recipient(session, word));
    out.each = args.flag("each");
    out.template_name = args.text("template");
    out.draft = args.flag("draft");
    out.anyway = args.flag("anyway");
    if (out.anyway && out.to.size() > 1)
        throw Error(Fault::usage, "several", "--anyway writes to one person only");
    if (args.has("about"))
        out.about = resolve_reference(session, nullptr, args.text("about"));
    if (const auto me = session.resolver().me())
        out.me = store::Found{&session.model().with(meta::Role::user), *me};
    for (const std::string& path : args.list("attach"))
        out.attachments.push_back(
            {path.substr(path.rfind('/') + 1), "", read_file(path, store::largest_attachment)});
    return out;
}

/// What the command says of the mail itself.
void fill_mail(Session& session, const Arguments& args, Change& change, store::Record& mail,
               const std::vector<std::string>& assignments) {
    assign(session, change, mail, assignments, false);
    const auto put = [&](std::string_view field, std::string text) {
        mail.put(*mail.entity->find(field), {Value(std::move(text))});
    };
    if (args.has("body")) {
        const std::string path = args.text("body");
        put("body", text::sanitised(path == "-" ? session.read_input()
                                                : read_file(path, std::size_t{16} << 20)));
    }
    if (const auto at = args.moment("at", session.env.clock))
        put("send_at", at->iso());
    if (mail.text(*mail.entity->find("from")).empty())
        put("from", default_sender(session).address);
}

/// Prints what was written, and names who was left out.
int report(Session& session, Change& change, const std::vector<mail::Written>& written,
           bool draft) {
    bool all = true;
    for (const mail::Written& one : written) {
        if (!one.mail) {
            all = false;
            session.remark(fmt::format("{} {}", one.to, one.fault));
            continue;
        }
        const bool failed = !one.fault.empty();
        all = all && !failed;
        change.report.add(*one.mail,
                          draft    ? "added"
                          : failed ? "failed"
                                   : "queued",
                          fmt::format("{} to {}", one.mail->label(), one.to));
        if (failed)
            session.remark(fmt::format("{} to {}: {}", one.mail->short_id(), one.to, one.fault));
    }
    const int code = change.end();
    return all ? code : static_cast<int>(Fault::rejected);
}

int run_mail_write(Session& session, const Arguments& args) {
    const Words words = words_of(session, args);
    const mail::WriteRequest request = request_of(session, args, words.who);
    if (request.each && request.to.size() > 1)
        require_confirmation(session, fmt::format("Write {} mails?", request.to.size()));
    Change change(session, args);
    store::Record mail(session.model().get("mail"));
    fill_mail(session, args, change, mail, words.assignments);
    const auto written = mail::write(change.writer, session.resolver(), mail, request);
    return report(session, change, written, request.draft);
}

}  // namespace

Command mail_write() {
    return {
        .help = "Write mail to one or many and queue it",
        .needs = Needs::writing,
        .arguments = {{.name = "WHO… FIELD=VALUE|+TAG",
                       .kind = Kind::assignments,
                       .many = true,
                       .help = "contacts, leads, accounts, users or addresses (- reads references "
                               "from standard input), and fields of the mail: subject=, body=, "
                               "cc=, bcc=, from=, reply_to="}},
        .options =
            {{.name = "template",
              .kind = Kind::word,
              .value = "NAME",
              .help = "fill a template; its language is that of the recipient"},
             {.name = "each", .help = "a mail for each, instead of one to all"},
             {.name = "where",
              .kind = Kind::query,
              .value = "QUERY",
              .help = "to the contacts that a query finds"},
             {.name = "on", .kind = Kind::noun, .value = "NOUN", .help = "the noun of --where"},
             {.name = "body",
              .kind = Kind::input_file,
              .value = "FILE",
              .help = "the text, in Markdown; - is standard input"},
             {.name = "about",
              .kind = Kind::any_reference,
              .value = "REF",
              .help = "record that the mail is about: {{about.name}} in templates"},
             {.name = "attach",
              .kind = Kind::file,
              .value = "FILE",
              .help = "attach a file",
              .many = true},
             {.name = "at", .kind = Kind::moment, .value = "WHEN", .help = "do not send it before"},
             {.name = "draft", .help = "keep it as a draft; nothing is sent"},
             {.name = "anyway",
              .help = "to one person whose address is suppressed, or with a quote "
                      "although the customer has an open problem"}},
        .run = run_mail_write,
        .details =
            "The mail is complete when it is queued: tags are filled and recipients fixed. crm "
            "mail send sends it. Several recipients get one mail together; --each writes one for "
            "each, asks first, names those who are left out and ends with exit 6. An address whose "
            "owner objected is refused: exit 4. So is a mail about a quote of a customer who has "
            "an open problem: a "
            "ticket of type Incident, Problem, Complaint, Dispute or Return, or of severity High "
            "or "
            "Critical. The text is Markdown and is sent as text and as "
            "HTML.\n\n"
            "Templates, of any kind but Letter and Script: {{name}} and {{account.name}} are "
            "fields of the recipient as in queries, "
            "{{me.name}} of the user who writes, {{about.name}} of the record of --about, "
            "{{today}} the day. {{#phone}}…{{/phone}} is kept where there is a value, for a list "
            "once for each ({{.}} is the value), {{^phone}}…{{/phone}} where there is none, {{! "
            "…}} "
            "is a comment. A field that does not exist is an error before anything is queued. A "
            "value never becomes markup. Of several templates of one name, that of the recipient's "
            "language is used.",
        .examples = {
            {"mail write ada@acme.example subject=Hello body='How are *you*?'", ""},
            {"mail write --where tags:vip --each --template Offer -y", ""},
            {"contact list @london -o ids | crm mail write - --each --template Offer -y", ""}}};
}

}  // namespace crm::cmd
