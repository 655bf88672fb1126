#include "campaign/call_list.hpp"

#include "base/phone.hpp"
#include "base/text.hpp"
#include "campaign/call_number.hpp"
#include "campaign/callers.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>

namespace crm::campaign {

using meta::Entity;
using store::Found;
using store::Record;

namespace {

constexpr std::string_view no_list = "crm call build Renewals +fair makes a call list";

bool is_call_list(const Record& campaign) {
    return campaign.text("type") == "Telesales";
}

std::int64_t seconds_of(const std::string& instant) {
    const auto at = iso_instant(instant);
    return at ? at->seconds : std::numeric_limits<std::int64_t>::min();
}

std::string after(Instant at, std::int64_t seconds) {
    return Instant{at.seconds + seconds}.iso();
}

bool is_leased(const Record& member, const Clock& clock) {
    const std::string& until = member.text("leased_until");
    return !until.empty() && until > clock.now.iso();
}

[[noreturn]] void refuse_held(store::Store& store, const Record& member) {
    const Entity& users = store.model().with(meta::Role::user);
    const std::int64_t user = member.number("user");
    throw Error(Fault::refused, "held_by_another",
                fmt::format("{} is being called by {} {}", member.short_id(),
                            meta::short_id(users, user), store.name(users, user)),
                fmt::format("crm member show {}", member.short_id()));
}

}  // namespace

Record call_list(store::Resolver& resolver, std::string_view reference) {
    const Entity& campaigns = resolver.store().model().get("campaign");
    auto found = resolver.find(reference, &campaigns);
    if (!found) {
        if (found.error().code == "not_found")
            found.error().hint = no_list;
        throw found.error();
    }
    Record list = resolver.store().get(campaigns, found->id);
    if (!is_call_list(list))
        throw Error(Fault::refused, "no_call_list",
                    fmt::format("{} {} is of type {}, not Telesales", list.short_id(), list.label(),
                                list.text("type")),
                    std::string(no_list));
    return list;
}

std::vector<Record> call_lists(store::Store& store) {
    if (!store.db().has_table("campaign"))
        return {};
    const Entity& campaigns = store.model().get("campaign");
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "id" FROM "campaign" WHERE "type" = 'Telesales'
           AND "status" IN ('Planning', 'Active') AND {} ORDER BY "id")",
        sql::live()));
    std::vector<std::int64_t> ids;
    while (get.step())
        ids.push_back(get.integer(0));
    std::vector<Record> out;
    for (const std::int64_t id : ids)
        out.push_back(store.get(campaigns, id));
    return out;
}

CallQueue::CallQueue(store::Store& store, const Clock& clock, std::vector<Record> lists,
                     CallSettings settings, std::int64_t user)
    : store_(store), clock_(clock), settings_(settings), user_(user) {
    sql::Statement away = store.db().prepare(
        R"(SELECT "id" FROM "user" WHERE "active" = 0 OR "deleted_at" IS NOT NULL)");
    while (away.step())
        away_.insert(away.integer(0));
    for (const Record& list : lists) {
        if (list.text("status") == "Inactive" || list.text("status") == "Complete")
            continue;
        hours_.try_emplace(list.id, store, list, clock);
        read(list);
    }
    sort();
}

void CallQueue::read(const Record& list) {
    if (!store_.db().has_table("member"))
        return;
    sql::Statement get = store_.db().prepare(fmt::format(
        R"(SELECT "id", "who_noun", "who", "user", "attempts", "next_at", "leased_until", "result"
           FROM "member"
           WHERE "campaign" = ?1 AND "opted_out_at" IS NULL
             AND coalesce("rank", '') <> 'Converted' AND {}
           ORDER BY "id")",
        sql::live()));
    for (get.with(list.id); get.step();) {
        const Entity* noun = store_.model().by_number(static_cast<int>(get.integer(1)));
        Entry entry{.member = get.integer(0),
                    .list = list.id,
                    .user = get.integer(3),
                    .attempts = get.integer(4),
                    .who = {noun, get.integer(2)},
                    .next_at = std::string(get.text(5)),
                    .leased_until = std::string(get.text(6)),
                    .result = std::string(get.text(7))};
        if (noun == nullptr || !is_left(entry))
            continue;
        if (is_held(entry))
            ++held_;
        else
            entries_.push_back(std::move(entry));
    }
}

bool CallQueue::is_left(const Entry& entry) const {
    if (entry.result == "Callback")
        return true;
    if (entry.result == "Interested")
        return !entry.next_at.empty();
    const bool is_retried =
        entry.result.empty() || entry.result == "Not Answered" || entry.result == "Busy";
    return is_retried && entry.attempts < settings_.attempts;
}

bool CallQueue::is_held(const Entry& entry) const {
    return !entry.leased_until.empty() && entry.leased_until > clock_.now.iso();
}

std::optional<Instant> CallQueue::due(const Entry& entry) const {
    const bool is_mine = entry.user == 0 || entry.user == user_ || away_.contains(entry.user);
    const auto next = iso_instant(entry.next_at);
    const Instant at = next.value_or(clock_.now);
    if (entry.is_callback())
        return is_mine ? at : Instant{at.seconds + lease};
    if (entry.attempts == 0 && !is_mine)
        return {};
    return at;
}

void CallQueue::sort() {
    const auto place = [&](const Entry& entry) {
        const bool is_mine = entry.user == user_;
        const int group = entry.is_callback() ? 0 : entry.attempts == 0 ? 1 : 2;
        return std::tuple(group, group < 2 && !is_mine, seconds_of(entry.next_at), entry.member);
    };
    std::ranges::sort(entries_, {}, place);
}

/// Numbers are unique in a list: of the members that have one, who was called before is called,
/// else the first. 0 where nobody has it.
std::int64_t CallQueue::holder_of(std::int64_t list, const Callee& callee) {
    const auto [at, is_new] = holders_.try_emplace({list, callee.key}, 0);
    if (!is_new)
        return at->second;
    sql::Statement get = store_.db().prepare(fmt::format(
        R"(SELECT "id", "attempts" FROM "member"
           WHERE "campaign" = ?1 AND "who_noun" = ?2 AND "who" = ?3 AND {})",
        sql::live()));
    std::pair<bool, std::int64_t> first{true, 0};  // never called, the member
    for (const Found& who : callers(store_, callee.number)) {
        if (!get.with(list, who.entity->number, who.id).step())
            continue;
        const std::pair<bool, std::int64_t> one{get.integer(1) == 0, get.integer(0)};
        if (first.second != 0 && first < one)
            continue;
        if (number_to_call(store_, store_.get(*who.entity, who.id)).key == callee.key)
            first = one;
    }
    return at->second = first.second;
}

bool CallQueue::has_number_of_another(const Entry& entry, const Callee& callee) {
    const std::int64_t holder = holder_of(entry.list, callee);
    return holder != 0 && holder != entry.member;
}

std::optional<Callee> CallQueue::callee(const Entry& entry) {
    auto who = store_.find(*entry.who.entity, entry.who.id);
    if (!who || !who->deleted_at.empty())
        return {};
    CallNumber number = number_to_call(store_, *who);
    if (!number.left_out.empty())
        return {};
    std::vector<std::string> zones = zones_of_callee(*who, number.number);
    if (zones.empty())
        zones.push_back(hours_.at(entry.list).own_zone());
    return Callee{store_.get(store_.model().get("member"), entry.member), std::move(*who),
                  std::move(number.number), std::move(number.key), std::move(zones)};
}

std::optional<Callee> CallQueue::first(const std::function<bool(const Callee&)>& accept) {
    for (const Entry& entry : entries_) {
        const auto at = due(entry);
        if (!at || *at > clock_.now)
            continue;
        auto found = callee(entry);
        if (!found || has_number_of_another(entry, *found))
            continue;
        if (hours_.at(entry.list).first_from(found->zones, clock_.now) != clock_.now)
            continue;
        if (!accept || accept(*found))
            return found;
        passed_over_.insert(entry.member);
    }
    return {};
}

std::optional<Instant> CallQueue::next_time() {
    std::vector<std::pair<Instant, const Entry*>> later;
    for (const Entry& entry : entries_)
        if (const auto at = due(entry); at && !passed_over_.contains(entry.member))
            later.emplace_back(std::max(*at, clock_.now), &entry);
    std::ranges::sort(later, {}, [](const auto& one) { return one.first; });
    std::optional<Instant> best;
    for (const auto& [at, entry] : later) {
        if (best && at >= *best)
            break;
        const auto found = callee(*entry);
        if (!found || has_number_of_another(*entry, *found))
            continue;
        const auto open = hours_.at(entry->list).first_from(found->zones, at);
        if (!open)
            ++without_hours_;
        else if (!best || *open < *best)
            best = open;
    }
    return best;
}

Record claim(store::Writer& writer, const Record& member, std::int64_t user) {
    Record claimed = member;
    claimed.put(claimed.field("user"), {Value(user)});
    claimed.put(claimed.field("attempts"), {Value(member.number("attempts") + 1)});
    claimed.put_text("leased_until", after(writer.info().clock.now, lease));
    writer.change(member, claimed);
    return claimed;
}

namespace {

/// The members that a user has; those whose lease has ended only where there are no others.
std::vector<std::int64_t> members_of(store::Store& store, const Clock& clock, std::int64_t user) {
    if (!store.db().has_table("member"))
        return {};
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "id", "leased_until" FROM "member"
           WHERE "user" = ?1 AND "leased_until" IS NOT NULL AND {} ORDER BY "id")",
        sql::live()));
    std::vector<std::int64_t> leased, ended;
    for (get.with(user); get.step();)
        (get.text(1) > clock.now.iso() ? leased : ended).push_back(get.integer(0));
    return leased.empty() ? ended : leased;
}

/// The member that is meant by a person: the one that the user has, else the only one in a list.
std::int64_t member_of_person(store::Store& store, const Found& who,
                              const std::vector<std::int64_t>& mine) {
    std::vector<std::int64_t> all;
    if (store.db().has_table("member")) {
        sql::Statement get = store.db().prepare(
            R"(SELECT m."id" FROM "member" m JOIN "campaign" c ON c."id" = m."campaign"
               WHERE m."who_noun" = ?1 AND m."who" = ?2 AND m."deleted_at" IS NULL
                 AND m."undone" IS NULL AND c."type" = 'Telesales' ORDER BY m."id")");
        for (get.with(who.entity->number, who.id); get.step();)
            all.push_back(get.integer(0));
    }
    std::vector<std::int64_t> held;
    std::ranges::set_intersection(all, mine, std::back_inserter(held));
    const std::vector<std::int64_t>& among = held.empty() ? all : held;
    const std::string name = meta::short_id(*who.entity, who.id);
    if (among.empty())
        throw Error(Fault::not_found, "none_held", fmt::format("{} is in no call list", name),
                    "crm call build LIST " + name);
    if (among.size() > 1)
        throw Error(Fault::ambiguous, "ambiguous", fmt::format("{} is in several lists", name),
                    fmt::format("crm member list who:{}", name));
    return among.front();
}

}  // namespace

Record held_member(store::Resolver& resolver, const Clock& clock, std::int64_t user,
                   std::string_view reference) {
    store::Store& store = resolver.store();
    const Entity& members = store.model().get("member");
    const std::vector<std::int64_t> mine = members_of(store, clock, user);
    if (reference.empty()) {
        if (mine.empty())
            throw Error(Fault::not_found, "none_held", "you have nobody to call",
                        "crm call next gives you somebody");
        if (mine.size() > 1) {
            Error error(Fault::ambiguous, "ambiguous",
                        fmt::format("you have {} members", mine.size()));
            for (const std::int64_t id : mine)
                error.candidates.push_back(meta::short_id(members, id));
            error.hint = "choose one: " + text::joined(error.candidates, ", ");
            throw error;
        }
        return store.get(members, mine.front());
    }
    auto found = resolver.find(reference, nullptr);
    if (!found)
        throw found.error();
    const std::int64_t id =
        found->entity == &members ? found->id : member_of_person(store, *found, mine);
    Record member = store.get(members, id);
    if (!member.deleted_at.empty())
        throw Error(Fault::refused, "in_trash", member.short_id() + " is in the trash",
                    "crm restore " + member.short_id());
    if (is_leased(member, clock) && member.number("user") != user)
        refuse_held(store, member);
    return member;
}

bool release(store::Writer& writer, Record& member, std::int64_t user) {
    const Clock& clock = writer.info().clock;
    if (is_leased(member, clock) && member.number("user") != user)
        refuse_held(writer.store(), member);
    if (member.text("leased_until").empty())
        return false;
    const Record before = member;
    const std::int64_t attempts = member.number("attempts");
    member.put_text("leased_until", {});
    member.put(member.field("attempts"), {Value(std::max<std::int64_t>(attempts - 1, 0))});
    if (member.text("result") != "Callback") {
        member.put(member.field("user"), {Value()});
        member.put_text("next_at", clock.now.iso());  // behind those who have not waited
    }
    return writer.change(before, member);
}

}  // namespace crm::campaign
