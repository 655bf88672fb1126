#include "cmd/cli/changes.hpp"
#include "mail/queue.hpp"

#include <fmt/format.h>

/// mail resolve: what happened to mail that is unsure.
namespace crm::cmd {
namespace {

int queue_again(Session& session, const Arguments& args, const store::Record& mail) {
    require_confirmation(session, fmt::format("Send {} {} again, though it may have arrived?",
                                              mail.short_id(), mail.label()));
    Change change(session, args);
    const store::Record again = mail::queue_again(change.writer, mail, args.text("to"));
    change.report.add(again, "queued", again.label());
    return change.end();
}

int run_mail_resolve(Session& session, const Arguments& args) {
    const store::Record mail =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    const std::string& what = args.words[1];
    if (what == "again")
        return queue_again(session, args, mail);
    if (what != "sent" && what != "failed")
        throw Error(Fault::usage, "invalid_value", fmt::format("'{}' is not a valid value", what),
                    "valid values are sent, failed, again");
    sql::Transaction transaction(session.store().db(), session.lock_wait);
    mail::resolve(session.store(), mail, what == "sent", args.text("to"), session.env.clock.now);
    ChangeReport report(session);
    report.add(mail, "resolved", what);
    report.end();
    if (!session.dry_run)
        transaction.commit();
    return 0;
}

}  // namespace

Command mail_resolve() {
    return {.help = "Say what happened to mail that is unsure or failed",
            .needs = Needs::writing,
            .arguments =
                {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the mail"},
                 {.name = "WHAT",
                  .kind = Kind::word,
                  .required = true,
                  .help = "sent, failed, or again"}},
            .options = {{.name = "to",
                         .kind = Kind::word,
                         .value = "ADDRESS",
                         .help = "of one recipient only"}},
            .run = run_mail_resolve,
            .details =
                "A mail is unsure when all of it was sent and no answer came: the log of "
                "the mail server knows. again asks, and queues the same mail anew with "
                "another Message-ID.",
            .examples = {{"mail resolve ml4 sent", "the server has it"},
                         {"mail resolve ml4 again -y", "send it once more"}}};
}

}  // namespace crm::cmd
