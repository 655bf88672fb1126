#include "service/service_level.hpp"

#include "calendar/working_hours.hpp"
#include "meta/type.hpp"
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
    for (const store::RowCells& row : sla.rows[targets.first]) {
        const auto priority = store::row_text(row, store::inner_field(targets, "priority"));
        out.targets[priority.value_or("Normal")] = {seconds_of(row, targets, "response"),
                                                    seconds_of(row, targets, "next_response"),
                                                    seconds_of(row, targets, "resolution")};
    }
    out.terms.pauses.clear();
    meta::each_value(pauses, sla.text(pauses),
                     [&](std::string_view status) { out.terms.pauses.emplace(status); });
    out.terms.warn = static_cast<int>(sla.number(warn));
    out.rule = sla.text("rule");
    out.is_default = sla.number("default") == 1;
    out.active = sla.number("active") == 1;
    return out;
}

/// Contracts that count on a day: what is not cancelled or over.
constexpr std::string_view in_force =
    R"(c."sla" IS NOT NULL AND c."deleted_at" IS NULL
       AND (c."status" IS NULL OR c."status" NOT IN ('Cancelled', 'Expired'))
       AND (c."start" IS NULL OR c."start" <= ?2) AND (c."end" IS NULL OR c."end" >= ?2))";

std::string of_contract() {
    return R"(SELECT c."sla" FROM "contract" c
              WHERE c."id" = ?1 AND c."deleted_at" IS NULL AND c."sla" IS NOT NULL AND ?2 <> '')";
}

std::string of_covered_asset() {
    return fmt::format(R"(SELECT c."sla" FROM "contract" c
                          JOIN "contract_assets" a ON a."record" = c."id"
                          WHERE a."asset" = ?1 AND {} ORDER BY c."id")",
                       in_force);
}

/// One that names no assets is for all of the account.
std::string of_account() {
    return fmt::format(R"(SELECT c."sla" FROM "contract" c
                          WHERE c."account" = ?1 AND {}
                          ORDER BY (SELECT count(*) FROM "contract_assets" a
                                    WHERE a."record" = c."id"), c."id")",
                       in_force);
}

std::string of_queue() {
    return R"(SELECT q."sla" FROM "queue" q
              WHERE q."id" = ?1 AND q."deleted_at" IS NULL AND q."sla" IS NOT NULL AND ?2 <> '')";
}

}  // namespace

Terms ServiceLevel::terms_of(std::string_view priority) const {
    Terms out = terms;
    if (const auto own = targets.find(priority); own != targets.end())
        out.targets = own->second;
    return out;
}

ServiceLevels::ServiceLevels(store::Store& store, const Clock& clock, std::string user)
    : store_(store), clock_(clock), user_(std::move(user)) {
    if (!store.db().has_table("sla"))
        return;
    sql::Statement all = store.db().prepare(fmt::format(
        R"(SELECT "id" FROM "sla" WHERE {} ORDER BY coalesce("rank", 0), "id")", sql::live()));
    std::vector<std::int64_t> ids;
    while (all.step())
        ids.push_back(all.integer(0));
    for (const std::int64_t id : ids)
        levels_.push_back(level_of(store.get(store.model().get("sla"), id)));
}

bool ServiceLevels::have_rules() const {
    return std::ranges::any_of(
        levels_, [](const ServiceLevel& level) { return level.active && !level.rule.empty(); });
}

const ServiceLevel* ServiceLevels::level(std::int64_t id) const {
    const auto found = std::ranges::find(levels_, id, &ServiceLevel::id);
    return found == levels_.end() ? nullptr : &*found;
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

const std::set<std::int64_t>& ServiceLevels::found_by(const ServiceLevel& level) {
    const auto [found, is_new] = found_.try_emplace(level.id);
    if (!is_new)
        return found->second;
    store::Resolver resolver(store_);
    resolver.me_name = [this] { return user_; };
    try {
        const meta::Entity& tickets = store_.model().get("ticket");
        for (const std::int64_t id : store::select(resolver, clock_, tickets, {level.rule}).ids())
            found->second.insert(id);
    } catch (const Error& e) {
        if (e.fault != Fault::usage)
            throw;  // a rule that has become invalid finds nothing
    }
    return found->second;
}

const ServiceLevel* ServiceLevels::by_rule(std::int64_t ticket) {
    for (const ServiceLevel& level : levels_)
        if (level.active && !level.rule.empty() && found_by(level).contains(ticket))
            return &level;
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
    const auto standard = std::ranges::find_if(
        levels_, [](const ServiceLevel& level) { return level.is_default && level.active; });
    return standard == levels_.end() ? nullptr : &*standard;
}

std::optional<Record> ServiceLevels::calendar_of(const ServiceLevel& level) {
    std::optional<Record> calendar;
    if (level.calendar != 0)
        calendar = store_.find(store_.model().get("calendar"), level.calendar);
    return calendar ? calendar : calendar::default_calendar(store_);
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
    const Terms terms = out.level->terms_of(ticket.text("priority"));
    std::vector<Event> events = events_of(ticket);
    // The creation may be in the future, too.
    std::erase_if(events,
                  [&](const Event& event) { return event.at > at && event.what != "Created"; });
    out.clocks = clocks_of(*out.time, terms, events);
    return out;
}

}  // namespace crm::service
