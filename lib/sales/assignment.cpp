#include "sales/assignment.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "sales/lead_status.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace crm::sales {

using store::Record;

namespace {

Error unknown_user(store::Store& store, const AssignmentRule& rule, const std::string& user,
                   const Error& cause) {
    sql::Statement users = store.db().prepare(fmt::format(
        R"(
        SELECT "name", "login"
        FROM "user"
        WHERE {})",
        sql::live()));
    std::vector<std::string> known;
    while (users.step())
        for (int column = 0; column < 2; ++column)
            if (!users.null(column))
                known.emplace_back(users.text(column));
    Error error(Fault::config, "unknown_user",
                fmt::format("{}: to: {}", rule.users_origin, cause.message));
    suggest(error, user, known, "crm user add NAME login=LOGIN adds a user");
    return error;
}

/// How the reason of an assignment in turn begins; the number of the turn follows.
std::string turn_prefix(const std::string& rule) {
    return rule + ": turn ";
}

}  // namespace

std::vector<Error> user_faults(store::Resolver& resolver, const AssignmentRule& rule) {
    std::vector<Error> faults;
    for (const std::string& reference : rule.users) {
        const auto found = resolver.find(reference, &resolver.store().model().get("user"));
        if (!found)
            faults.push_back(unknown_user(resolver.store(), rule, reference, found.error()));
    }
    if (rule.users.empty() && rule.by != AssignBy::territory)
        faults.emplace_back(Fault::config, "bad_config",
                            fmt::format("{}: the rule has no users", rule.users_origin),
                            "to = [\"ada\", \"bob\"]");
    return faults;
}

LeadAssigner::LeadAssigner(store::Resolver& resolver, const std::vector<AssignmentRule>& rules,
                           const RecordQuery& find)
    : store_(resolver.store()) {
    const meta::Entity& leads = store_.model().get("lead");
    for (const AssignmentRule& rule : rules) {
        Rule& ready = rules_.emplace_back(rule.name, rule.by, users_of(resolver, rule),
                                          std::set<std::int64_t>(), std::optional<std::int64_t>());
        try {
            const auto ids = find(
                leads, rule.query.empty() ? std::vector<std::string>() : std::vector{rule.query});
            ready.leads.insert(ids.begin(), ids.end());
        } catch (const Error& e) {
            throw Error(Fault::config, "bad_config",
                        fmt::format("{}: {}", rule.query_origin, e.message), e.hint);
        }
    }
}

std::vector<LeadAssigner::User> LeadAssigner::users_of(store::Resolver& resolver,
                                                       const AssignmentRule& rule) const {
    const meta::Entity& entity = store_.model().get("user");
    const std::vector<Error> faults = user_faults(resolver, rule);
    if (!faults.empty())
        throw faults.front();
    std::vector<User> users;
    for (const std::string& reference : rule.users) {
        const auto found = resolver.find(reference, &entity);
        if (found && is_active(found->id))
            users.push_back({found->id, store_.name(entity, found->id)});
    }
    return users;
}

/// Whether a user works here: is not deleted, and not `active=no`.
bool LeadAssigner::is_active(std::int64_t user) const {
    const meta::Entity& entity = store_.model().get("user");
    const auto record = store_.find(entity, user);
    if (!record || !record->deleted_at.empty())
        return false;
    return record->of(*entity.find("active"))[0] != Value(std::int64_t{0});
}

std::optional<Assignee> LeadAssigner::assignee(const Record& lead) {
    for (Rule& rule : rules_) {
        if (!rule.leads.contains(lead.id))
            continue;
        auto found = by_rule(rule, lead);
        if (!found)
            continue;
        // A user who was not counted yet is counted when the lead is theirs already.
        if (const auto open = open_.find(found->user); open != open_.end())
            ++open->second;
        return found;
    }
    return {};
}

std::optional<Assignee> LeadAssigner::by_rule(Rule& rule, const Record& lead) {
    if (rule.by == AssignBy::territory)
        return by_territory(rule, lead);
    if (rule.users.empty())
        return {};
    if (rule.by == AssignBy::round_robin)
        return by_turn(rule);
    std::vector<std::string> names;
    for (const User& user : rule.users)
        names.push_back(user.name);
    const User& user = least_busy(rule.users);
    return Assignee{user.id, user.name,
                    fmt::format("{}: the least busy of {}, {} open", rule.name,
                                text::joined(names, ", "), open_[user.id])};
}

Assignee LeadAssigner::by_turn(Rule& rule) {
    if (!rule.turns)
        rule.turns = turns_taken(rule);
    std::vector<std::string> names;
    for (const User& user : rule.users)
        names.push_back(user.name);
    const auto at = static_cast<std::size_t>(*rule.turns) % rule.users.size();
    const User& user = rule.users[at];
    ++*rule.turns;
    return {
        user.id, user.name,
        fmt::format("{}{} of {}", turn_prefix(rule.name), *rule.turns, text::joined(names, ", "))};
}

/// The turns are counted in the reasons of the leads, so that undoing an assignment gives its turn
/// back.
std::int64_t LeadAssigner::turns_taken(const Rule& rule) const {
    const std::string prefix = turn_prefix(rule.name);
    sql::Statement reasons = store_.db().prepare(R"(
        SELECT "assignment"
        FROM "lead"
        WHERE "assignment" IS NOT NULL)");
    std::int64_t turns = 0;
    while (reasons.step()) {
        std::string_view reason = reasons.text(0);
        if (!reason.starts_with(prefix))
            continue;
        reason.remove_prefix(prefix.size());
        std::int64_t turn = 0;
        std::from_chars(reason.data(), reason.data() + reason.size(), turn);
        turns = std::max(turns, turn);
    }
    return turns;
}

const LeadAssigner::User& LeadAssigner::least_busy(const std::vector<User>& users) {
    for (const User& user : users)
        if (!open_.contains(user.id))
            open_[user.id] = open_records(user.id);
    return *std::ranges::min_element(users, {}, [&](const User& user) { return open_[user.id]; });
}

std::int64_t LeadAssigner::open_records(std::int64_t user) const {
    sql::Statement leads = store_.db().prepare(fmt::format(
        R"(
        SELECT count(*)
        FROM "lead"
        WHERE "owner" = ?1
          AND {}
          AND "status" IN ('New', 'Assigned', 'In Process'))",
        sql::live()));
    leads.with(user).step();
    sql::Statement deals = store_.db().prepare(fmt::format(
        R"(
        SELECT count(*)
        FROM "deal"
        WHERE "owner" = ?1
          AND {}
          AND "stage" NOT IN ('Closed Won', 'Closed Lost'))",
        sql::live()));
    deals.with(user).step();
    return leads.integer(0) + deals.integer(0);
}

/// The territory of the lead, else of its account.
std::optional<Record> LeadAssigner::territory_of(const Record& lead) const {
    const meta::FieldInfo& link = *lead.entity->find("territory");
    std::int64_t id = lead.number(link);
    if (id == 0) {
        const meta::Entity& accounts = store_.model().get("account");
        const auto account = store_.find(accounts, lead.number(*lead.entity->find("account")));
        if (account)
            id = account->number(*accounts.find("territory"));
    }
    if (id == 0)
        return {};
    auto territory = store_.find(*link.to, id);
    if (!territory || !territory->deleted_at.empty())
        return {};
    return territory;
}

/// The members of a territory, else its manager.
std::vector<LeadAssigner::User> LeadAssigner::territory_users(const Record& territory) const {
    const meta::Entity& entity = store_.model().get("user");
    std::vector<User> users;
    for (const store::RowCells& row : territory.rows[territory.entity->find("members")->first])
        if (const auto* user = std::get_if<std::int64_t>(&row[0]);
            user != nullptr && is_active(*user))
            users.push_back({*user, store_.name(entity, *user)});
    const std::int64_t manager = territory.number(*territory.entity->find("manager"));
    if (users.empty() && manager != 0 && is_active(manager))
        users.push_back({manager, store_.name(entity, manager)});
    return users;
}

std::optional<Assignee> LeadAssigner::by_territory(const Rule& rule, const Record& lead) {
    const auto territory = territory_of(lead);
    if (!territory)
        return {};
    const auto users = territory_users(*territory);
    if (users.empty())
        return {};
    const User& user = least_busy(users);
    std::string reason = fmt::format("{}: territory {}", rule.name, territory->label());
    if (users.size() > 1)
        reason += fmt::format(", the least busy of {}, {} open", users.size(), open_[user.id]);
    return Assignee{user.id, user.name, std::move(reason)};
}

void assign_lead(Record& lead, const Assignee& assignee) {
    lead.put(*lead.entity->find("owner"), {Value(assignee.user)});
    lead.put(*lead.entity->find("assignment"), {Value(assignee.reason)});
    if (status_of(lead) == new_status)
        put_status(lead, assigned_status);
}

}  // namespace crm::sales
