#include "cmd/calendar/whose.hpp"

#include "cmd/cli/select.hpp"

namespace crm::cmd {

calendar::Whose whose(Session& session, const Arguments& args) {
    if (args.flag("all") + args.has("of") + args.has("team") > 1)
        throw Error(Fault::usage, "contradiction", "--of, --team and --all contradict each other",
                    "give one of them");
    const meta::Entity& users = session.model().with(meta::Role::user);
    if (args.has("team"))
        return {false, calendar::team_members(session.store(), args.text("team")), false};
    if (args.has("of"))
        return {false, {resolve_reference(session, &users, args.text("of")).id}, false};
    const auto me = args.flag("all") ? std::nullopt : session.resolver().me();
    if (me)
        return {false, {*me}, true};
    return {};
}

std::vector<Option> whose_options() {
    return {{.name = "of", .kind = Kind::user, .value = "USER", .help = "of that user"},
            {.name = "team",
             .kind = Kind::value,
             .value = "NAME",
             .help = "of the users of a team",
             .noun = "user",
             .field = "team"},
            {.name = "all", .help = "of everybody"}};
}

}  // namespace crm::cmd
