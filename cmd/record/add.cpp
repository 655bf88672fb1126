#include "cmd/calendar/invite.hpp"
#include "cmd/cli/changes.hpp"
#include "cmd/cli/editor.hpp"

#include <fmt/format.h>

/// add: a new record.
namespace crm::cmd {
namespace {

int add(Session& session, const Arguments& args, const std::vector<std::string>& words) {
    const meta::Entity& entity = *args.noun;
    Change change(session, args);
    store::Record record(entity);
    assign(session, change, record, words, true);
    if (args.has("if-not-exists"))
        if (const auto existing = by_key(session, record, args.text("if-not-exists"))) {
            change.report.add(*existing, "unchanged");
            return change.end();
        }
    store::complete(record);
    change.writer.add(record);
    report_recurrence(session, change, nullptr, record);
    change.report.add(record, "added", entity.name() == nullptr ? "" : record.label());
    bool all_invited = true;
    if (args.flag("invite"))
        all_invited = report_invitations(
            session, change,
            mail::invite(change.writer, session.resolver(), record, inviter(session)));
    const int code = change.end();
    return all_invited ? code : static_cast<int>(Fault::rejected);
}

/// The fields that have a value in a text that was edited, as words of the command.
std::vector<std::string> words_of(const std::string& saved, const meta::Entity& entity) {
    std::vector<std::string> out;
    for (const auto& [field, value] : read_text(saved, entity))
        if (!value.empty())
            out.push_back(field + "=" + value);
    return out;
}

/// A new record in the editor; the database is not locked meanwhile.
int add_in_editor(Session& session, const Arguments& args) {
    const store::Record record(*args.noun);
    const std::string text = as_form(record, editable(record, session.model()));
    session.close();
    std::string path;
    const std::string saved = edited(session, text, path);
    return write_edited(session, path, [&] {
        const std::vector<std::string> words = words_of(saved, *args.noun);
        if (words.empty()) {
            session.remark("nothing was entered, so nothing was added");
            return 0;
        }
        session.open(sql::Mode::writing);
        return add(session, args, words);
    });
}

int run_add(Session& session, const Arguments& args) {
    const meta::Entity& entity = *args.noun;
    if (!args.words.empty())
        return add(session, args, args.words);
    const bool at_prompt = session.env.in_tty && session.env.out_tty && !session.no_input;
    if (at_prompt || args.flag("editor"))
        return add_in_editor(session, args);
    const std::string_view name = entity.name() == nullptr ? "value" : entity.name()->name();
    throw Error(Fault::usage, "missing",
                fmt::format("{} add requires a {} or FIELD=VALUE", entity.noun, name),
                fmt::format("crm {0} add 'Name' field=value +tag; crm fields {0} lists the fields",
                            entity.noun));
}

}  // namespace

Command record_add() {
    return {
        .help = "Add a record",
        .needs = Needs::writing,
        .arguments = {{.name = "NAME|FIELD=VALUE|+TAG",
                       .kind = Kind::assignments,
                       .many = true,
                       .help = "its name, fields and tags"}},
        .options = {{.name = "if-not-exists",
                     .kind = Kind::field,
                     .value = "KEY",
                     .help = "change nothing if a record with the same KEY exists"},
                    {.name = "editor",
                     .help = "write the fields in VISUAL or EDITOR; the default on a terminal when "
                             "nothing is given"},
                    {.name = "create", .help = "add the records that links name and do not exist"}},
        .run = run_add,
        .details =
            "On a terminal, without a name and fields, your editor opens with one line per field. "
            "The first word without '=' is the name. A list is written `value (type); value`. "
            "Adding what exists already, such as the e-mail address of another contact, is "
            "refused.",
        .examples = {
            {"contact add 'Ada Lovelace' email=ada@acme.example account=Acme --create +vip",
             "a person; her company is added, too"},
            {"account add Acme domains=acme.example billing_address.city=London", "a company"},
            {"user add 'Grace Hopper' login=grace", "a colleague"}}};
}

}  // namespace crm::cmd
