#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "store/erase.hpp"

#include <fmt/format.h>

/// contact erase: a person's data is gone, provably.
namespace crm::cmd {
namespace {

int run(Session& session, const Arguments& args) {
    const store::Found found = [&] {
        try {
            return resolve_reference(session, args.noun, args.words[0]);
        } catch (const Error&) {
            if (const auto lost = store::in_trash(session.store(), *args.noun, args.words[0]))
                return *lost;
            throw;
        }
    }();
    const std::string id = meta::short_id(*found.entity, found.id);
    const store::Record person = session.store().get(*found.entity, found.id);
    require_confirmation(
        session, fmt::format("Erase {} {}, what is about them and their history, for good?", id,
                             person.label()));
    Arguments told = args;
    told.line = "crm contact erase " + id;  // the history must not name whom it forgets
    Change change(session, told);
    const store::Erased erased = store::erase(change.writer, person);
    change.report.add(person, "erased",
                      fmt::format("and {} record{} about them", erased.ids.size() - 1,
                                  erased.ids.size() == 2 ? "" : "s"));
    const int code = change.end();
    if (session.dry_run)
        return code;
    store::wipe_free_pages(session.store().db());
    if (erased.suppressed)
        session.remark("that no mail may be sent to them stays, as a hash of the address");
    session.remark(
        "backups and exports made before still hold them; what others wrote about them in words is "
        "found by crm search");
    return code;
}

}  // namespace

Command contact_erase() {
    return {.help = "Remove a person from records, history, full text and file, for good",
            .needs = Needs::writing,
            .arguments = {{.name = "CONTACT",
                           .kind = Kind::reference,
                           .required = true,
                           .help = "the person, also one in the trash"}},
            .run = run,
            .details =
                "Gone are the record with its history, the leads it came from, the records that "
                "were merged into it, mails from, to and about it, the notes, calls, tasks and "
                "attachments about it, every link to it, and the text of the commands that named "
                "it; the file is rewritten, so that nothing is left in its free pages. "
                "Where do_not_mail was set, a hash of the addresses stays, and whoever is added "
                "with one of them has do_not_mail set again. Asks first; no undo brings it back.",
            .examples = {
                {"contact erase ada@acme.example --yes", "as article 17 of the GDPR wants it"}}};
}

}  // namespace crm::cmd
