#include "service/service_level.hpp"

#include "calendar/working_hours.hpp"
#include "meta/type.hpp"
#include "service/cover.hpp"
#include "sql/expression.hpp"
#include "store/query_context.hpp"
#include "store/rows.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace crm::service {

using meta::FieldInfo;
using store::Record;

namespace {

std::optional<std::int64_t> seconds_of(const store::RowCells& row, const FieldInfo& targets,
                                       std::string_view name) {
    const auto text = store::row_text(row, store::inner_field(targets, name));
    return text ? std::optional(duration_seconds(*text)) : std::nullopt;
}

ServiceLevel level_of(const Record& sla) {
    ServiceLevel out{.id = sla.id, .name = sla.label(), .calendar = sla.number("calendar")};
    const FieldInfo &targets = sla.field("targets"), &pauses = sla.field("pauses"),
                    &warn = sla.field("warn");
    out.terms.pauses.clear();
    meta::each_value(pauses, sla.text(pauses),
                     [&](std::string_view status) { out.terms.pauses.emplace(status); });
    out.terms.warn = static_cast<int>(sla.number(warn));
    for (const store::RowCells& row : sla.rows[targets.first]) {
        const auto priority = store::row_text(row, store::inner_field(targets, "priority"));
        Terms& terms = out.of_priorities[priority.value_or("Normal")];
        terms = out.terms;
        terms.targets = {seconds_of(row, targets, "response"),
                         seconds_of(row, targets, "next_response"),
                         seconds_of(row, targets, "resolution")};
    }
    return out;
}

std::string of_contract() {
    return R"(SELECT c."sla" FROM "contract" c
              WHERE c."id" = ?1 AND c."deleted_at" IS NULL AND c."sla" IS NOT NULL AND ?2 <> '')";
}

std::string of_covered_asset() {
    return fmt::format(R"(SELECT c."sla" FROM "contract" c
                          JOIN "contract_assets" a ON a."record" = c."id"
                          WHERE a."asset" = ?1 AND c."sla" IS NOT NULL AND {}
                          ORDER BY c."id")",
                       contract_in_force);
}

/// One that names no assets is for all of the account.
std::string of_account() {
    return fmt::format(R"(SELECT c."sla" FROM "contract" c
                          WHERE c."account" = ?1 AND c."sla" IS NOT NULL AND {}
                          ORDER BY (SELECT count(*) FROM "contract_assets" a
                                    WHERE a."record" = c."id"), c."id")",
                       contract_in_force);
}

std::string of_queue() {
    return R"(SELECT q."sla" FROM "queue" q
              WHERE q."id" = ?1 AND q."deleted_at" IS NULL AND q."sla" IS NOT NULL AND ?2 <> '')";
}

}  // namespace

const Terms& ServiceLevel::terms_of(std::string_view priority) const {
    const auto own = of_priorities.find(priority);
    return own == of_priorities.end() ? terms : own->second;
}

bool has_service_rules(store::Store& store) {
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT 1 FROM "sla" WHERE "rule" IS NOT NULL AND "active" = 1 AND {})", sql::live()));
    return get.step();
}

ServiceLevels::ServiceLevels(store::Store& store, const Clock& clock, std::string user)
    : store_(store), clock_(clock), user_(std::move(user)) {
    if (!store.db().has_table("sla"))
        return;
    sql::Statement all = store.db().prepare(fmt::format(
        R"(SELECT "id", "rule", coalesce("default", 0), coalesce("active", 0)
           FROM "sla" WHERE {} ORDER BY coalesce("rank", 0), "id")",
        sql::live()));
    while (all.step()) {
        const bool active = all.integer(3) == 1;
        choices_.push_back({.id = all.integer(0),
                            .rule = active ? std::string(all.text(1)) : std::string(),
                            .is_default = active && all.integer(2) == 1,
                            .level = {}});
    }
}

const ServiceLevel* ServiceLevels::level(Choice& choice) {
    if (!choice.level)
        choice.level = level_of(store_.get(store_.model().get("sla"), choice.id));
    return &*choice.level;
}

const ServiceLevel* ServiceLevels::level(std::int64_t id) {
    const auto found = std::ranges::find(choices_, id, &Choice::id);
    return found == choices_.end() ? nullptr : level(*found);
}

const ServiceLevel* ServiceLevels::linked(std::string_view noun, std::string_view select,
                                          std::int64_t id, std::string_view day) {
    if (id == 0)
        return nullptr;
    const auto [known, is_new] = has_table_.try_emplace(noun);
    if (is_new)
        known->second = store_.db().has_table(noun);
    if (!known->second)
        return nullptr;
    auto statement = statements_.find(select);
    if (statement == statements_.end())
        statement = statements_.emplace(std::string(select), store_.db().prepare(select)).first;
    std::vector<std::int64_t> ids;
    for (statement->second.with(id, day); statement->second.step();)
        ids.push_back(statement->second.integer(0));
    statement->second.reset();
    for (const std::int64_t sla : ids)
        if (const ServiceLevel* found = level(sla))
            return found;
    return nullptr;
}

/// A ticket about an asset is one of the account that has it.
std::int64_t ServiceLevels::account_of(const TicketLinks& ticket) {
    if (ticket.account != 0 || ticket.asset == 0)
        return ticket.account;
    const auto asset = store_.find(store_.model().get("asset"), ticket.asset);
    return asset ? asset->number("account") : 0;
}

const std::set<std::int64_t>& ServiceLevels::found_by(const Choice& choice) {
    const auto [found, is_new] = found_.try_emplace(choice.id);
    if (!is_new)
        return found->second;
    store::Resolver resolver(store_);
    resolver.me_name = [this] { return user_; };
    try {
        const meta::Entity& tickets = store_.model().get("ticket");
        for (const std::int64_t id : store::select(resolver, clock_, tickets, {choice.rule}).ids())
            found->second.insert(id);
    } catch (const Error& e) {
        if (e.fault != Fault::usage)
            throw;  // a rule that has become invalid finds nothing
    }
    return found->second;
}

const ServiceLevel* ServiceLevels::by_rule(std::int64_t ticket) {
    for (Choice& choice : choices_)
        if (!choice.rule.empty() && found_by(choice).contains(ticket))
            return level(choice);
    return nullptr;
}

const ServiceLevel* ServiceLevels::of(const TicketLinks& ticket) {
    if (const ServiceLevel* own = level(ticket.sla))
        return own;
    static const std::string contract = of_contract(), asset = of_covered_asset(),
                             account = of_account(), queue = of_queue();
    if (const ServiceLevel* found = linked("contract", contract, ticket.contract, ticket.day))
        return found;
    if (const ServiceLevel* found = linked("contract", asset, ticket.asset, ticket.day))
        return found;
    if (const ServiceLevel* found = linked("contract", account, account_of(ticket), ticket.day))
        return found;
    if (const ServiceLevel* found = linked("queue", queue, ticket.queue, ticket.day))
        return found;
    if (const ServiceLevel* found = by_rule(ticket.id))
        return found;
    const auto standard = std::ranges::find_if(choices_, &Choice::is_default);
    return standard == choices_.end() ? nullptr : level(*standard);
}

std::optional<Record> ServiceLevels::calendar_of(const ServiceLevel& level) {
    std::optional<Record> calendar;
    if (level.calendar != 0)
        calendar = store_.find(store_.model().get("calendar"), level.calendar);
    return calendar && calendar->deleted_at.empty() ? calendar : calendar::default_calendar(store_);
}

const WorkingTime& ServiceLevels::time(const ServiceLevel& level) {
    std::unique_ptr<WorkingTime>& time = times_[level.calendar];
    if (time == nullptr) {
        std::optional<Record> calendar = calendar_of(level);
        time = std::make_unique<WorkingTime>(calendar ? calendar::read_hours(*calendar, "UTC")
                                                      : BusinessHours::usual("UTC"));
    }
    return *time;
}

std::set<std::int64_t> ServiceLevels::counting_by(const std::set<std::int64_t>& calendars) {
    std::set<std::int64_t> out;
    for (Choice& choice : choices_)
        if (const auto calendar = calendar_of(*level(choice));
            calendar && calendars.contains(calendar->id))
            out.insert(choice.id);
    return out;
}

std::vector<std::int64_t> ServiceLevels::ids() const {
    std::vector<std::int64_t> out;
    for (const Choice& choice : choices_)
        out.push_back(choice.id);
    return out;
}

std::string ServiceLevels::calendar_name(const ServiceLevel& level) {
    const std::optional<Record> calendar = calendar_of(level);
    return calendar ? calendar->label() : std::string();
}

TicketTimes times_of(ServiceLevels& levels, const Record& ticket, Instant at) {
    const TicketLinks links{.id = ticket.id,
                            .sla = ticket.number("sla"),
                            .contract = ticket.number("contract"),
                            .asset = ticket.number("asset"),
                            .account = ticket.number("account"),
                            .queue = ticket.number("queue"),
                            .day = ticket.text("created_at").substr(0, 10)};
    TicketTimes out;
    out.level = levels.of(links);
    if (out.level == nullptr)
        return out;
    out.time = &levels.time(*out.level);
    const Terms& terms = out.level->terms_of(ticket.text("priority"));
    std::vector<Event> events = events_of(ticket);
    // The creation may be in the future, too.
    std::erase_if(events,
                  [&](const Event& event) { return event.at > at && event.what != "Created"; });
    out.clocks = clocks_of(*out.time, terms, events);
    return out;
}

}  // namespace crm::service
