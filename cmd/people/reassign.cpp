#include "base/text.hpp"
#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

/// reassign: everything that one colleague owns, to another.
namespace crm::cmd {
namespace {

int run(Context& context, const Given& given) {
    const meta::Entity& users = context.model().get("user");
    const meta::Entity* only = nullptr;
    if (given.has("in"))
        if (only = context.model().find(given.value("in")); only == nullptr)
            throw Error(Fault::usage, "unknown_noun",
                        fmt::format("there is no noun '{}'", text::clipped(given.value("in"), 40)));
    Given of = given;
    of.noun = &users;
    Change change(context, of);
    const store::Found from = named_one(context, &users, given.words[0]),
                       to = named_one(context, &users, given.words[1]);
    if (from.id == to.id)
        throw Error(Fault::refused, "same_record",
                    fmt::format("{} owns it already", context.store().name(users, from.id)));
    live(context, to);
    std::vector<std::pair<std::string_view, std::int64_t>> counts;
    for (const meta::Entity* entity : context.store().nouns()) {
        const meta::Placed* owner = entity->find("owner");
        if (owner == nullptr || (only != nullptr && only != entity))
            continue;
        std::vector<std::int64_t> ids;
        sql::Statement get = context.store().db().prepare(fmt::format(
            "SELECT \"id\" FROM {} WHERE {}=?1 AND \"deleted_at\" IS NULL ORDER BY \"id\"",
            sql::quoted(entity->noun), sql::quoted(owner->columns[0].name)));
        get.with(from.id);
        while (get.step())
            ids.push_back(get.integer(0));
        get.reset();
        for (const std::int64_t id : ids) {
            const store::Record before = context.store().get(*entity, id);
            store::Record after = before;
            after.put(*owner, {Value(to.id)});
            change.writer.change(before, after);
        }
        if (!ids.empty())
            counts.emplace_back(ids.size() == 1 ? entity->noun : entity->plural,
                                static_cast<std::int64_t>(ids.size()));
    }
    change.writer.commit();
    if (context.quiet)
        return 0;
    Rows rows(context, {"records", "what"});
    for (const auto& [what, count] : counts)
        rows.row({count, std::string(what)});
    rows.end();
    if (context.dry_run && !counts.empty())
        context.remark(
            fmt::format("dry run: so many would go to {}", context.store().name(users, to.id)));
    if (counts.empty())
        context.remark(fmt::format("{} owns nothing", context.store().name(users, from.id)));
    return 0;
}

}  // namespace

Command reassign_command() {
    return {.help = "Give everything that one user owns to another",
            .needs = Needs::writing,
            .arguments =
                {{.name = "FROM",
                  .kind = Kind::user,
                  .required = true,
                  .help = "whose it is: login, name or id"},
                 {.name = "TO", .kind = Kind::user, .required = true, .help = "whose it is to be"}},
            .options = {{.name = "in",
                         .kind = Kind::noun,
                         .value = "NOUN",
                         .help = "only records of this noun"}},
            .run = run,
            .details =
                "Live records of every noun get the other owner, in one operation that undo takes "
                "back. How many of each there were is printed.",
            .examples = {{"reassign grace kim", "when somebody leaves"},
                         {"reassign grace kim --in deal -n", "how many deals it would be"}}};
}

}  // namespace crm::cmd
