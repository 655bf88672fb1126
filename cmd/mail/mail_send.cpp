#include "cmd/cli/command.hpp"
#include "cmd/cli/session.hpp"
#include "cmd/mail/settings.hpp"

#include <utility>

/// mail send: what is due leaves.
namespace crm::cmd {
namespace {

int run_mail_send(Session& session, const Arguments& args) {
    if (session.dry_run)
        return 0;
    mail::SendOptions options = send_options(session);
    if (const auto limit = args.number("limit", 1))
        options.limit = *limit;
    if (const auto wait = args.duration("wait"))
        options.wait = wait->count() / 1000;
    if (args.has("to-folder")) {
        mail::write_due(session.store(), options, args.text("to-folder"));
        return 0;
    }
    return send_mail(session, std::move(options), args.duration("timeout"));
}

}  // namespace

Command mail_send() {
    return {
        .help = "Send what is due in the outbox",
        .needs = Needs::writing,
        .options = {{.name = "limit",
                     .kind = Kind::number,
                     .value = "N",
                     .help = "send at most so many mails"},
                    {.name = "wait",
                     .kind = Kind::word,
                     .value = "DUR",
                     .help = "go on for that long with mail that is deferred or slowed down"},
                    {.name = "timeout",
                     .kind = Kind::word,
                     .value = "DUR",
                     .help = "how long to wait for the server: 30s"},
                    {.name = "to-folder",
                     .kind = Kind::output_file,
                     .value = "DIR",
                     .help = "write the messages as files and send nothing"}},
        .run = run_mail_send,
        .details =
            "Made for cron: silent when there is nothing to say. Each mail is sent once, however "
            "often the command runs, also twice at the same time, and when it is killed. What was "
            "sent completely without an answer of the server becomes Unsure and is never sent "
            "again by itself: crm mail resolve. What the server wants later is tried again after "
            "mail_retry, twice as long each time, up to mail_life. Exit 0 when everything due is "
            "settled; 6 when some mail failed or is unsure, each named on standard error; 75 when "
            "the server cannot be had; 78 for a wrong password, certificate or configuration; 4 in "
            "a copy of the database. --dry-run sends nothing.",
        .examples = {{"mail send", "in a crontab, every few minutes"},
                     {"mail send --to-folder out", "look at the messages as they would leave"},
                     {"mail send --wait 10min --limit 500", ""}}};
}

}  // namespace crm::cmd
