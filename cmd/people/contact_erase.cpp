#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "cmd/cli/questions.hpp"
#include "store/erase.hpp"

#include <fmt/format.h>

/// contact erase: a person's data, erased for good.
namespace crm::cmd {
namespace {

/// The person, also one in the trash.
store::Found person_named(Session& session, const Arguments& args) {
    const std::string& reference = args.words[0];
    auto found = session.resolver().find(reference, args.noun);
    if (found)
        return *found;
    if (const auto trashed = store::in_trash(session.store(), *args.noun, reference))
        return *trashed;
    throw found.error();
}

/// The person is erased already: what fails here is said as what it is.
void wipe(Session& session, const std::string& id) {
    try {
        store::wipe_free_pages(session.store().db());
    } catch (const Error& e) {
        // What it says of the rest of a command does not hold: the erasure is done.
        const std::string_view why =
            std::string_view(e.message).substr(0, e.message.find("; nothing was changed"));
        throw Error(Fault::io, "free_pages",
                    fmt::format("{} is erased, but free pages of the database may still contain "
                                "earlier data: {}",
                                id, why),
                    "make room on the disk, then: sqlite3 FILE VACUUM");
    }
}

int run_contact_erase(Session& session, const Arguments& args) {
    const store::Found found = person_named(session, args);
    const store::Record person = session.store().get(*found.entity, found.id);
    const std::string id = person.short_id();
    require_confirmation(session, fmt::format("Erase {} {}, all records about them and their "
                                              "history, permanently?",
                                              id, person.label()));
    Arguments logged = args;
    logged.line = "crm contact erase " + id;  // the history must not contain the name
    Change change(session, logged);
    const store::Erased erased = store::erase(change.writer, person);
    const std::size_t others = erased.ids.size() - 1;
    change.report.add(person, "erased",
                      fmt::format("and {} record{} about them", others, others == 1 ? "" : "s"));
    const int code = change.end();
    if (session.dry_run)
        return code;
    wipe(session, id);
    if (erased.suppressed)
        session.remark(
            "that they may not be written to or called is kept, as hashes of their addresses");
    session.remark(
        "backups and exports made before still contain the data; crm search finds "
        "what others wrote about the person");
    return code;
}

}  // namespace

Command contact_erase() {
    return {
        .help = "Erase a person from records, history, full text and file, permanently",
        .needs = Needs::writing,
        .arguments = {{.name = "CONTACT",
                       .kind = Kind::reference,
                       .required = true,
                       .help = "the person, also one in the trash"}},
        .run = run_contact_erase,
        .details =
            "Removes the record and its history, the leads it came from, the records that were "
            "merged into it, e-mails from, to and about it, the notes, calls, tasks and "
            "attachments about it, every link to it, and the text of the commands that named "
            "it. In notes, descriptions and queries of other records its full name, addresses "
            "and numbers become the word erased. The file is rewritten, so that nothing is left in "
            "its free pages. "
            "If do_not_mail or do_not_call was set, hashes of the addresses or numbers are kept, "
            "and the flag is set again for whoever is added with one of them. Asks first; "
            "cannot be undone.",
        .examples = {
            {"contact erase ada@acme.example --yes", "as article 17 of the GDPR requires"}}};
}

}  // namespace crm::cmd
