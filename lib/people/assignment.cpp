#include "people/assignment.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "sql/expression.hpp"
#include "store/query_context.hpp"
#include "store/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>

namespace crm::people {

using store::Record;

namespace {

/// The open records by which users are busy, for the noun that is assigned.
struct OpenRecords {
    std::string_view assigned, noun, condition;
};
constexpr OpenRecords open_records_of[] = {
    {"lead", "lead", R"("status" IN ('New', 'Assigned', 'In Process'))"},
    {"lead", "deal", R"("stage" NOT IN ('Closed Won', 'Closed Lost'))"},
    {"ticket", "ticket", R"("status" IN ('New', 'Assigned', 'Pending'))"},
};

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

std::string holders(const std::vector<Place>& places) {
    std::vector<std::string> names;
    for (const Place& place : places)
        names.push_back(place.holder_name);
    return text::joined(names, ", ");
}

/// Whether a user works here: is not deleted, and not `active=no`.
std::optional<Record> active_user(store::Store& store, std::int64_t id) {
    auto user = store.find(store.model().get("user"), id);
    if (!user || !user->deleted_at.empty())
        return {};
    if (user->of(user->field("active"))[0] == Value(std::int64_t{0}))
        return {};
    return user;
}

/// The absence of a user on a day.
const store::RowCells* absence_on(const Record& user, std::string_view day) {
    const meta::FieldInfo& away = user.field("away");
    for (const store::RowCells& row : user.rows[away.first]) {
        const auto from = store::row_text(row, store::inner_field(away, "from")),
                   until = store::row_text(row, store::inner_field(away, "until"));
        if (from && *from <= day && (!until || *until >= day))
            return &row;
    }
    return nullptr;
}

std::int64_t deputy_of(const Record& user, const store::RowCells& absence) {
    const meta::FieldInfo& deputy = store::inner_field(user.field("away"), "deputy");
    const auto* id = std::get_if<std::int64_t>(&absence[deputy.first]);
    return id == nullptr ? 0 : *id;
}

std::vector<std::int64_t> users_of(store::Resolver& resolver, const AssignmentRule& rule) {
    const std::vector<Error> faults = user_faults(resolver, rule);
    if (!faults.empty())
        throw faults.front();
    std::vector<std::int64_t> users;
    for (const std::string& reference : rule.users)
        if (const auto found = resolver.find(reference, &resolver.store().model().get("user")))
            users.push_back(found->id);
    return users;
}

}  // namespace

std::vector<Error> user_faults(store::Resolver& resolver, const AssignmentRule& rule) {
    std::vector<Error> faults;
    for (const std::string& reference : rule.users) {
        const auto found = resolver.find(reference, &resolver.store().model().get("user"));
        if (!found)
            faults.push_back(unknown_user(resolver.store(), rule, reference, found.error()));
    }
    if (!rule.queue.empty())
        if (const auto queue = resolver.find(rule.queue, &resolver.store().model().get("queue"));
            !queue)
            faults.emplace_back(
                Fault::config, "unknown_queue",
                fmt::format("{}: queue: {}", rule.queue_origin, queue.error().message),
                fmt::format("crm queue add '{}'", text::visible(rule.queue)));
    if (rule.users.empty() && rule.queue.empty() && rule.by != AssignBy::territory)
        faults.emplace_back(Fault::config, "bad_config",
                            fmt::format("{}: the rule has no users", rule.users_origin),
                            "to = [\"ada\", \"bob\"]");
    return faults;
}

std::string deputy_text(const Place& place) {
    return place.user == place.holder ? std::string() : "; deputy of " + place.holder_name;
}

std::string names_of(const std::vector<Place>& places) {
    std::vector<std::string> names;
    std::set<std::int64_t> users;
    for (const Place& place : places)
        if (place.user != 0 && users.insert(place.user).second)
            names.push_back(place.name);
    return text::joined(names, ", ");
}

UserChoice::UserChoice(store::Store& store, const meta::Entity& noun, Date today)
    : store_(store), noun_(noun), today_(today.iso()) {}

/// The deputy of a deputy who is away, too. Who are deputies of each other are not there.
void UserChoice::find_user(Place& place) {
    std::set<std::int64_t> seen;
    std::int64_t id = place.holder;
    while (id != 0 && seen.insert(id).second) {
        const auto user = active_user(store_, id);
        if (!user)
            return;
        const store::RowCells* absence = absence_on(*user, today_);
        if (absence == nullptr) {
            place.user = id;
            place.name = user->label();
            return;
        }
        id = deputy_of(*user, *absence);
    }
}

std::vector<Place> UserChoice::places(const std::vector<std::int64_t>& users) {
    std::vector<Place> out;
    for (const std::int64_t id : users) {
        const auto user = active_user(store_, id);
        if (!user)
            continue;
        out.push_back({.holder = id, .holder_name = user->label()});
        find_user(out.back());
    }
    return out;
}

std::optional<Assignee> UserChoice::by_turn(const std::string& rule,
                                            const std::vector<Place>& places) {
    const auto is_taken = [](const Place& place) { return place.user != 0; };
    if (std::ranges::none_of(places, is_taken))
        return {};
    const auto [known, is_new] = turns_.try_emplace(rule, 0);
    if (is_new)
        known->second = turns_taken(rule);
    std::int64_t& turns = known->second;
    // The turn of somebody who is away is skipped: the others keep theirs.
    const Place* place = nullptr;
    do
        place = &places[static_cast<std::size_t>(turns++) % places.size()];
    while (!is_taken(*place));
    return Assignee{place->user, place->name,
                    fmt::format("{}{} of {}{}", turn_prefix(rule), turns, holders(places),
                                deputy_text(*place))};
}

std::optional<Assignee> UserChoice::least_busy(const std::string& rule,
                                               const std::vector<Place>& places) {
    const Place* place = least_busy(places);
    if (place == nullptr)
        return {};
    return Assignee{place->user, place->name,
                    fmt::format("{}: the least busy of {}, {} open{}", rule, names_of(places),
                                open_records(place->user), deputy_text(*place))};
}

const Place* UserChoice::least_busy(const std::vector<Place>& places) {
    const Place* best = nullptr;
    for (const Place& place : places) {
        if (place.user == 0)
            continue;
        if (best == nullptr || open_records(place.user) < open_records(best->user))
            best = &place;
    }
    return best;
}

std::int64_t UserChoice::open_records(std::int64_t user) {
    const auto [known, is_new] = open_.try_emplace(user, 0);
    if (is_new)
        known->second = count_open(user);
    return known->second;
}

void UserChoice::count(std::int64_t user) {
    // A user who was not counted yet is counted when the record is theirs already.
    if (const auto open = open_.find(user); open != open_.end())
        ++open->second;
}

/// The turns are counted in the reasons of the records, so that undoing an assignment gives its
/// turn back.
std::int64_t UserChoice::turns_taken(const std::string& rule) const {
    const std::string prefix = turn_prefix(rule);
    sql::Statement reasons = store_.db().prepare(fmt::format(R"(
        SELECT "assignment"
        FROM "{}"
        WHERE "assignment" IS NOT NULL)",
                                                             noun_.noun));
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

std::int64_t UserChoice::count_open(std::int64_t user) const {
    std::int64_t count = 0;
    for (const OpenRecords& open : open_records_of) {
        if (open.assigned != noun_.noun)
            continue;
        sql::Statement records = store_.db().prepare(
            fmt::format(R"(SELECT count(*) FROM "{}" WHERE "owner" = ?1 AND {} AND {})", open.noun,
                        sql::live(), open.condition));
        records.with(user).step();
        count += records.integer(0);
    }
    return count;
}

std::vector<ReadyRule> ready_rules(store::Resolver& resolver, const Clock& clock,
                                   const meta::Entity& noun,
                                   const std::vector<AssignmentRule>& rules, UserChoice& choice) {
    std::vector<ReadyRule> out;
    for (const AssignmentRule& rule : rules) {
        ReadyRule& ready = out.emplace_back(rule, choice.places(users_of(resolver, rule)),
                                            std::set<std::int64_t>());
        try {
            const auto ids = store::select(resolver, clock, noun,
                                           rule.query.empty() ? std::vector<std::string>()
                                                              : std::vector{rule.query})
                                 .ids();
            ready.records.insert(ids.begin(), ids.end());
        } catch (const Error& e) {
            throw Error(Fault::config, "bad_config",
                        fmt::format("{}: {}", rule.query_origin, e.message), e.hint);
        }
    }
    return out;
}

}  // namespace crm::people
