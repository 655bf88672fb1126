#include "base/text.hpp"
#include "cmd/cli/records.hpp"
#include "cmd/people/overview.hpp"
#include "show/sheet.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

int run(Context& context, const Given& given) {
    const auto references = context.references(given.words);
    std::vector<store::Found> found;
    for (const std::string& reference : references)
        found.push_back(named_one(context, given.noun, reference));
    const int version = card_version(context);
    const bool array =
        context.format == "json" && (references.size() != 1 || given.words.front() == "-");
    std::string& out = context.out.buffer();
    if (array)
        out += "[";
    std::size_t count = 0;
    for (const store::Found& f : found) {
        if (version != 0) {
            out += card_of(context, context.store().get(*f.entity, f.id), version);
            continue;
        }
        store::Selection s(context.store(), *f.entity);
        s.one = f.id;
        std::vector<std::string> all = all_columns(*f.entity, false);
        const bool plain = context.format.empty() && context.pattern.empty();
        const bool whole = (plain || context.json()) && context.fields.empty();
        // A person sees a list and not its first value again, and what the story under the sheet
        // tells.
        if (plain && context.around.out_tty)
            std::erase_if(all, [&](const std::string& name) {
                const meta::Placed* field = f.entity->find(name);
                return field != nullptr &&
                       (field->is(meta::mirror) ||
                        (field->is(meta::derived) && field->type() == meta::Type::rows));
            });
        if (whole)
            all.emplace_back("deleted_at");
        set_columns(context, s, *f.entity, all);
        const std::vector<show::Column> columns = shown_columns(s);
        if (!plain && !context.json()) {
            print_rows(context, s);
            continue;
        }
        s.each([&](std::span<const std::span<const View>> all_cells) {
            const show::Style how = style(context);
            // Only what lies in the trash says since when.
            const std::size_t shown =
                all_cells.size() - (whole && all_cells.back().front().null() ? 1 : 0);
            const auto cells = all_cells.first(shown);
            const auto titles = std::span(columns).first(shown);
            if (context.json()) {
                if (array && count > 0)
                    out += ",\n";
                show::json_object(titles, cells, how, out);
                if (array)
                    while (out.ends_with('\n'))
                        out.pop_back();
            } else {
                if (count > 0)
                    out += "\n";
                if (context.around.out_tty) {
                    show::sheet(titles, cells, how, out);
                    if (context.fields.empty())
                        story(context, f, out);
                }
                if (!context.around.out_tty)
                    show::key_values(titles, cells, how, out);
            }
            ++count;
            return true;
        });
        context.out.flush_if_large();
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
