#include "base/text.hpp"
#include "cmd/cli/records.hpp"
#include "cmd/people/overview.hpp"
#include "show/sheet.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

int run(Session& session, const Arguments& args) {
    const auto references = session.references(args.words);
    std::vector<store::Found> found;
    for (const std::string& reference : references)
        found.push_back(resolve_reference(session, args.noun, reference));
    const int version = card_version(session);
    const bool array =
        session.format == "json" && (references.size() != 1 || args.words.front() == "-");
    std::string& out = session.out.buffer();
    if (array)
        out += "[";
    std::size_t count = 0;
    for (const store::Found& f : found) {
        if (version != 0) {
            out += card_of(session, session.store().get(*f.entity, f.id), version);
            continue;
        }
        store::Selection s(session.store(), *f.entity);
        s.one = f.id;
        std::vector<std::string> all = store::all_columns(*f.entity, false);
        const bool plain = session.format.empty() && session.pattern.empty();
        const bool whole = (plain || session.json()) && session.fields.empty();
        // A person sees a list and not its first value again, and what the story under the sheet
        // tells.
        if (plain && session.env.out_tty)
            std::erase_if(all, [&](const std::string& name) {
                const meta::FieldInfo* field = f.entity->find(name);
                return field != nullptr &&
                       (field->is(meta::mirror) ||
                        (field->is(meta::derived) && field->type() == meta::Type::rows));
            });
        if (whole)
            all.emplace_back("deleted_at");
        set_columns(session, s, *f.entity, all);
        const std::vector<show::Column> columns = shown_columns(s);
        if (!plain && !session.json()) {
            print_rows(session, s);
            continue;
        }
        s.each([&](std::span<const std::span<const View>> all_cells) {
            const show::Style how = style(session);
            // Only what lies in the trash says since when.
            const std::size_t shown =
                all_cells.size() - (whole && all_cells.back().front().null() ? 1 : 0);
            const auto cells = all_cells.first(shown);
            const auto titles = std::span(columns).first(shown);
            if (session.json()) {
                if (array && count > 0)
                    out += ",\n";
                show::json_object(titles, cells, how, out);
                if (array)
                    while (out.ends_with('\n'))
                        out.pop_back();
            } else {
                if (count > 0)
                    out += "\n";
                if (session.env.out_tty) {
                    show::sheet(titles, cells, how, out);
                    if (session.fields.empty())
                        print_overview(session, f);
                }
                if (!session.env.out_tty)
                    show::key_values(titles, cells, how, out);
            }
            ++count;
            return true;
        });
        session.out.flush_if_large();
    }
    if (array)
        out += "]\n";
    return 0;
}

}  // namespace

Command record_show() {
    return {.help = "Show records in full",
            .needs = Needs::reading,
            .arguments = {{.name = "REF",
                           .kind = Kind::reference,
                           .required = true,
                           .many = true,
                           .help = "id, e-mail address, telephone number, exact name …; - reads "
                                   "them from standard input"}},
            .run = run,
            .details =
                "On a terminal a sheet of the fields that have a value; in a pipe a line "
                "key<TAB>value for each value; with --json the record as an object.",
            .examples = {{"contact show ada@acme.example", "by e-mail address"},
                         {"contact show c12 --json", "as JSON"},
                         {"contact show 'Ada Lovelace' -o vcard", "as a card"}}};
}

Command show_any() {
    Command c = record_show();
    c.help = "Show any records in full; the reference says what they are";
    c.arguments.front().kind = Kind::any_reference;
    c.examples = {{"show c12", "a contact"}, {"show acme.example", "the account with this domain"}};
    return c;
}

}  // namespace crm::cmd
