#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "cmd/cli/editor.hpp"
#include "cmd/cli/errors.hpp"

#include <fmt/format.h>

#include <algorithm>

/// edit: fields of records.
namespace crm::cmd {
namespace {

/// What editing one record as text gives: the assignments, and the fields that they are of.
struct Edits {
    std::vector<std::string> words;
    std::vector<std::string> fields;
};

/// Fields and values of a record as the editor shows them.
using Editable = std::vector<std::pair<std::string, std::string>>;

/// One record changed by the words.
void edit_record(Session& session, Change& change, const store::Record& before,
                 const std::vector<std::string>& words) {
    store::Record after = before;
    assign(session, change, after, words, false);
    const bool changed = change.writer.change(before, after);
    report_recurrence(session, change, &before, after);
    if (changed)
        change.report.add(after, "updated", changed_fields(before, after));
    else
        change.report.add(after, "unchanged");
    change.report_followed();
}

Edits edits_of(const Editable& before, const std::string& saved, const meta::Entity& entity) {
    Edits out;
    const auto wanted = touched(before, saved, entity);
    for (const auto& [name, value] : before) {
        const auto it = wanted.find(name);
        if (it == wanted.end())
            continue;
        out.words.push_back(name + "=" + it->second);
        out.fields.push_back(name);
    }
    return out;
}

/// Throws refused where another user has changed a field that was edited here.
void refuse_overwriting(const Editable& before, const Editable& now, const Edits& edits,
                        const std::string& id) {
    std::vector<std::string> changed;
    for (const auto& [name, value] : now) {
        const bool edited = std::ranges::find(edits.fields, name) != edits.fields.end();
        const auto old = std::ranges::find(before, name, &Editable::value_type::first);
        if (edited && old->second != value)
            changed.push_back(name);
    }
    if (!changed.empty())
        throw Error(Fault::refused, "conflict",
                    fmt::format("another user has changed {} of {} meanwhile; nothing was changed",
                                text::joined(changed, ", "), id),
                    fmt::format("crm log {} shows what; ", id));
}

/// One record in the editor. The database is not locked meanwhile, and what another user has
/// changed in a field that was changed here too is not overwritten.
int edit_in_editor(Session& session, const Arguments& args, const std::string& reference) {
    const store::Found found = resolve_reference(session, args.noun, reference);
    const store::Record shown = load_not_deleted(session, found);
    const Editable before = editable(shown, session.model());
    const std::string text = as_text(shown, before);
    session.close();
    std::string path;
    const std::string saved = edited(session, text, path);
    return write_edited(session, path, [&] {
        session.open(sql::Mode::writing);
        const Edits edits = edits_of(before, saved, *args.noun);
        Change change(session, args);
        const store::Record now = load_not_deleted(session, found);
        refuse_overwriting(before, editable(now, session.model()), edits, now.short_id());
        edit_record(session, change, now, edits.words);
        return change.end();
    });
}

/// All of them or none; with --continue, those that can be changed.
int edit_all(Session& session, const Arguments& args, const std::vector<std::string>& references,
             const std::vector<std::string>& words) {
    Change change(session, args);
    int rejected = 0;
    for (const store::Found& found :
         change.report.expect(resolve_references(session, args, references))) {
        try {
            edit_record(session, change, load_not_deleted(session, found), words);
        } catch (const Error& e) {
            if (!args.flag("continue") || e.fault == Fault::internal || e.fault == Fault::io)
                throw;
            Error skipped = e;
            skipped.message =
                fmt::format("{}: {}", meta::short_id(*found.entity, found.id), e.message);
            skipped.hint.clear();
            if (!session.rehearsal)
                print_error(skipped, session.json_errors);
            ++rejected;
        }
    }
    const int code = change.end();
    return rejected > 0 ? static_cast<int>(Fault::rejected) : code;
}

int run_edit(Session& session, const Arguments& args) {
    // What changes a field is distinguished from a reference by its form alone.
    std::vector<std::string> references;
    std::vector<std::string> words;
    for (const std::string& word : args.words) {
        const bool changes = store::is_assignment(word) || is_tag_change(word);
        (changes ? words : references).push_back(word);
    }
    if (references.empty() && !args.has("where"))
        throw Error(Fault::usage, "missing",
                    fmt::format("{} edit requires a reference or --where QUERY", args.noun->noun));
    const bool at_prompt = session.env.in_tty && session.env.out_tty && !session.no_input;
    const bool one = !args.has("where") && references.size() == 1 && references[0] != "-";
    if (words.empty() && one && (at_prompt || args.flag("editor")))
        return edit_in_editor(session, args, references[0]);
    if (words.empty())
        throw Error(Fault::usage, "missing",
                    fmt::format("{} edit requires FIELD=VALUE, +tag or -tag", args.noun->noun),
                    fmt::format("crm fields {} lists the fields", args.noun->noun));
    return edit_all(session, args, session.references(references), words);
}

}  // namespace

Command record_edit() {
    return {
        .help = "Change fields of records",
        .needs = Needs::writing,
        .arguments = {{.name = "REF|FIELD=VALUE|+TAG|-TAG",
                       .kind = Kind::assignments,
                       .required = true,
                       .many = true,
                       .help =
                           "records (- reads references from standard input) and their changes"}},
        .options = {{.name = "where",
                     .kind = Kind::query,
                     .value = "QUERY",
                     .help = "the records that the query finds"},
                    {.name = "editor",
                     .help = "edit one record in VISUAL or EDITOR; the default on a terminal when "
                             "no change is given"},
                    {.name = "continue", .help = "skip records that cannot be changed (exit 6)"},
                    {.name = "create", .help = "add the records that links name and do not exist"}},
        .run = run_edit,
        .details =
            "FIELD=VALUE sets a field, FIELD= empties it, FIELD+=VALUE and FIELD-=VALUE change a "
            "list. email= and phone= set the first value of their list. Either all records are "
            "changed or none, unless --continue is given. On a terminal, a reference alone opens "
            "the record in your editor, one line per field. The database is not locked meanwhile; "
            "a field that another user has changed in the meantime is not overwritten, and your "
            "text is kept.",
        .examples = {
            {"contact edit c12 title='Head of Sales' phone='+44 20 7946 0958'", "one contact"},
            {"contact edit --where 'account:acme' owner=grace", "everybody who works at Acme"},
            {"contact edit c12 emails+='ada@home.example (home)' -lead +customer",
             "one more address, other tags"}}};
}

}  // namespace crm::cmd
