#include "service/ticket_overview.hpp"

#include "base/text.hpp"
#include "people/activities.hpp"
#include "service/cover.hpp"
#include "service/explain.hpp"
#include "service/service_level.hpp"
#include "sql/expression.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>

namespace crm::service {

using people::OverviewRequest;
using people::OverviewSection;
using store::Record;

namespace {

Value text_value(std::string text) {
    return text.empty() ? Value() : Value(std::move(text));
}

/// A stored instant or day, for a person or a program.
std::string time_text(const std::string& at, const OverviewRequest& request) {
    const auto instant = iso_instant(at);
    if (!instant)
        return at;
    return request.person ? day_and_time(*instant, request.clock)
                          : day_and_minute(*instant, request.clock);
}

}  // namespace

void add_clocks(const people::OverviewRequest& request,
                std::vector<people::OverviewSection>& sections) {
    const store::Record ticket = request.store().get(*request.about.entity, request.about.id);
    ServiceLevels levels(request.store(), request.clock, {});
    const Instant now = request.clock.now;
    const TicketTimes times = times_of(levels, ticket, now);
    if (times.clocks.empty())
        return;
    people::OverviewSection section{.name = "clocks",
                                    .title = "service level " + text::visible(times.level->name)};
    section.columns = {
        {"clock"}, {"target"}, {"used"}, {"left"}, {"due", ticket.entity->find("created_at")},
        {"state"}};
    for (const TicketClock& clock : times.clocks) {
        const std::int64_t used = clock.used(*times.time, now);
        const std::string name(name_of(clock.name)), state(name_of(clock.state(now))),
            left = hours_text(clock.target - used);
        section.rows.push_back(
            {.cells = {{Value(name)},
                       {Value(hours_text(clock.target))},
                       {Value(hours_text(used))},
                       {Value(left)},
                       {clock.due ? Value(clock.due->iso()) : Value()},
                       {Value(state)}},
             .line = fmt::format(
                 "{:<13}  {:<7}  left {} of {}{}", name, state, left, hours_text(clock.target),
                 clock.due ? ", due " + day_and_time(*clock.due, request.clock) : std::string())});
    }
    sections.push_back(std::move(section));
}

void add_cover(const OverviewRequest& request, std::vector<OverviewSection>& sections) {
    const meta::Entity& assets = request.store().model().get("asset");
    const Record about = request.store().get(*request.about.entity, request.about.id);
    const std::int64_t id = about.entity == &assets ? about.id : about.number("asset");
    const auto asset = id == 0 ? std::nullopt : request.store().find(assets, id);
    if (!asset || !asset->deleted_at.empty())
        return;
    const Cover cover = cover_of(request.store(), *asset, request.clock.now, request.clock);
    const std::string contract =
        cover.contract == 0
            ? std::string()
            : meta::short_id(request.store().model().get("contract"), cover.contract);
    OverviewSection section{.name = "cover", .title = "asset"};
    section.columns = {{"id"}, {"name"}, {"serial"}, {"site"}, {"cover"}, {"until"}, {"contract"}};
    std::string line = fmt::format("{:<5} {}", asset->short_id(), asset->label());
    for (const std::string_view name : {"serial", "site"})
        if (!asset->text(name).empty())
            line += ", " + asset->text(name);
    section.rows.push_back(
        {.cells = {{Value(asset->short_id())},
                   {Value(asset->label())},
                   {text_value(asset->text("serial"))},
                   {text_value(asset->text("site"))},
                   {Value(std::string(cover.kind))},
                   {text_value(cover.until)},
                   {text_value(contract)}},
         .line = text::visible(line + ": " + cover_text(request.store(), cover))});
    sections.push_back(std::move(section));
}

// --- the conversation

namespace {

/// A line of a conversation.
struct Said {
    std::string at, id, noun, what, user;
    std::string event{};  ///< Answer or Customer, of a text
};

Said said_of(const OverviewRequest& request, const people::Activity& activity) {
    const Record record = request.store().get(*activity.entity, activity.id);
    Said out{activity.at,
             record.short_id(),
             std::string(activity.entity->noun),
             record.text(*activity.entity->name()),
             {}};
    if (const std::int64_t owner = record.number("owner"); owner != 0)
        out.user = request.store().name(request.store().model().with(meta::Role::user), owner);
    return out;
}

Said said_of(const OverviewRequest& request, const Event& event) {
    Said out{event.at.iso(), {}, "event", event.what, {}};
    if (!event.detail.empty())
        out.what += ": " + event.detail;
    if (event.user != 0)
        out.user = request.store().name(request.store().model().with(meta::Role::user), event.user);
    return out;
}

/// An answer and a message are events whose text is a note or a mail: that says whose it is.
bool is_told_by_text(const Event& event, const Said& of_event, std::vector<Said>& texts) {
    if (event.what != "Answer" && event.what != "Customer")
        return false;
    const auto found = std::ranges::find_if(texts, [&](const Said& said) {
        return said.at == of_event.at && said.event.empty() &&
               (said.noun == "note" || said.noun == "mail");
    });
    if (found == texts.end())
        return false;
    found->event = event.what;
    if (found->user.empty() && event.what == "Answer")
        found->user = of_event.user;
    return true;
}

std::vector<Said> conversation(const OverviewRequest& request) {
    const Record ticket = request.store().get(*request.about.entity, request.about.id);
    std::vector<Said> out;
    for (const people::Activity& activity : people::activities(request.store(), request.about))
        out.push_back(said_of(request, activity));
    std::ranges::reverse(out);  // the oldest first, as events are
    std::vector<Said> events;
    for (const Event& event : events_of(ticket))
        if (Said said = said_of(request, event); !is_told_by_text(event, said, out))
            events.push_back(std::move(said));
    std::ranges::move(events, std::back_inserter(out));
    std::ranges::stable_sort(out, {}, &Said::at);
    return out;
}

}  // namespace

void add_conversation(const OverviewRequest& request, std::vector<OverviewSection>& sections) {
    const std::vector<Said> all = conversation(request);
    if (all.empty())
        return;
    const meta::FieldInfo* instant = request.about.entity->find("created_at");
    OverviewSection section{.name = "activities", .title = "conversation"};
    section.columns = {{"at", instant}, {"id"}, {"noun"}, {"what"}, {"about"}, {"user"}};
    const std::size_t most = request.most < 0
                                 ? all.size()
                                 : std::min(all.size(), static_cast<std::size_t>(request.most));
    section.more = static_cast<std::int64_t>(all.size() - most);
    for (const Said& said : std::span(all).last(most)) {
        std::string line =
            fmt::format("{:<16} {:<5} {}{}", time_text(said.at, request), said.id,
                        said.event.empty() ? "" : said.event + ": ", text::visible(said.what));
        if (!said.user.empty())
            line += fmt::format(" ({})", text::visible(said.user));
        section.rows.push_back({.cells = {{Value(said.at)},
                                          {text_value(said.id)},
                                          {Value(said.noun)},
                                          {text_value(said.what)},
                                          {Value()},  // the ticket itself
                                          {text_value(said.user)}},
                                .line = std::move(line)});
    }
    sections.push_back(std::move(section));
}

// --- replaced assets

namespace {

/// The assets that came after one, directly or through others.
std::vector<std::int64_t> successors(store::Store& store, const Record& asset) {
    std::vector<std::int64_t> out{asset.id};
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "id" FROM "asset" WHERE "replaces" = ?1 AND {} ORDER BY "id")", sql::live()));
    for (std::size_t i = 0; i < out.size(); ++i)
        for (get.with(out[i]); get.step();)
            if (std::ranges::find(out, get.integer(0)) == out.end())
                out.push_back(get.integer(0));
    out.erase(out.begin());
    return out;
}

}  // namespace

void add_tickets_of_replaced(const OverviewRequest& request,
                             std::vector<OverviewSection>& sections) {
    store::Store& store = request.store();
    if (!store.db().has_table("ticket"))
        return;
    const Record asset = store.get(*request.about.entity, request.about.id);
    std::vector<std::int64_t> others = successors(store, asset);
    for (const Record& old : replaced_by(store, asset))
        if (std::ranges::find(others, old.id) == others.end())
            others.push_back(old.id);
    const meta::Entity& tickets = store.model().get("ticket");
    OverviewSection section{.name = "replaced",
                            .title = "tickets of the assets that it replaced or that replaced it"};
    section.columns = {
        {"at", tickets.find("created_at")}, {"id"}, {"subject"}, {"status"}, {"asset"}};
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "created_at", "id", "subject", "status" FROM "ticket"
           WHERE "asset" = ?1 AND {} ORDER BY "created_at" DESC, "id" DESC)",
        sql::live()));
    for (const std::int64_t other : others)
        for (get.with(other); get.step();) {
            const std::string at(get.text(0)), id = meta::short_id(tickets, get.integer(1)),
                                               subject(get.text(2)), status(get.text(3)),
                                               of = meta::short_id(*asset.entity, other);
            section.rows.push_back(
                {.cells =
                     {{Value(at)}, {Value(id)}, {Value(subject)}, {Value(status)}, {Value(of)}},
                 .line =
                     text::visible(fmt::format("{:<16} {:<5} {}, {} ({})", time_text(at, request),
                                               id, subject, status, of))});
        }
    if (!section.rows.empty())
        sections.push_back(std::move(section));
}

}  // namespace crm::service
