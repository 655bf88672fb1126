#include "calendar/whose.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

namespace crm::calendar {

std::vector<std::int64_t> team_members(store::Store& store, std::string_view team) {
    std::vector<std::int64_t> out;
    std::vector<std::string> names;
    const std::string wanted = text::folded(team);
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "id", "team" FROM "user" WHERE "team" IS NOT NULL AND coalesce("active", 1) = 1 AND {} ORDER BY "id")",
        sql::live()));
    while (get.step()) {
        names.emplace_back(get.text(1));
        if (text::folded(get.text(1)) == wanted)
            out.push_back(get.integer(0));
    }
    if (!out.empty())
        return out;
    Error e(Fault::not_found, "no_team",
            fmt::format("no active user is in the team '{}'", text::clipped(team, 40)));
    suggest(e, team, names, "crm user list -F name,team");
    throw e;
}

std::string whose_query(store::Store& store, const Whose& whose, std::string_view field) {
    if (whose.all)
        return {};
    const meta::Entity& users = store.model().with(meta::Role::user);
    std::string ids;
    for (const std::int64_t id : whose.users)
        ids += (ids.empty() ? "" : ",") + meta::short_id(users, id);
    return fmt::format("{0}:({1}){2}", field, ids,
                       whose.nobodys ? fmt::format(" or {}:none", field) : "");
}

}  // namespace crm::calendar
