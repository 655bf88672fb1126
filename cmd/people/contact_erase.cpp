#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "store/erase.hpp"

#include <fmt/format.h>

/// contact erase: a person's data is gone, provably.
namespace crm::cmd {
namespace {

int run(Context& context, const Given& given) {
    const store::Found found = [&] {
        try {
            return named_one(context, given.noun, given.words[0]);
        } catch (const Error&) {
            if (const auto lost = store::in_trash(context.store(), *given.noun, given.words[0]))
                return *lost;
            throw;
        }
    }();
    const std::string id = meta::short_id(*found.entity, found.id);
    const store::Record person = context.store().get(*found.entity, found.id);
    need_consent(context,
                 fmt::format("Erase {} {}, what is about them and their history, for good?", id,
                             person.label()));
    Given told = given;
    told.line = "crm contact erase " + id;  // the history must not name whom it forgets
    Change change(context, told);
    const store::Erased erased = store::erase(change.writer, person);
    change.told.tell(person, "erased",
                     fmt::format("and {} record{} about them", erased.ids.size() - 1,
                                 erased.ids.size() == 2 ? "" : "s"));
    const int code = change.end();
    if (context.dry_run)
        return code;
    store::wipe_free_pages(context.store().db());
    if (erased.suppressed)
        context.remark("that no mail may be sent to them stays, as a hash of the address");
    context.remark(
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
