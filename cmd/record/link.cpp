#include "base/text.hpp"
#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {
namespace {

using meta::FieldInfo;
using meta::Type;

/// How well a field can hold a link to `to`: a list of such links best, then one of links to
/// anything, then a single link.
int fitness(const FieldInfo& field, const meta::Entity& to) {
    const bool rows = field.type() == Type::rows;
    const FieldInfo& link = rows ? field.rows.front() : field;
    if (link.type() != Type::link || field.is(meta::mirror) || field.name() == "owner")
        return 0;
    if (link.to == nullptr)
        return rows ? 2 : 0;
    return link.to != &to ? 0 : rows ? 3 : 1;
}

const FieldInfo* field_between(const meta::Entity& from, const meta::Entity& to) {
    const FieldInfo* best = nullptr;
    for (const FieldInfo& field : from.fields())
        if (const int fit = fitness(field, to);
            fit > 0 && (best == nullptr || fit > fitness(*best, to)))
            best = &field;
    return best;
}

int run(Session& session, const Arguments& args, bool link) {
    const store::Found first = resolve_reference(session, args.noun, args.words[0]);
    Change change(session, args);
    for (std::size_t i = 1; i < args.words.size(); ++i) {
        // The other side may be of any kind that either of the two can hold.
        const store::Found second = resolve_reference(session, nullptr, args.words[i]);
        store::Found from = first, to = second;
        const FieldInfo* field = field_between(*from.entity, *to.entity);
        const FieldInfo* back = field_between(*to.entity, *from.entity);
        if (back != nullptr &&
            (field == nullptr || fitness(*back, *from.entity) > fitness(*field, *to.entity)))
            std::swap(from, to), field = back;
        if (field == nullptr)
            throw Error(Fault::refused, "no_link",
                        fmt::format("a {} and a {} cannot be linked", first.entity->noun,
                                    second.entity->noun),
                        fmt::format("crm fields {} shows what can", first.entity->noun));
        const store::Record before = load_not_deleted(session, from);
        store::Record after = before;
        std::string text = meta::short_id(*to.entity, to.id);
        if (link && field->type() == Type::rows) {
            std::vector<std::string> labels;
            const bool named = std::ranges::find(field->rows, std::string_view("role"),
                                                 &FieldInfo::name) != field->rows.end();
            if (args.has("role"))
                labels.push_back((named ? "role " : "") + args.text("role"));
            for (std::string_view date : {"since", "until"})
                if (args.has(date))
                    labels.push_back(std::string(date) + " " + args.text(date));
            const meta::Item item{text, labels};
            text = meta::items_text(std::span(&item, 1));
        } else if (link && args.has("role")) {
            throw Error(Fault::usage, "no_role",
                        fmt::format("{} of a {} has no role", field->name(), from.entity->noun));
        }
        using Op = store::Assignment::Op;
        const bool rows = field->type() == Type::rows;
        const Op op = !rows ? Op::set : link ? Op::add : Op::remove;
        if (!link && !rows && before.number(*field) != to.id) {
            change.report.add(after, "unchanged");
            continue;
        }
        if (!link && !rows)
            text.clear();
        if (auto done = store::apply(after, {.field = field, .op = op, .text = text},
                                     session.resolver(), session.reading());
            !done)
            throw done.error();
        const bool changed = change.writer.change(before, after);
        change.report.add(after,
                          !changed ? "unchanged"
                          : link   ? "linked"
                                   : "unlinked",
                          fmt::format("{} {}", meta::short_id(*to.entity, to.id),
                                      session.store().name(*to.entity, to.id)));
    }
    return change.end();
}

Command command(std::string_view help, int (*run)(Session&, const Arguments&)) {
    return {.help = help,
            .needs = Needs::writing,
            .arguments =
                {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the record"},
                 {.name = "REF",
                  .kind = Kind::any_reference,
                  .required = true,
                  .many = true,
                  .help = "the other one"}},
            .run = run};
}

}  // namespace

Command record_link() {
    Command c = command("Link a record with another one",
                        [](Session& x, const Arguments& g) { return run(x, g, true); });
    c.options = {{.name = "role",
                  .kind = Kind::word,
                  .value = "ROLE",
                  .help = "what the one is to the other"},
                 {.name = "since", .kind = Kind::moment, .value = "DATE", .help = "from that day"},
                 {.name = "until", .kind = Kind::moment, .value = "DATE", .help = "to that day"}};
    c.details =
        "A contact has any number of accounts, past and present, the first of them the one shown; "
        "and relations to other contacts.";
    c.examples = {
        {"contact link c12 a3 --role 'Board member' --since 2024-01-01", "somebody and a company"},
        {"contact link c12 c15 --role assistant", "c15 is the assistant of c12"}};
    return c;
}
Command record_unlink() {
    Command c =
        command("Take a link off", [](Session& x, const Arguments& g) { return run(x, g, false); });
    c.examples = {{"contact unlink c12 a3", "they no longer belong together"}};
    return c;
}

}  // namespace crm::cmd
