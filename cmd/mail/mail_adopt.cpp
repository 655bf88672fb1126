#include "cmd/cli/changes.hpp"
#include "cmd/cli/questions.hpp"
#include "mail/home.hpp"
#include "mail/journal.hpp"
#include "mail/outbox.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

/// mail adopt: a copy becomes the database that sends.
namespace crm::cmd {
namespace {

/// The last change that this copy knows of.
std::string date_of_copy(Session& session) {
    const auto at = iso_instant(mail::last_change(session.store()));
    return at ? day_and_minute(*at, session.env.clock) : "it was made";
}

int run_mail_adopt(Session& session, const Arguments&) {
    if (!mail::is_copy(session.store())) {
        if (!session.quiet)
            session.remark("this database sends already");
        return 0;
    }
    require_confirmation(
        session, fmt::format("Let this copy of the database send mail? The other one must not any "
                             "more, and objections made there after {} are not in this one.",
                             date_of_copy(session)));
    const std::string since = date_of_copy(session);
    const mail::Journal journal(session.store().db().path());
    if (!journal.locked())
        throw Error(Fault::busy, "busy", "crm mail send is at work", "try again");
    sql::Transaction transaction(session.store().db(), session.lock_wait);
    const mail::Adopted done = mail::adopt(session.store(), journal, session.env.clock.now);
    if (session.dry_run)
        return 0;
    transaction.commit();
    if (!session.quiet)
        session.out.write(fmt::format("adopted {}: {} held, {} unsure; last changed {}\n",
                                      session.store().db().path(), done.held, done.unsure, since));
    return 0;
}

}  // namespace

Command mail_adopt() {
    return {.help = "Make a copy of the database the one that sends mail",
            .needs = Needs::writing,
            .run = run_mail_adopt,
            .details =
                "A copy, a restored backup and an imported export do not send by themselves: the "
                "database that they come from may send the same mail. This one sends from now on. "
                "What was queued is held, and crm mail release sends it after a look; what was "
                "under way is unsure, unless the journal beside the database knows better. What "
                "was held "
                "of a campaign is not queued again for its address, when it is undone or stopped. "
                "Asks first.",
            .examples = {{"mail adopt", "after a backup was restored"},
                         {"mail release --where state:held", "then send what is still wanted"}}};
}

}  // namespace crm::cmd
