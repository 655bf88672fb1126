#include "service/assignment.hpp"

#include "base/text.hpp"
#include "service/topic.hpp"
#include "sql/expression.hpp"
#include "store/rows.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::service {

using people::AssignBy;
using people::Assignee;
using people::Place;
using store::Record;

namespace {

/// Nothing where a queue leaves its tickets to whoever takes them.
std::optional<AssignBy> assign_by(const Record& queue) {
    const std::string& word = queue.text("assign");
    if (word == "Round Robin")
        return AssignBy::round_robin;
    if (word == "Least Busy")
        return AssignBy::least_busy;
    return word == "Topic" ? std::optional(AssignBy::topic) : std::nullopt;
}

std::int64_t queue_of(store::Resolver& resolver, const people::AssignmentRule& rule) {
    if (rule.queue.empty())
        return 0;
    return resolver.find(rule.queue, &resolver.store().model().get("queue")).value().id;
}

bool any_queue_assigns(store::Store& store) {
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT 1 FROM "queue" WHERE "assign" IN ('Round Robin', 'Least Busy', 'Topic') AND {})",
        sql::live()));
    return get.step();
}

}  // namespace

TicketAssigner::TicketAssigner(store::Resolver& resolver, const Clock& clock,
                               const std::vector<people::AssignmentRule>& rules,
                               ExpertUsers experts)
    : store_(resolver.store()),
      choice_(store_, store_.model().get("ticket"), clock.today()),
      experts_(std::move(experts)) {
    if (rules.empty() && !any_queue_assigns(store_))
        throw Error(Fault::config, "no_rules", "neither a queue nor a rule assigns tickets",
                    "crm queue edit Desk assign='round robin' members+=ada, or [[assign]] tables "
                    "with on = \"ticket\"");
    for (people::ReadyRule& ready :
         people::ready_rules(resolver, clock, store_.model().get("ticket"), rules, choice_)) {
        const std::int64_t queue = queue_of(resolver, ready.rule);
        rules_.push_back({std::move(ready), queue});
    }
}

TicketAssignment TicketAssigner::assignment(const Record& ticket) {
    std::optional<TicketAssignment> found;
    for (const Rule& rule : rules_)
        if (rule.records.contains(ticket.id) && (found = by_rule(rule, ticket)))
            break;
    if (!found)
        found = by_queue(ticket, ticket.number("queue"));
    if (found->to)
        choice_.count(found->to->user);
    return *found;
}

/// A rule without users leaves the choice to its queue.
std::optional<TicketAssignment> TicketAssigner::by_rule(const Rule& rule, const Record& ticket) {
    const people::AssignmentRule& declared = rule.rule;
    TicketAssignment out;
    if (declared.users.empty()) {
        out = by_queue(ticket, rule.queue);
        out.reason = declared.name + ": " + out.reason;
        if (out.to)
            out.to->reason = declared.name + ": " + out.to->reason;
    } else if ((out.to = choose(declared.name, declared.by, rule.places, ticket))) {
        out.reason = out.to->reason;
    }
    if (rule.queue != 0 && rule.queue != ticket.number("queue")) {
        out.queue = rule.queue;
        out.queue_name = store_.name(store_.model().get("queue"), rule.queue);
    }
    if (!out.to && out.queue == 0)
        return {};
    return out;
}

TicketAssignment TicketAssigner::by_queue(const Record& ticket, std::int64_t id) {
    TicketAssignment out;
    const Queue* from = queue(id);
    if (from == nullptr) {
        out.reason = id == 0 ? "no rule assigns it"
                             : fmt::format("{} assigns nobody",
                                           store_.name(store_.model().get("queue"), id));
        return out;
    }
    out.to = choose(from->name, from->by, from->places, ticket);
    out.reason = out.to ? out.to->reason : fmt::format("nobody of {} is there", from->name);
    return out;
}

std::optional<Assignee> TicketAssigner::choose(const std::string& rule, AssignBy by,
                                               const std::vector<Place>& places,
                                               const Record& ticket) {
    switch (by) {
        case AssignBy::round_robin:
            return choice_.by_turn(rule, places);
        case AssignBy::topic:
            return by_topic(rule, places, ticket);
        default:
            return choice_.least_busy(rule, places);
    }
}

/// Who has worked most on what the ticket is about; where nobody has, by skills. A deputy has the
/// work of somebody who knows.
std::optional<Assignee> TicketAssigner::by_topic(const std::string& rule,
                                                 const std::vector<Place>& places,
                                                 const Record& ticket) {
    for (const std::int64_t expert : experts_(ticket)) {
        const auto place = std::ranges::find(places, expert, &Place::holder);
        if (place != places.end() && place->user != 0)
            return Assignee{place->user, place->name,
                            rule + ": knows most about it" + people::deputy_text(*place)};
    }
    return by_skill(rule, places, ticket);
}

/// Where several know as much, or nobody knows anything of it, the least busy one.
std::optional<Assignee> TicketAssigner::by_skill(const std::string& rule,
                                                 const std::vector<Place>& places,
                                                 const Record& ticket) {
    const TicketTopic topic(store_, ticket);
    std::vector<Place> best;
    std::vector<std::string> known;
    for (const Place& place : places) {
        if (place.user == 0)
            continue;
        const Record holder = store_.get(store_.model().get("user"), place.holder);
        const std::vector<std::string> skills = topic.skills_of(holder);
        if (!best.empty() && skills.size() < known.size())
            continue;
        if (skills.size() > known.size())
            best.clear();
        if (best.empty())
            known = skills;
        best.push_back(place);
    }
    const Place* place = choice_.least_busy(best);
    if (place == nullptr)
        return {};
    std::string reason =
        rule + (known.empty() ? ": no skill fits" : ": skills " + text::joined(known, ", "));
    if (best.size() > 1)
        reason += fmt::format(", the least busy of {}, {} open", people::names_of(best),
                              choice_.open_records(place->user));
    return Assignee{place->user, place->name, reason + people::deputy_text(*place)};
}

const TicketAssigner::Queue* TicketAssigner::queue(std::int64_t id) {
    if (id == 0)
        return nullptr;
    const auto [known, is_new] = queues_.try_emplace(id);
    if (is_new) {
        const auto record = store_.find(store_.model().get("queue"), id);
        const auto by = record && record->deleted_at.empty() ? assign_by(*record) : std::nullopt;
        if (by) {
            std::vector<std::int64_t> members;
            for (const store::RowCells& row : record->rows[record->field("members").first])
                if (const auto* user = std::get_if<std::int64_t>(&row[0]))
                    members.push_back(*user);
            known->second = Queue{record->label(), *by, choice_.places(members)};
        }
    }
    return known->second ? &*known->second : nullptr;
}

void assign_ticket(Record& ticket, const TicketAssignment& assignment) {
    if (assignment.queue != 0)
        ticket.put(ticket.field("queue"), {Value(assignment.queue)});
    if (!assignment.to)
        return;
    ticket.put(ticket.field("owner"), {Value(assignment.to->user)});
    ticket.put(ticket.field("assignment"), {Value(assignment.to->reason)});
}

}  // namespace crm::service
