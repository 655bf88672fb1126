#include "base/text.hpp"
#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

/// reassign: everything that one colleague owns, to another.
namespace crm::cmd {
namespace {

int run(Session& session, const Arguments& args) {
    const meta::Entity& users = session.model().get("user");
    const meta::Entity* only = nullptr;
    if (args.has("in"))
        if (only = session.model().find(args.value("in")); only == nullptr)
            throw Error(Fault::usage, "unknown_noun",
                        fmt::format("there is no noun '{}'", text::clipped(args.value("in"), 40)));
    Arguments of = args;
    of.noun = &users;
    Change change(session, of);
    const store::Found from = resolve_reference(session, &users, args.words[0]),
                       to = resolve_reference(session, &users, args.words[1]);
    if (from.id == to.id)
        throw Error(Fault::refused, "same_record",
                    fmt::format("{} owns it already", session.store().name(users, from.id)));
    load_not_deleted(session, to);
    std::vector<std::pair<std::string_view, std::int64_t>> counts;
    for (const meta::Entity* entity : session.store().nouns()) {
        const meta::FieldInfo* owner = entity->find("owner");
        if (owner == nullptr || (only != nullptr && only != entity))
            continue;
        std::vector<std::int64_t> ids;
        sql::Statement get = session.store().db().prepare(fmt::format(
            "SELECT \"id\" FROM {} WHERE {}=?1 AND \"deleted_at\" IS NULL ORDER BY \"id\"",
            sql::quoted(entity->noun), sql::quoted(owner->columns[0].name)));
        get.with(from.id);
        while (get.step())
            ids.push_back(get.integer(0));
        get.reset();
        for (const std::int64_t id : ids) {
            const store::Record before = session.store().get(*entity, id);
            store::Record after = before;
            after.put(*owner, {Value(to.id)});
            change.writer.change(before, after);
        }
        if (!ids.empty())
            counts.emplace_back(ids.size() == 1 ? entity->noun : entity->plural,
                                static_cast<std::int64_t>(ids.size()));
    }
    change.writer.commit();
    if (session.quiet)
        return 0;
    Rows rows(session, {"records", "what"});
    for (const auto& [what, count] : counts)
        rows.row({count, std::string(what)});
    rows.end();
    if (session.dry_run && !counts.empty())
        session.remark(
            fmt::format("dry run: so many would go to {}", session.store().name(users, to.id)));
    if (counts.empty())
        session.remark(fmt::format("{} owns nothing", session.store().name(users, from.id)));
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
