#include "service/ticket_overview.hpp"

#include "base/text.hpp"
#include "service/explain.hpp"
#include "service/service_level.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

#include <string>

namespace crm::service {

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

}  // namespace crm::service
