#include "campaign/call_sections.hpp"

#include "base/text.hpp"
#include "people/activities.hpp"
#include "store/columns.hpp"
#include "store/query_context.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>

namespace crm::campaign {
namespace {

using meta::FieldInfo;
using people::OverviewRequest;
using people::OverviewRow;
using people::OverviewSection;
using store::Record;

std::vector<Value> text_value(std::string text) {
    if (text.empty())
        return {Value()};
    return {Value(std::move(text))};
}

Value owned(const View& view) {
    if (view.null())
        return {};
    if (view.kind == View::Kind::integer)
        return Value(view.number);
    return Value(std::string(view.text));
}

std::string time_of(const std::string& at, const OverviewRequest& request) {
    const auto instant = iso_instant(at);
    if (!instant)
        return at;
    return request.person ? day_and_time(*instant, request.clock)
                          : day_and_minute(*instant, request.clock);
}

/// "t1    Pump leaks, Incident, High, New"
OverviewRow ticket_row(std::span<const store::SelectColumn> columns,
                       std::span<const std::span<const View>> cells, const Clock& clock) {
    OverviewRow row;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        std::ranges::transform(cells[i], std::back_inserter(row.cells.emplace_back()), owned);
        const std::string text = text::visible(store::cell_text(columns[i], cells[i], clock));
        if (text.empty() || columns[i].title == "created_at")
            continue;
        row.line += i == 0 ? fmt::format("{:<5}", text) : (i == 1 ? " " : ", ") + text;
    }
    return row;
}

std::string line_of(const people::Promise& promise) {
    std::string line = fmt::format("{:<5} {}", promise.id, promise.subject);
    if (!promise.due.empty())
        line += ", " + promise.due;
    line += fmt::format(", {}", people::state_name(promise.state));
    if (!promise.by.empty())
        line += ", by " + promise.by;
    return text::visible(line);
}

/// "Not Answered" of a call; empty where nothing is known of it.
std::string result_of(const Record& activity) {
    return activity.entity->find("result") == nullptr ? std::string() : activity.text("result");
}

OverviewRow history_row(const OverviewRequest& request, const people::Activity& activity) {
    const Record record = request.store().get(*activity.entity, activity.id);
    const std::string what = record.label();
    const std::string result = result_of(record);
    const std::string by = request.store().name(request.store().model().with(meta::Role::user),
                                                record.number("owner"));
    OverviewRow row;
    row.cells = {{Value(activity.at)},
                 {Value(record.short_id())},
                 {Value(std::string(activity.entity->noun))},
                 text_value(what),
                 text_value(result),
                 text_value(by)};
    row.line = fmt::format("{:<16} {:<5} {}", time_of(activity.at, request), record.short_id(),
                           text::visible(what));
    if (!result.empty())
        row.line += ", " + text::visible(result);
    if (!by.empty())
        row.line += ", by " + text::visible(by);
    return row;
}

}  // namespace

std::vector<std::int64_t> open_tickets(store::Resolver& resolver, const Clock& clock,
                                       const store::Found& who) {
    store::Store& store = resolver.store();
    const meta::Entity& tickets = store.model().get("ticket");
    const FieldInfo* link = tickets.find(who.entity->noun);
    if (link == nullptr || !store.db().has_table(tickets.noun))
        return {};
    std::vector<std::string> owners{
        fmt::format("{}:{}", link->name(), meta::short_id(*who.entity, who.id))};
    if (who.entity->noun == "contact")
        if (const std::int64_t account = store.get(*who.entity, who.id).number("account"))
            owners.push_back(
                fmt::format("account:{}", meta::short_id(store.model().get("account"), account)));
    std::vector<std::int64_t> out;
    for (const std::string& owner : owners)  // one by one, so that each is found by its index
        std::ranges::copy(store::select(resolver, clock, tickets, {"is:open", owner}).ids(),
                          std::back_inserter(out));
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    return out;
}

OverviewSection tickets_section(const OverviewRequest& request) {
    const meta::Entity& tickets = request.store().model().get("ticket");
    store::Selection selection(request.store(), tickets);
    store::add_columns(selection, {"id", "subject", "type", "severity", "priority", "status",
                                   "owner", "created_at"});
    OverviewSection out{.name = "tickets", .title = "open tickets"};
    for (const store::SelectColumn& column : selection.columns)
        out.columns.push_back({column.title, column.single() ? nullptr : column.field});
    selection.among = open_tickets(request.resolver, request.clock, request.about);
    if (selection.among->empty())
        return out;
    selection.each([&](std::span<const std::span<const View>> cells) {
        out.rows.push_back(ticket_row(selection.columns, cells, request.clock));
        return true;
    });
    return out;
}

OverviewSection promises_section(const OverviewRequest& request, bool last_only) {
    OverviewSection out{.name = "promises", .title = last_only ? "last promise" : "promises"};
    out.columns = {{"id"},          {"state"},       {"due"},     {"promised_by"},
                   {"promised_to"}, {"promised_in"}, {"subject"}, {"about"}};
    for (const people::Promise& promise :
         people::promises_with(request.resolver, request.clock, request.about)) {
        if (!last_only && !promise.pending())
            continue;
        out.rows.push_back({.cells = {text_value(promise.id),
                                      text_value(std::string(people::state_name(promise.state))),
                                      text_value(promise.due), text_value(promise.by),
                                      text_value(promise.to), text_value(promise.in),
                                      text_value(promise.subject), text_value(promise.about)},
                            .line = line_of(promise)});
        if (last_only)
            break;
    }
    return out;
}

OverviewSection history_section(const OverviewRequest& request, std::size_t most) {
    const FieldInfo* instant = request.store().model().get("note").find("created_at");
    OverviewSection out{.name = "history", .title = most == 1 ? "last contact" : "history"};
    out.columns = {{"at", instant}, {"id"}, {"noun"}, {"what"}, {"result"}, {"by"}};
    const std::string now = request.clock.now.iso();
    for (const people::Activity& activity : people::activities(request.store(), request.about)) {
        if (activity.entity->noun == "task" || activity.at > now)
            continue;
        if (out.rows.size() == most) {
            if (most > 1)
                ++out.more;
            continue;
        }
        out.rows.push_back(history_row(request, activity));
    }
    return out;
}

}  // namespace crm::campaign
