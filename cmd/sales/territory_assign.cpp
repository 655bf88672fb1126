#include "base/text.hpp"
#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

/// territory assign: accounts into territories by the rules of these.
namespace crm::cmd {
namespace {

using store::Record;

struct Territory {
    std::int64_t id = 0, parent = 0;
    std::string name, rule;
};

/// A territory reaches as far as its own rule and those of all that it is a part of.
struct EffectiveRule {
    std::size_t depth = 0;
    std::string query;  ///< empty where there is no rule at all
};

EffectiveRule reach(const std::map<std::int64_t, Territory>& all, const Territory& territory) {
    EffectiveRule out;
    std::set<std::int64_t> seen;
    for (const Territory* at = &territory; seen.insert(at->id).second;) {
        if (!at->rule.empty())
            out.query += fmt::format("{}({})", out.query.empty() ? "" : " ", at->rule);
        ++out.depth;
        const auto up = all.find(at->parent);
        if (up == all.end())
            break;
        at = &up->second;
    }
    if (territory.rule.empty())
        out.query.clear();
    return out;
}

int run(Session& session, const Arguments& args) {
    const meta::Entity &territories = *args.noun, &accounts = session.model().get("account");
    Change change(session, args);
    std::map<std::int64_t, Territory> all;
    sql::Statement get = session.store().db().prepare(
        R"(SELECT "id", "parent", "name", "rule" FROM "territory" WHERE "deleted_at" IS NULL AND "undone" IS NULL)");
    while (get.step())
        all[get.integer(0)] = {get.integer(0), get.integer(1), std::string(get.text(2)),
                               std::string(get.text(3))};

    // Of each account the deepest territories whose rule finds it: one, or several that quarrel.
    std::map<std::int64_t, std::pair<std::size_t, std::vector<std::int64_t>>> belongs;
    for (const auto& [id, territory] : all) {
        const EffectiveRule r = reach(all, territory);
        if (r.query.empty())
            continue;
        try {
            for (const std::int64_t account : selection(session, accounts, {r.query}).ids()) {
                auto& [depth, found] = belongs[account];
                if (r.depth > depth)
                    depth = r.depth, found.clear();
                if (r.depth == depth)
                    found.push_back(id);
            }
        } catch (Error& e) {
            e.message = fmt::format("the rule of {} {}: {}", meta::short_id(territories, id),
                                    territory.name, e.message);
            throw;
        }
    }

    const meta::FieldInfo& field = *accounts.find("territory");
    std::vector<std::string> query = args.words;
    std::int64_t moved = 0, same = 0, nowhere = 0, quarrels = 0;
    for (const std::int64_t id : selection(session, accounts, query).ids()) {
        const Record before = session.store().get(accounts, id);
        const std::int64_t now = before.number(field);
        const auto it = belongs.find(id);
        // A territory without a rule was chosen by hand, and stays.
        const bool by_hand = now != 0 && all.contains(now) && all[now].rule.empty();
        if (!by_hand && it != belongs.end() && it->second.second.size() > 1) {
            std::string names;
            for (const std::int64_t t : it->second.second)
                names += fmt::format("{}{}", names.empty() ? "" : ", ", all[t].name);
            session.remark(fmt::format("{} {} would belong to {}: it stays where it is",
                                       before.short_id(), before.label(), names));
            ++quarrels;
            continue;
        }
        const std::int64_t to = by_hand ? now : it == belongs.end() ? 0 : it->second.second.front();
        if (to == 0)
            ++nowhere;
        if (to == now) {
            ++same;
            continue;
        }
        Record after = before;
        after.put(field, {to == 0 ? Value() : Value(to)});
        change.writer.change(before, after);
        const auto named = [&](std::int64_t t) {
            return t == 0            ? std::string("none")
                   : all.contains(t) ? all[t].name
                                     : meta::short_id(territories, t);
        };
        change.report.add(after, "assigned",
                          fmt::format("{}: {} -> {}", before.label(), named(now), named(to)));
        ++moved;
    }
    if (!session.quiet && (moved > 0 || quarrels > 0 || session.env.err_tty))
        session.remark(
            fmt::format("{} assigned, {} as they were, {} in no territory, {} in several", moved,
                        same, nowhere, quarrels));
    const int code = change.end();
    return quarrels > 0 ? static_cast<int>(Fault::rejected) : code;
}

}  // namespace

Command territory_assign() {
    return {
        .help = "Put accounts into territories, by their rules",
        .needs = Needs::writing,
        .arguments =
            {{.name = "QUERY",
              .kind = Kind::word,
              .many = true,
              .help =
                  "which accounts; all without one, 'updated_at:-1d..' for those that changed"}},
        .run = run,
        .details =
            "A territory's `rule` is a query over accounts: `billing_address.postcode:^50`, "
            "`industry:Retail employees:100..`. It reaches as far as the rules of all territories "
            "that it is a part of allow; of those that find an account the deepest counts. "
            "Two of the same depth are named, the account stays where it is, and the exit is 6. An "
            "account that no rule finds any more leaves its territory; one in a territory without "
            "a rule was put there by hand and stays. "
            "After a rule has changed, the same command assigns anew; --dry-run shows what would "
            "move; one undo takes it back.",
        .examples = {{"territory add Rhineland rule='billing_address.postcode:^5' parent=Germany "
                      "manager=ada",
                      "a territory"},
                     {"territory assign --dry-run", "what would move"},
                     {"territory assign 'updated_at:-1d..' -q", "every night, what changed"}}};
}

}  // namespace crm::cmd
