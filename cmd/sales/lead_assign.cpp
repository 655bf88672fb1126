#include "base/text.hpp"
#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

/// lead assign: leads to those who follow them up, by the rules of the configuration.
namespace crm::cmd {
namespace {

using store::Record;

struct User {
    std::int64_t id = 0;
    std::string name;
};

/// A rule with what it needs to be asked for: the leads that it is about, and whose turn it is.
class Assigner {
public:
    Assigner(Session& session, const Rule& rule, std::size_t number)
        : session_(session),
          name_(rule.has("name") ? rule.text("name") : fmt::format("rule {}", number)) {
        by_ = rule.has("by") ? rule.text("by") : "round robin";
        const meta::Entity& users = session.model().get("user");
        for (const std::string& who : rule.list("to")) {
            try {
                const auto found = resolve_reference(session, &users, who);
                users_.push_back({found.id, session.store().name(users, found.id)});
            } catch (Error& e) {
                std::vector<std::string> known;
                sql::Statement get = session.store().db().prepare(
                    R"(SELECT "name" FROM "user" WHERE "deleted_at" IS NULL AND "undone" IS NULL UNION SELECT "login" FROM "user" WHERE "login" IS NOT NULL AND "deleted_at" IS NULL AND "undone" IS NULL)");
                while (get.step())
                    known.emplace_back(get.text(0));
                const auto near = text::nearest(who, known);
                throw Error(Fault::config, "unknown_user",
                            fmt::format("{}: {}", rule.origin, e.message),
                            near.empty() ? "crm user add NAME login=LOGIN makes one"
                                         : text::did_you_mean(near));
            }
        }
        if (users_.empty() && by_ != "territory")
            throw Error(Fault::config, "bad_config", fmt::format("{}: to whom?", rule.origin),
                        "to = [\"ada\", \"bob\"]");
        try {
            const auto ids = selection(session, session.model().get("lead"),
                                       rule.has("query") ? std::vector{rule.text("query")}
                                                         : std::vector<std::string>())
                                 .ids();
            leads_.insert(ids.begin(), ids.end());
        } catch (Error& e) {
            throw Error(Fault::config, "bad_config", fmt::format("{}: {}", rule.origin, e.message),
                        e.hint);
        }
    }

    /// Whom the lead goes to and why; nothing when the rule says nothing about it.
    std::optional<std::pair<User, std::string>> whom(const Record& lead) {
        if (!leads_.contains(lead.id))
            return {};
        if (by_ == "territory")
            return of_territory(lead);
        if (by_ == "least busy") {
            const User& user = least_busy(users_);
            const auto why =
                fmt::format("{}: the least busy of {}, {} open", name_, names(), busy_[user.id]++);
            return std::pair(user, why);
        }
        const std::int64_t turn = next_turn();
        return std::pair(users_[static_cast<std::size_t>(turn) % users_.size()],
                         fmt::format("{}: turn {} of {}", name_, turn + 1, names()));
    }

private:
    std::string names() const {
        std::string out;
        for (const User& user : users_)
            out += fmt::format("{}{}", out.empty() ? "" : ", ", user.name);
        return out;
    }

    /// The turns are in the reasons of the leads that had theirs, so that an undone assignment
    /// gives its turn back.
    std::int64_t next_turn() {
        if (turn_ < 0) {
            turn_ = 0;
            const std::string begins = name_ + ": turn ";
            sql::Statement get = session_.store().db().prepare(
                R"(SELECT "assignment" FROM "lead" WHERE instr("assignment", ?1) = 1)");
            get.with(begins);
            while (get.step()) {
                const std::string_view rest = std::string_view(get.text(0)).substr(begins.size());
                std::int64_t n = 0;
                std::from_chars(rest.data(), rest.data() + rest.size(), n);
                turn_ = std::max(turn_, n);
            }
        }
        return turn_++;
    }

    const User& least_busy(const std::vector<User>& among) {
        for (const User& user : among) {
            if (busy_.contains(user.id))
                continue;
            sql::Statement get = session_.store().db().prepare(
                R"(SELECT (SELECT count(*) FROM "lead" WHERE "owner" = ?1 AND "deleted_at" IS NULL AND "undone" IS NULL AND "status" IN ('New', 'Assigned', 'In Process')))"
                R"( + (SELECT count(*) FROM "deal" WHERE "owner" = ?1 AND "deleted_at" IS NULL AND "undone" IS NULL AND "stage" NOT IN ('Closed Won', 'Closed Lost')))");
            get.with(user.id).step();
            busy_[user.id] = get.integer(0);
        }
        return *std::ranges::min_element(among, {},
                                         [&](const User& user) { return busy_[user.id]; });
    }

    /// The least busy of those who work in the lead's territory, else who answers for it.
    std::optional<std::pair<User, std::string>> of_territory(const Record& lead) {
        const meta::Entity &territories = session_.model().get("territory"),
                           &users = session_.model().get("user");
        std::int64_t id = lead.number(*lead.entity->find("territory"));
        if (id == 0)
            if (const auto account = session_.store().find(
                    session_.model().get("account"), lead.number(*lead.entity->find("account"))))
                id = account->number(*account->entity->find("territory"));
        const auto territory = id == 0 ? std::nullopt : session_.store().find(territories, id);
        if (!territory || !territory->deleted_at.empty())
            return {};
        std::vector<User> people;
        for (const store::RowCells& row : territory->rows[territories.find("members")->first])
            if (const auto* user = std::get_if<std::int64_t>(&row[0]))
                people.push_back({*user, session_.store().name(users, *user)});
        if (const std::int64_t manager = territory->number(*territories.find("manager"));
            people.empty() && manager != 0)
            people.push_back({manager, session_.store().name(users, manager)});
        if (people.empty())
            return {};
        const User user = least_busy(people);
        return std::pair(
            user, fmt::format("{}: territory {}{}", name_, territory->label(),
                              people.size() > 1 ? fmt::format(", the least busy of {}, {} open",
                                                              people.size(), busy_[user.id]++)
                                                : ""));
    }

    Session& session_;
    std::string name_, by_;
    std::vector<User> users_;
    std::set<std::int64_t> leads_;
    std::map<std::int64_t, std::int64_t> busy_;
    std::int64_t turn_ = -1;
};

int run(Session& session, const Arguments& args) {
    const auto rules = session.config.of("assign");
    if (rules.empty())
        throw Error(Fault::config, "no_rules", "there are no rules of assignment",
                    "write [[assign]] into the configuration; crm help config shows how");
    Change change(session, args);
    const meta::Entity& leads = *args.noun;
    std::vector<Assigner> assigners;
    assigners.reserve(rules.size());
    for (const Rule& rule : rules)
        assigners.emplace_back(session, rule, assigners.size() + 1);
    std::vector<std::int64_t> ids;
    if (args.words.empty() && !args.has("where")) {
        ids = selection(session, leads, {"is:open owner:none"}).ids();
    } else {
        for (const store::Found& found :
             resolve_references(session, args, session.references(args.words)))
            ids.push_back(found.id);
    }
    for (const std::int64_t id : ids) {
        const Record before = load_not_deleted(session, {&leads, id});
        std::optional<std::pair<User, std::string>> chosen;
        for (Assigner& assigner : assigners)
            if ((chosen = assigner.whom(before)))
                break;
        if (!chosen) {
            if (!session.quiet)
                session.remark(fmt::format("{} {}: no rule says whose it is", before.short_id(),
                                           before.label()));
            continue;
        }
        Record after = before;
        after.put(*leads.find("owner"), {Value(chosen->first.id)});
        after.put(*leads.find("assignment"), {Value(chosen->second)});
        if (before.text(*leads.find("status")) == "New")
            after.put(*leads.find("status"), {Value(std::string("Assigned"))});
        change.report.add(
            after, change.writer.change(before, after) ? "assigned" : "unchanged",
            fmt::format("{} to {} ({})", before.label(), chosen->first.name, chosen->second));
    }
    return change.end();
}

}  // namespace

Command lead_assign() {
    return {.help = "Give leads to those who follow them up, by rules",
            .needs = Needs::writing,
            .arguments = {{.name = "REF",
                           .kind = Kind::reference,
                           .many = true,
                           .help = "which; without one the open leads of nobody"}},
            .options = {{.name = "where",
                         .kind = Kind::query,
                         .value = "QUERY",
                         .help = "the leads that the query finds"}},
            .run = run,
            .details =
                "The rules are [[assign]] tables of the configuration, see crm(1); the first one "
                "whose query finds the lead, and that knows somebody, counts. `round robin` goes "
                "from one to the next, and a turn that is undone comes back; `least busy` takes "
                "the one with the fewest open leads and deals; "
                "`territory` those who work in the lead's territory (or its account's), else who "
                "answers for it. A New lead becomes Assigned, and its field `assignment` says why "
                "it went to whom; `crm lead log` keeps that.",
            .examples = {{"lead assign", "what is new and nobody's; for cron with -q"},
                         {"lead assign l7 l8 --dry-run", "who would get them, and why"}}};
}

}  // namespace crm::cmd
