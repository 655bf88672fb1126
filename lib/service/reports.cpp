#include "service/reports.hpp"

#include "insight/quantile.hpp"
#include "report/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace crm::service {

using report::Column;
using report::ColumnType;
using report::Result;

namespace {

TicketReportRequest with_groups(TicketReportRequest request, std::string_view by) {
    if (request.by.empty())
        request.by = by;
    return request;
}

Result result_of(const TicketGroups& groups, std::vector<Column> figures) {
    Result out{groups.columns(), {}, {}, {}};
    std::ranges::move(figures, std::back_inserter(out.columns));
    return out;
}

/// A ticket without a service level has the time of the default calendar, and no clocks.
TicketTimes times_of(ServiceLevels& levels, const TicketRow& row) {
    static const ServiceLevel none;  // the default calendar, and pauses while Pending
    const ServiceLevel* level = levels.of(row.links);
    const WorkingTime& time = levels.time(level == nullptr ? none : *level);
    if (level == nullptr)
        return {nullptr, &time, {}};
    return {level, &time, clocks_of(time, level->terms_of(row.priority), row.events)};
}

const Event* first_answer(const TicketRow& row) {
    const auto found = std::ranges::find(row.events, "Answer", &Event::what);
    return found == row.events.end() ? nullptr : &*found;
}

double between(const WorkingTime& time, Instant from, Instant to, bool elapsed) {
    const std::int64_t seconds = elapsed ? to.seconds - from.seconds : time.used(from, to);
    return static_cast<double>(std::max<std::int64_t>(seconds, 0));
}

/// Until the first answer.
std::optional<double> response_seconds(const TicketTimes& times, const TicketRow& row,
                                       bool elapsed) {
    const Event* answer = first_answer(row);
    if (answer == nullptr)
        return {};
    return between(*times.time, row.events.front().at, answer->at, elapsed);
}

/// Of a closed ticket the time in which it was worked on.
std::optional<double> resolution_seconds(const TicketTimes& times, const TicketRow& row,
                                         bool elapsed) {
    if (status_after(row.events) != "Closed")
        return {};
    // Where the clock stands still follows from the terms; its target does not matter.
    Terms counted = times.level == nullptr ? Terms() : times.level->terms_of(row.priority);
    counted.targets = {.resolution = 1};
    const std::vector<TicketClock> clocks = clocks_of(*times.time, counted, row.events);
    if (clocks.empty() || !clocks.front().ended)
        return {};
    const Instant end = *clocks.front().ended;
    if (elapsed)
        return between(*times.time, row.events.front().at, end, true);
    return static_cast<double>(clocks.front().used(*times.time, end));
}

constexpr std::string_view causes[] = {"Unassigned", "Unanswered", "In Work", "Reopened"};

/// Where a ticket was when a target was missed.
std::string_view cause_of(const TicketRow& row, Instant missed) {
    bool reopened = false, waits = false, answered = false;
    std::string_view status = "New";
    for (const Event& event : row.events) {
        if (event.at > missed)
            break;
        reopened = reopened || event.what == "Reopened";
        answered = answered || event.what == "Answer";
        if (event.what == "Answer")
            waits = false;
        else if (event.what == "Created" || event.what == "Customer")
            waits = true;
        if (const std::string_view to = status_of(event.what); !to.empty())
            status = to;
    }
    if (reopened)
        return "Reopened";
    if (status == "New" && !answered)
        return "Unassigned";
    return waits ? "Unanswered" : "In Work";
}

// --- sla

struct SlaFigures {
    std::int64_t tickets = 0, kept = 0, missed = 0;
    std::vector<double> late;  ///< seconds
};

std::vector<Column> sla_groups() {
    return {{.name = "clock", .group = true, .help = "response, next response or resolution"},
            {.name = "sla",
             .type = ColumnType::link,
             .group = true,
             .help = "service level",
             .title = "Service level",
             .noun = "sla"},
            {.name = "cause",
             .group = true,
             .help = "where the ticket was when the target was missed"}};
}

std::vector<Column> sla_figures() {
    std::vector<Column> out = {
        figure("tickets", ColumnType::integer, "tickets that have the clock"),
        figure("kept", ColumnType::integer, "those whose target was kept"),
        figure("missed", ColumnType::integer, "those whose target was missed"),
        figure("kept_share", ColumnType::share, "kept as a share of kept and missed"),
        figure(
            "late", ColumnType::number,
            "median of how much too late the missed ones were, or are by now, in working minutes",
            1)};
    out[3].charted = true;
    return out;
}

GroupValue clock_value(ClockName name) {
    return {.rank = static_cast<std::int64_t>(name), .text = std::string(name_of(name)), .id = {}};
}

GroupValue cause_value(const TicketRow& row, const TicketClock& clock) {
    const std::string_view cause = cause_of(row, *clock.due);
    return {.rank = 1 + (std::ranges::find(causes, cause) - std::begin(causes)),
            .text = std::string(cause),
            .id = {}};
}

void count_clock(SlaFigures& figures, const TicketTimes& times, const TicketClock& clock,
                 Instant now) {
    ++figures.tickets;
    const ClockState state = clock.state(now);
    if (state == ClockState::kept)
        ++figures.kept;
    if (state != ClockState::missed)
        return;
    ++figures.missed;
    const std::int64_t used = clock.used(*times.time, clock.ended.value_or(now));
    figures.late.push_back(static_cast<double>(used - clock.target));
}

// --- response

std::vector<Column> response_figures(bool elapsed) {
    const std::string minutes = elapsed ? "minutes" : "working minutes";
    const std::string pauses = elapsed ? "" : ", without pauses";
    return {
        figure("tickets", ColumnType::integer, "tickets"),
        figure("answered", ColumnType::integer, "those that were answered"),
        figure("response_median", ColumnType::number,
               "median of the " + minutes + " until the first answer", 1, "Response, median"),
        figure("response_p90", ColumnType::number,
               minutes + " until the first answer that 90 % of the answered ones kept", 1,
               "Response, 90 %"),
        figure("resolution_median", ColumnType::number,
               "median of the " + minutes + " until the closing" + pauses, 1, "Resolution, median"),
        figure("resolution_p90", ColumnType::number,
               minutes + " until the closing that 90 % of the closed ones kept" + pauses, 1,
               "Resolution, 90 %")};
}

struct ResponseFigures {
    std::int64_t tickets = 0;
    std::vector<double> response, resolution;
};

// --- agents

Column csat_figure() {
    Column out =
        figure("csat", ColumnType::percent, "tickets rated 4 or 5 as per cent of the rated ones");
    out.title = "CSAT";
    return out;
}

std::vector<Column> agent_figures() {
    return {figure("open", ColumnType::integer, "open tickets that they own"),
            figure("closed", ColumnType::integer, "tickets of theirs that were closed"),
            figure("answers", ColumnType::integer, "answers that they gave"),
            figure("minutes", ColumnType::integer,
                   "minutes of answers and held visits to their "
                   "tickets"),
            figure("response_median", ColumnType::number,
                   "median of the working minutes until the first answer of their tickets", 1),
            figure("kept_share", ColumnType::share,
                   "targets that were kept as a share of those kept and missed"),
            csat_figure()};
}

struct AgentFigures {
    std::int64_t open = 0, closed = 0, answers = 0, minutes = 0, kept = 0, missed = 0, rated = 0,
                 content = 0;
    std::vector<double> response;
};

/// What a report reads of a ticket beside its events.
struct TicketWork {
    std::int64_t minutes = 0, csat = 0;
};

std::map<std::int64_t, TicketWork> read_work(store::Store& store) {
    std::map<std::int64_t, TicketWork> out;
    const bool has_minutes = store.model().get("ticket").find("minutes") != nullptr;
    sql::Statement tickets =
        store.db().prepare(fmt::format(R"(SELECT "id", {}, coalesce("csat", 0) FROM "ticket")",
                                       has_minutes ? R"(coalesce("minutes", 0))" : "0"));
    while (tickets.step())
        out[tickets.integer(0)] = {tickets.integer(1), tickets.integer(2)};
    if (!store.db().has_table("visit"))
        return out;
    sql::Statement visits = store.db().prepare(
        R"(SELECT "ticket", sum(coalesce("minutes", 0)) FROM "visit"
           WHERE "ticket" IS NOT NULL AND "status" = 'Held' AND "deleted_at" IS NULL
           GROUP BY "ticket")");
    while (visits.step())
        out[visits.integer(0)].minutes += visits.integer(1);
    return out;
}

void count_owner(AgentFigures& figures, const TicketTimes& times, const TicketRow& row,
                 const TicketWork& work, Instant now) {
    const std::string status = status_after(row.events);
    figures.open += is_closed(status) ? 0 : 1;
    figures.closed += status == "Closed" ? 1 : 0;
    figures.minutes += work.minutes;
    if (const auto seconds = response_seconds(times, row, false))
        figures.response.push_back(*seconds);
    for (const TicketClock& clock : times.clocks) {
        figures.kept += clock.state(now) == ClockState::kept ? 1 : 0;
        figures.missed += clock.state(now) == ClockState::missed ? 1 : 0;
    }
    figures.rated += work.csat > 0 ? 1 : 0;
    figures.content += work.csat >= 4 ? 1 : 0;
}

Value percent_value(std::int64_t part, std::int64_t of) {
    if (of == 0)
        return {};
    return report::rounded_text(100.0 * static_cast<double>(part) / static_cast<double>(of), 6);
}

/// The groups that a report has besides fields of tickets, and its own --by.
struct ReportGroups {
    std::string_view by;
    std::vector<Column> own;
};

ReportGroups groups_of(std::string_view name) {
    if (name == "sla")
        return {"clock,sla", sla_groups()};
    return {name == "agents" ? "owner" : "queue", {}};
}

TicketGroups ticket_groups(store::Resolver& resolver, const Clock& clock, std::string_view name,
                           const TicketReportRequest& request) {
    const ReportGroups groups = groups_of(name);
    return {resolver, clock, with_groups(request, groups.by), groups.own};
}

}  // namespace

Result sla_report(store::Resolver& resolver, const Clock& clock,
                  const TicketReportRequest& request) {
    TicketGroups groups = ticket_groups(resolver, clock, "sla", request);
    ServiceLevels levels(resolver.store(), clock, {});
    const meta::Entity& sla = resolver.store().model().get("sla");
    std::map<GroupKey, SlaFigures> rows;
    groups.each([&](const TicketRow& row, const GroupKey& fields) {
        const TicketTimes times = times_of(levels, row);
        for (const TicketClock& counted : times.clocks) {
            std::map<std::string_view, GroupValue> own{
                {"clock", clock_value(counted.name)},
                {"sla", {.text = times.level->name, .id = meta::short_id(sla, times.level->id)}}};
            if (counted.state(clock.now) == ClockState::missed)
                own["cause"] = cause_value(row, counted);
            count_clock(rows[groups.key(fields, own)], times, counted, clock.now);
        }
    });
    Result out = result_of(groups, sla_figures());
    for (const auto& [key, figures] : rows)
        groups.add_row(out, key,
                       {figures.tickets, figures.kept, figures.missed,
                        share_value(figures.kept, figures.kept + figures.missed),
                        minutes_value(insight::quantile(figures.late, .5))});
    return out;
}

Result response_report(store::Resolver& resolver, const Clock& clock,
                       const TicketReportRequest& request) {
    TicketGroups groups = ticket_groups(resolver, clock, "response", request);
    ServiceLevels levels(resolver.store(), clock, {});
    std::map<GroupKey, ResponseFigures> rows;
    groups.each([&](const TicketRow& row, const GroupKey& fields) {
        const TicketTimes times = times_of(levels, row);
        ResponseFigures& figures = rows[groups.key(fields, {})];
        ++figures.tickets;
        if (const auto seconds = response_seconds(times, row, request.elapsed))
            figures.response.push_back(*seconds);
        if (const auto seconds = resolution_seconds(times, row, request.elapsed))
            figures.resolution.push_back(*seconds);
    });
    Result out = result_of(groups, response_figures(request.elapsed));
    for (const auto& [key, figures] : rows)
        groups.add_row(out, key,
                       {figures.tickets, static_cast<std::int64_t>(figures.response.size()),
                        minutes_value(insight::quantile(figures.response, .5)),
                        minutes_value(insight::quantile(figures.response, .9)),
                        minutes_value(insight::quantile(figures.resolution, .5)),
                        minutes_value(insight::quantile(figures.resolution, .9))});
    return out;
}

Result agents_report(store::Resolver& resolver, const Clock& clock,
                     const TicketReportRequest& request) {
    TicketGroups groups = ticket_groups(resolver, clock, "agents", request);
    store::Store& store = resolver.store();
    ServiceLevels levels(store, clock, {});
    const meta::Entity& users = store.model().with(meta::Role::user);
    std::map<GroupKey, AgentFigures> rows;
    std::map<std::int64_t, TicketWork> work;
    if (store.db().has_table("ticket"))
        work = read_work(store);
    std::map<std::int64_t, GroupValue> answering;
    groups.each([&](const TicketRow& row, const GroupKey& fields) {
        const TicketTimes times = times_of(levels, row);
        count_owner(rows[groups.key(fields, {})], times, row, work[row.links.id], clock.now);
        for (const Event& event : row.events) {
            if (event.what != "Answer" || event.user == 0)
                continue;
            const auto [user, is_new] = answering.try_emplace(event.user);
            if (is_new)
                user->second = {.text = store.name(users, event.user),
                                .id = meta::short_id(users, event.user)};
            GroupKey key = fields;
            for (std::size_t i = 0; i < key.size(); ++i)
                if (groups.columns()[i].name == "owner")
                    key[i] = user->second;
            ++rows[groups.key(key, {})].answers;
        }
    });
    Result out = result_of(groups, agent_figures());
    for (const auto& [key, figures] : rows)
        groups.add_row(out, key,
                       {figures.open, figures.closed, figures.answers, figures.minutes,
                        minutes_value(insight::quantile(figures.response, .5)),
                        share_value(figures.kept, figures.kept + figures.missed),
                        percent_value(figures.content, figures.rated)});
    return out;
}

std::vector<Column> columns_of_report(std::string_view name) {
    std::vector<Column> out;
    if (name == "sla") {
        out = sla_groups();
        out.pop_back();
        std::ranges::move(sla_figures(), std::back_inserter(out));
        return out;
    }
    const bool agents = name == "agents";
    out = {{.name = agents ? "owner" : "queue",
            .type = ColumnType::link,
            .group = true,
            .help = agents ? "whose tickets they are" : "the team that works on them",
            .noun = agents ? "user" : "queue"}};
    std::ranges::move(agents ? agent_figures() : response_figures(false), std::back_inserter(out));
    return out;
}

std::string sql_of_report(store::Resolver& resolver, const Clock& clock, std::string_view name,
                          const TicketReportRequest& request) {
    return ticket_groups(resolver, clock, name, request).sql();
}

}  // namespace crm::service
