#include "service/due_times.hpp"

#include "service/events.hpp"
#include "service/ticket_rows.hpp"
#include "sql/expression.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace crm::service {

using store::Record;
using store::RuleContext;

namespace {

constexpr std::string_view is_open = R"(t."status" IN ('New', 'Assigned', 'Pending'))";
constexpr std::string_view is_ticket = R"(t."id" = ?1)";
constexpr std::string_view is_open_ticket =
    R"(t."id" = ?1 AND t."status" IN ('New', 'Assigned', 'Pending'))";
constexpr std::string_view of_past_or_links =
    R"( AND (c."field" IS NULL OR c."field" IN ('events', 'created_at', 'status', 'priority', 'sla',
                                              'contract', 'asset', 'account', 'queue')))";
/// Tickets whose past, or what their service level follows from, was changed by the operation ?1.
/// Rules of service levels may ask for every field.
std::string is_changed(const meta::Entity& ticket, bool have_rules) {
    return fmt::format(R"(t."id" IN (
    SELECT x."id" FROM "change" c
    JOIN "ticket" x ON x."id" BETWEEN c."record" AND c."through"
    WHERE c."operation" = ?1 AND c."noun" = {}{}))",
                       ticket.number, have_rules ? std::string_view() : of_past_or_links);
}

/// A duration as fields keep it, in the largest unit that is exact.
std::string duration_text(std::int64_t seconds) {
    if (seconds % 3600 == 0)
        return fmt::format("{}h", seconds / 3600);
    if (seconds % 60 == 0)
        return fmt::format("{}min", seconds / 60);
    return fmt::format("{}s", seconds);
}

/// Due times as the fields keep them.
std::array<Value, due_fields.size()> values_of(const DueTimes& due) {
    const auto text = [](const std::optional<Instant>& at) {
        return at ? Value(at->iso()) : Value();
    };
    return {text(due.response),   text(due.next_response),
            text(due.resolution), text(due.warn_at),
            text(due.breach_at),  due.left ? Value(duration_text(*due.left)) : Value()};
}

DueTimes counted(ServiceLevels& levels, const ServiceLevel& level, std::string_view priority,
                 std::span<const Event> events) {
    return due_times(clocks_of(levels.time(level), level.terms_of(priority), events));
}

/// Which of the values differ, with both.
std::string difference(const DueTimes& is, const DueTimes& should) {
    const auto values = values_of(is), others = values_of(should);
    const auto shown = [](const Value& value) {
        const auto* text = std::get_if<std::string>(&value);
        return text == nullptr ? std::string("empty") : *text;
    };
    for (std::size_t i = 0; i < due_fields.size(); ++i)
        if (values[i] != others[i])
            return fmt::format("{} is {}, but should be {}", due_fields[i], shown(values[i]),
                               shown(others[i]));
    return {};
}

/// The service levels whose tickets an operation concerns.
struct Concern {
    bool all = true;  ///< all tickets, also those that have none
    std::set<std::int64_t> levels{};
};

/// The open tickets that may have one of the service levels, as a condition on "t".
std::string may_have(const std::set<std::int64_t>& levels, const std::vector<std::int64_t>& all) {
    std::vector<std::int64_t> others;
    for (const std::int64_t level : all)
        if (!levels.contains(level))
            others.push_back(level);
    if (others.empty())
        return std::string(is_open);
    return fmt::format(R"({} AND coalesce(t."sla", 0) NOT IN ({}))", is_open,
                       fmt::join(others, ", "));
}

class Recount {
public:
    explicit Recount(RuleContext& context)
        : context_(context),
          store_(context.flushed()),
          levels_(store_, context.clock, context.user) {}

    /// The open tickets that it concerns.
    void run_open(const Concern& concern) {
        if (concern.all)
            run(is_open, 0);
        else if (!concern.levels.empty())
            run(may_have(concern.levels, levels_.ids()), 0, &concern.levels);
    }

    /// Returns how many tickets had other times. `only`: those of one of the service levels.
    std::size_t run(std::string_view which, std::int64_t parameter,
                    const std::set<std::int64_t>* only = nullptr) {
        TicketReader reader(store_, which);
        return run(reader, parameter, only);
    }

    std::size_t run(TicketReader& reader, std::int64_t parameter,
                    const std::set<std::int64_t>* only = nullptr) {
        std::vector<WrongDue> wrong;
        TicketRow row;
        for (reader.begin(parameter); reader.next(row);) {
            const ServiceLevel* level = levels_.of(row.links);
            if (only != nullptr && (level == nullptr || !only->contains(level->id)))
                continue;
            DueTimes should;
            if (level != nullptr) {
                reader.read_events(row);
                should = counted(levels_, *level, row.priority, row.events);
            }
            if (should != row.kept)
                wrong.push_back({row.links.id, row.kept, should});
        }
        std::ranges::sort(wrong, {}, &WrongDue::ticket);
        for (const WrongDue& due : wrong)
            if (context_.checking)
                context_.outdated(store_.get(store_.model().get("ticket"), due.ticket),
                                  difference(due.is, due.should));
            else
                write(due.ticket, due.should);
        return wrong.size();
    }

    ServiceLevels& levels() { return levels_; }

private:
    struct WrongDue {
        std::int64_t ticket;
        DueTimes is, should;
    };

    void write(std::int64_t ticket, const DueTimes& due) {
        if (!update_)
            update_ = store_.db().prepare(R"(
                UPDATE "ticket" SET "response_due" = ?2, "next_response_due" = ?3,
                    "resolution_due" = ?4, "warn_at" = ?5, "breach_at" = ?6, "sla_left" = ?7
                WHERE "id" = ?1)");
        update_.reset();
        update_.bind(1, ticket);
        const auto values = values_of(due);
        for (std::size_t i = 0; i < values.size(); ++i)
            update_.bind(static_cast<int>(i) + 2, View(values[i]));
        update_.run();
    }

    RuleContext& context_;
    store::Store& store_;
    ServiceLevels levels_;
    sql::Statement update_;
};

/// Whether the operation has purged a record: links to it are empty now, and no history says so.
bool has_purged(store::Store& store, std::int64_t operation) {
    sql::Statement get = store.db().prepare(
        R"(SELECT 1 FROM "change" WHERE "operation" = ?1 AND "action" = 'purge')");
    return get.with(operation).step();
}

/// Whether an operation may have changed which service level a ticket has.
bool changes_choice(RuleContext& context, bool have_rules) {
    const meta::Model& model = context.store().model();
    for (const std::string_view noun : {"contract", "queue", "asset"})
        if (context.touches(model.get(noun)))
            return true;
    if (have_rules)
        for (const meta::Entity& noun : model.entities())
            if (noun.noun != "ticket" && context.touches(noun))
                return true;
    return has_purged(context.store(), context.operation());
}

/// What an operation concerns that has changed service levels and calendars: a row of the history
/// without a field adds or removes one.
Concern concern_of(store::Store& store, std::int64_t operation, ServiceLevels& levels) {
    const meta::Model& model = store.model();
    const int sla = model.get("sla").number, calendar = model.get("calendar").number;
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "noun", "record", "field" IS NULL
                  OR "field" IN ('rule', 'rank', 'default', 'active')
           FROM "change" WHERE "operation" = ?1 AND "noun" IN ({}, {}))",
        sla, calendar));
    std::set<std::int64_t> calendars;
    Concern out{.all = false};
    for (get.with(operation); get.step();) {
        if (get.integer(2) == 1)
            return {};
        (get.integer(0) == sla ? out.levels : calendars).insert(get.integer(1));
    }
    out.levels.merge(levels.counting_by(calendars));
    return out;
}

}  // namespace

void keep_due_times(RuleContext& context) {
    if (!context.has_table("sla") || !context.has_table("ticket"))
        return;
    if (context.operation() == 0) {
        Recount(context).run(is_open, 0);
        return;
    }
    const bool have_rules = has_service_rules(context.flushed());
    const meta::Model& model = context.store().model();
    const meta::Entity& ticket = model.get("ticket");
    const bool choice = changes_choice(context, have_rules);
    const bool times = context.touches(model.get("sla")) || context.touches(model.get("calendar"));
    const bool tickets = context.touches(ticket);
    if (!choice && !times && !tickets)
        return;
    Recount recount(context);
    if (choice)
        recount.run_open({});
    else if (times)
        recount.run_open(concern_of(context.store(), context.operation(), recount.levels()));
    if (tickets)
        recount.run(is_changed(ticket, have_rules), context.operation());
}

void show_due_times(RuleContext& context, const Record* before, const Record& ticket) {
    if (context.imported || context.loading || !context.has_table("sla"))
        return;
    const std::size_t events = ticket.field("events").first;
    if (before != nullptr && is_closed(ticket.text("status")) &&
        before->rows[events] == ticket.rows[events])
        return;
    Recount(context).run(is_ticket, ticket.id);
}

std::size_t recount(store::Store& store, const Clock& clock, const std::string& user,
                    std::span<const std::int64_t> tickets, std::chrono::milliseconds wait,
                    bool checking) {
    if (!store.db().has_table("sla"))
        return 0;
    std::optional<sql::Transaction> transaction;
    if (!checking)
        transaction.emplace(store.db(), wait);
    RuleContext context(store, clock);
    context.user = user;
    context.checking = checking;
    Recount count(context);
    TicketReader reader(store, is_open_ticket);
    std::size_t wrong = 0;
    for (const std::int64_t ticket : tickets)
        wrong += count.run(reader, ticket);
    if (transaction)
        transaction->commit();
    return wrong;
}

}  // namespace crm::service
