#include "service/ticket_rows.hpp"

#include "sql/expression.hpp"

#include <fmt/format.h>

namespace crm::service {

std::vector<TicketRow> read_ticket_rows(store::Store& store, std::string_view which,
                                        std::int64_t parameter) {
    sql::Statement tickets = store.db().prepare(fmt::format(
        R"(SELECT t."id", t."sla", t."contract", t."asset", t."account", t."queue", t."priority",
               t."created_at", t."response_due", t."next_response_due", t."resolution_due",
               t."warn_at", t."breach_at", t."sla_left"
           FROM "ticket" t WHERE {} AND {} AND ?1 IS NOT NULL ORDER BY t."id")",
        which, sql::live("t")));
    std::vector<TicketRow> out;
    for (tickets.with(parameter); tickets.step();) {
        TicketRow& row = out.emplace_back();
        row.links = {.id = tickets.integer(0),
                     .sla = tickets.integer(1),
                     .contract = tickets.integer(2),
                     .asset = tickets.integer(3),
                     .account = tickets.integer(4),
                     .queue = tickets.integer(5),
                     .day = std::string(tickets.text(7).substr(0, 10))};
        row.priority = tickets.text(6);
        for (std::size_t i = 0; i < due_fields.size(); ++i)
            row.kept[i] = tickets.text(static_cast<int>(8 + i));
    }
    tickets.reset();
    // Of all tickets, also from the trash: to leave those out, each would have to be read again.
    sql::Statement events = store.db().prepare(fmt::format(
        R"(SELECT e."record", e."at", e."what", e."user" FROM "ticket" t
           JOIN "ticket_events" e ON e."record" = t."id"
           WHERE {} AND ?1 IS NOT NULL ORDER BY e."record", e."position")",
        which));
    auto row = out.begin();
    for (events.with(parameter); events.step();) {
        while (row != out.end() && row->links.id < events.integer(0))
            ++row;
        if (row == out.end())
            break;
        if (row->links.id != events.integer(0))
            continue;
        row->events.push_back({iso_instant(events.text(1)).value_or(Instant{}),
                               std::string(events.text(2)),
                               {},
                               events.integer(3)});
    }
    return out;
}

}  // namespace crm::service
