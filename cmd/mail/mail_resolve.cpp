#include "cmd/cli/questions.hpp"
#include "cmd/mail/queue_words.hpp"
#include "mail/queue.hpp"

#include <fmt/format.h>

/// mail resolve: what happened to mail that is unsure.
namespace crm::cmd {
namespace {

int queue_again(Session& session, const Arguments& args, const store::Record& what) {
    const std::size_t mails = mail::unresolved(session.store(), what, args.text("to"));
    const std::string name = fmt::format("{} {}", what.short_id(), queue_label(session, what));
    require_confirmation(
        session,
        mails == 1
            ? fmt::format("Send {} again, though it may have arrived?", name)
            : fmt::format("Send {} mails of {} again, though they may have arrived?", mails, name));
    Change change(session, args);
    for (const store::Record& again : mail::queue_again(change.writer, what, args.text("to")))
        change.report.add(again, "queued", again.label());
    return change.end();
}

int run_mail_resolve(Session& session, const Arguments& args) {
    const store::Record record =
        load_not_deleted(session, queue_reference(session, args, args.words[0]));
    const std::string& what = args.words[1];
    if (what == "again")
        return queue_again(session, args, record);
    if (what != "sent" && what != "failed")
        throw Error(Fault::usage, "invalid_value", fmt::format("'{}' is not a valid value", what),
                    "valid values are sent, failed, again");
    sql::Transaction transaction(session.store().db(), session.lock_wait);
    mail::resolve(session.store(), record, what == "sent", args.text("to"), session.env.clock.now);
    ChangeReport report(session);
    report.add(record, "resolved", what);
    remark_members(session, record);
    report.end();
    if (!session.dry_run)
        transaction.commit();
    return 0;
}

}  // namespace

Command mail_resolve() {
    return {
        .help = "Say what happened to mail that is unsure or failed",
        .needs = Needs::writing,
        .arguments = {{.name = "REF",
                       .kind = Kind::reference,
                       .required = true,
                       .help = "the mail, or a member of a campaign: an id of crm mail queue"},
                      {.name = "sent|failed|again",
                       .kind = Kind::word,
                       .required = true,
                       .help = "what became of it, or send it once more"}},
        .options = {{.name = "to",
                     .kind = Kind::word,
                     .value = "ADDRESS",
                     .help = "of one recipient only"}},
        .run = run_mail_resolve,
        .details =
            "A mail is unsure when all of it was sent and no answer came: the log of "
            "the mail server knows. again asks, and queues the same mail anew with "
            "another Message-ID. Mail of a campaign is one record for many members: the id of a "
            "member, or --to, means one of them.",
        .examples = {{"mail resolve ml4 sent", "the server has it"},
                     {"mail resolve ml4 again -y", "send it once more"}}};
}

}  // namespace crm::cmd
