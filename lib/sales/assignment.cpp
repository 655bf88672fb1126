#include "sales/assignment.hpp"

#include "sales/lead_status.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::sales {

using people::AssignBy;
using people::Assignee;
using people::Place;
using store::Record;

LeadAssigner::LeadAssigner(store::Resolver& resolver, const Clock& clock,
                           const std::vector<people::AssignmentRule>& rules)
    : store_(resolver.store()),
      choice_(store_, store_.model().get("lead"), clock.today()),
      rules_(people::ready_rules(resolver, clock, store_.model().get("lead"), rules, choice_)) {}

std::optional<Assignee> LeadAssigner::assignee(const Record& lead) {
    for (const people::ReadyRule& ready : rules_) {
        if (!ready.records.contains(lead.id))
            continue;
        auto found = by_rule(ready, lead);
        if (!found)
            continue;
        choice_.count(found->user);
        return found;
    }
    return {};
}

std::optional<Assignee> LeadAssigner::by_rule(const people::ReadyRule& ready, const Record& lead) {
    switch (ready.rule.by) {
        case AssignBy::territory:
            return by_territory(ready.rule.name, lead);
        case AssignBy::round_robin:
            return choice_.by_turn(ready.rule.name, ready.places);
        default:
            return choice_.least_busy(ready.rule.name, ready.places);
    }
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
std::vector<Place> LeadAssigner::territory_places(const Record& territory) {
    std::vector<std::int64_t> members;
    for (const store::RowCells& row : territory.rows[territory.entity->find("members")->first])
        if (const auto* user = std::get_if<std::int64_t>(&row[0]); user != nullptr)
            members.push_back(*user);
    std::vector<Place> places = choice_.places(members);
    std::erase_if(places, [](const Place& place) { return place.user == 0; });
    if (places.empty())
        places = choice_.places({territory.number("manager")});
    return places;
}

std::optional<Assignee> LeadAssigner::by_territory(const std::string& rule, const Record& lead) {
    const auto territory = territory_of(lead);
    if (!territory)
        return {};
    const std::vector<Place> places = territory_places(*territory);
    const Place* place = choice_.least_busy(places);
    if (place == nullptr)
        return {};
    std::string reason = fmt::format("{}: territory {}", rule, territory->label());
    if (places.size() > 1)
        reason += fmt::format(", the least busy of {}, {} open", places.size(),
                              choice_.open_records(place->user));
    return Assignee{place->user, place->name, reason + people::deputy_text(*place)};
}

void assign_lead(Record& lead, const Assignee& assignee) {
    lead.put(*lead.entity->find("owner"), {Value(assignee.user)});
    lead.put(*lead.entity->find("assignment"), {Value(assignee.reason)});
    if (status_of(lead) == new_status)
        put_status(lead, assigned_status);
}

}  // namespace crm::sales
