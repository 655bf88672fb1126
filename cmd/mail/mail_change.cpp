#include "cmd/mail/queue_words.hpp"
#include "mail/queue.hpp"

#include <fmt/format.h>

/// mail hold, release and cancel: mail that has not left.
namespace crm::cmd {
namespace {

struct Word {
    mail::QueueChange change;
    std::string_view done;
};

/// The outbox is not in the history, so this is no operation of it.
int change_mails(Session& session, const Arguments& args, const Word& word) {
    const auto references = session.references(args.words);
    if (args.words.empty() && !args.has("where"))
        throw Error(Fault::usage, "missing", "no mail is given", "crm mail queue lists them");
    ChangeReport report(session);
    std::vector<store::Record> all;
    for (const store::Found& found : report.expect(queue_references(session, args, references)))
        all.push_back(load_not_deleted(session, found));
    sql::Transaction transaction(session.store().db(), session.lock_wait);
    for (const store::Record& what : all) {
        const bool changed = mail::change_queued(session.store(), what, word.change) > 0;
        report.add(what, changed ? word.done : "unchanged", queue_label(session, what));
        remark_members(session, what);
    }
    report.end();
    if (!session.dry_run)
        transaction.commit();
    return 0;
}

int hold(Session& session, const Arguments& args) {
    return change_mails(session, args, {mail::QueueChange::hold, "held"});
}
int release(Session& session, const Arguments& args) {
    return change_mails(session, args, {mail::QueueChange::release, "queued"});
}
int cancel(Session& session, const Arguments& args) {
    return change_mails(session, args, {mail::QueueChange::cancel, "cancelled"});
}

Command command(std::string_view help, int (*run)(Session&, const Arguments&)) {
    return {.help = help,
            .needs = Needs::writing,
            .arguments = {{.name = "REF",
                           .kind = Kind::reference,
                           .many = true,
                           .help = "mails, or members of campaigns: ids of crm mail queue; - reads "
                                   "them from standard input"}},
            .options = {{.name = "where",
                         .kind = Kind::query,
                         .value = "QUERY",
                         .help = "the mails that a query finds"}},
            .run = run};
}

}  // namespace

Command mail_hold() {
    Command c = command("Hold mail back that is queued", hold);
    c.details =
        "A mail that is held is not sent before crm mail release, and its subject and text "
        "can be edited. What has left cannot be held: exit 4. Mail of a campaign is one record for "
        "many members: the id of a member holds the mail to them alone.";
    c.examples = {{"mail hold ml1", "prints: held ml1 Offer"},
                  {"mail hold --where 'state:queued to:acme.example'", ""}};
    return c;
}

Command mail_release() {
    Command c = command("Queue mail again that is held", release);
    c.details =
        "Mail is held by crm mail hold, by crm mail adopt, and when the export of a whole "
        "database is imported.";
    c.examples = {{"mail release ml1", "prints: queued ml1 Offer"},
                  {"mail release --where state:held", "all of it, after a look"}};
    return c;
}

Command mail_cancel() {
    Command c = command("Cancel mail that has not left", cancel);
    c.details = "It is never sent; the record stays. What has left cannot be cancelled: exit 4.";
    c.examples = {{"mail cancel ml1", "prints: cancelled ml1 Offer"},
                  {"mail queue queued | crm mail cancel -", "everything"}};
    return c;
}

}  // namespace crm::cmd
