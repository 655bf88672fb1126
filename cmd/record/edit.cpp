#include "cmd/cli/changes.hpp"
#include "cmd/cli/editor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unistd.h>

namespace crm::cmd {
namespace {

/// One record in the editor. Nobody waits for it: the store is free meanwhile, and what somebody
/// else has changed in a field that was changed here too is not overwritten.
int in_editor(Session& session, const Arguments& args, const std::string& reference) {
    const store::Found found = resolve_reference(session, args.noun, reference);
    const store::Record shown = load_not_deleted(session, found);
    const auto before = editable(shown, session.model());
    const std::string text = as_text(shown, before);
    session.close();
    std::string path;
    const std::string saved = edited(session, text, path);
    try {
        session.open(sql::Mode::writing);
        std::vector<std::string> words, told;
        const auto wanted = read_text(saved, *args.noun);
        for (const auto& [name, value] : before)
            if (const auto it = wanted.find(name); it != wanted.end() && it->second != value)
                words.push_back(name + "=" + it->second), told.push_back(name);
        Change change(session, args);
        const store::Record now = load_not_deleted(session, found);
        std::string taken;
        for (const auto& [name, value] : editable(now, session.model())) {
            const auto mine = std::ranges::find(told, name);
            const auto was =
                std::ranges::find(before, name, &std::pair<std::string, std::string>::first);
            if (mine != told.end() && was->second != value)
                taken += (taken.empty() ? "" : ", ") + name;
        }
        if (!taken.empty())
            throw Error(
                Fault::refused, "conflict",
                fmt::format("somebody else has changed {} of {} meanwhile; nothing was changed",
                            taken, now.short_id()),
                fmt::format("crm log {} shows what; ", now.short_id()));
        store::Record after = now;
        assign(session, change, after, words, false);
        const bool changed = change.writer.change(now, after);
        change.report.add(after, changed ? "updated" : "unchanged",
                          changed ? changed_fields(now, after) : "");
        const int code = change.end();
        ::unlink(path.c_str());
        return code;
    } catch (Error& e) {
        e.hint += (e.hint.empty() || e.hint.ends_with(' ') ? "" : "; ") +
                  std::string("your text is in ") + path;
        throw;
    }
}

int run(Session& session, const Arguments& args) {
    // What changes a field is told apart from what names a record by its form alone.
    std::vector<std::string> references, words;
    for (const std::string& word : args.words) {
        const bool tag = word.size() > 1 && (word[0] == '+' || word[0] == '-');
        const bool phone =
            word[0] == '+' && word.find_first_not_of("+0123456789 ()/.-") == std::string::npos;
        (store::is_assignment(word) || (tag && !phone) ? words : references).push_back(word);
    }
    if (references.empty() && !args.has("where"))
        throw Error(Fault::usage, "missing",
                    fmt::format("{} edit needs a reference or --where QUERY", args.noun->noun));
    const bool at_prompt = session.env.in_tty && session.env.out_tty && !session.no_input;
    if (words.empty() && !args.has("where") && references.size() == 1 && references[0] != "-" &&
        (at_prompt || args.flag("editor")))
        return in_editor(session, args, references[0]);
    if (words.empty())
        throw Error(Fault::usage, "missing",
                    fmt::format("{} edit needs FIELD=VALUE, +tag or -tag", args.noun->noun),
                    fmt::format("crm fields {} lists the fields", args.noun->noun));
    const auto given_references = session.references(references);
    Change change(session, args);
    int rejected = 0;
    for (const store::Found& found : resolve_references(session, args, given_references)) {
        try {
            const store::Record before = load_not_deleted(session, found);
            store::Record after = before;
            assign(session, change, after, words, false);
            const bool changed = change.writer.change(before, after);
            change.report.add(after, changed ? "updated" : "unchanged",
                              changed ? changed_fields(before, after) : "");
        } catch (const Error& e) {
            if (!args.flag("continue") || e.fault == Fault::internal || e.fault == Fault::io)
                throw;
            session.say(
                fmt::format("crm: {}: {}", meta::short_id(*found.entity, found.id), e.message));
            ++rejected;
        }
    }
    const int code = change.end();
    return rejected > 0 ? static_cast<int>(Fault::rejected) : code;
}

}  // namespace

Command record_edit() {
    return {.help = "Change fields of records",
            .needs = Needs::writing,
            .arguments =
                {{.name = "REF|FIELD=VALUE|+TAG|-TAG",
                  .kind = Kind::assignments,
                  .required = true,
                  .many = true,
                  .help = "records (- reads them from standard input) and what to change in them"}},
            .options = {{.name = "where",
                         .kind = Kind::query,
                         .value = "QUERY",
                         .help = "the records that the query finds"},
                        {.name = "editor",
                         .help = "change one record in VISUAL or EDITOR, as it is done at a prompt "
                                 "when nothing else is said"},
                        {.name = "continue",
                         .help = "pass over records that cannot be changed (exit 6)"},
                        {.name = "create", .help = "make what a link names when it is not there"}},
            .run = run,
            .details =
                "FIELD=VALUE sets, FIELD= empties, FIELD+=VALUE and FIELD-=VALUE change a list. "
                "email= and phone= set the first of their list. Several records are changed all or "
                "none, unless --continue. At a prompt, a record alone opens in your editor, a line "
                "for each field; the store is free meanwhile, and a field that somebody else has "
                "changed in the meantime is not overwritten: you are told, and your text is kept.",
            .examples = {
                {"contact edit c12 title='Head of Sales' phone='+44 20 7946 0958'", "one contact"},
                {"contact edit --where 'account:acme' owner=grace", "all who work at Acme"},
                {"contact edit c12 emails+='ada@home.example (home)' -lead +customer",
                 "one more address, other tags"}}};
}

}  // namespace crm::cmd
