#include "people/reassign.hpp"

#include "base/text.hpp"
#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

/// reassign: everything that one user owns, to another.
namespace crm::cmd {
namespace {

const meta::Entity* only_noun(Session& session, const Arguments& args) {
    if (!args.has("in"))
        return nullptr;
    if (const meta::Entity* noun = session.model().find(args.text("in")))
        return noun;
    throw Error(Fault::usage, "unknown_noun",
                fmt::format("there is no noun '{}'", text::clipped(args.text("in"), 40)));
}

int run_reassign(Session& session, const Arguments& args) {
    const meta::Entity& users = session.model().get("user");
    const meta::Entity* only = only_noun(session, args);
    Change change(session, args);
    const store::Found from = resolve_reference(session, &users, args.words[0]);
    const store::Found to = resolve_reference(session, &users, args.words[1]);
    const std::string from_name = session.store().name(users, from.id);
    const std::string to_name = session.store().name(users, to.id);
    if (from.id == to.id)
        throw Error(Fault::refused, "same_record",
                    fmt::format("both users are {}; nothing to reassign", from_name));
    load_not_deleted(session, to);
    const auto counts = people::reassign(change.writer, from.id, to.id, only);
    change.writer.commit();
    if (session.quiet)
        return 0;
    Rows rows(session, {"records", "what"});
    for (const auto& [entity, count] : counts)
        rows.row({static_cast<std::int64_t>(count),
                  std::string(count == 1 ? entity->noun : entity->plural)});
    rows.end();
    if (counts.empty())
        session.remark(fmt::format("{} owns nothing", from_name));
    else if (session.dry_run)
        session.remark(fmt::format("dry run: these records would go to {}", to_name));
    return 0;
}

}  // namespace

Command reassign_command() {
    return {.help = "Give everything that one user owns to another user",
            .needs = Needs::writing,
            .arguments =
                {{.name = "FROM",
                  .kind = Kind::user,
                  .required = true,
                  .help = "the present owner: login, name or id"},
                 {.name = "TO", .kind = Kind::user, .required = true, .help = "the new owner"}},
            .options = {{.name = "in",
                         .kind = Kind::noun,
                         .value = "NOUN",
                         .help = "only records of this noun"}},
            .formats = formats::rows,
            .run = run_reassign,
            .details =
                "Changes the owner of records of every noun, except those in the trash, in one "
                "operation that `crm undo` reverts. Prints how many records of each noun there "
                "were.",
            .examples = {{"reassign grace kim", "when a colleague leaves"},
                         {"reassign grace kim --in deal -n", "how many deals it would be"}}};
}

}  // namespace crm::cmd
