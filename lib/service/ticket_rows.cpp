#include "service/ticket_rows.hpp"

#include "sql/expression.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

namespace crm::service {

namespace {

std::optional<Instant> instant_at(const sql::Statement& row, int column) {
    const std::string_view text = row.text(column);
    if (text.empty())
        return {};
    // What is no instant equals none.
    return iso_instant(text).value_or(Instant{std::numeric_limits<std::int64_t>::min()});
}

std::optional<std::int64_t> seconds_at(const sql::Statement& row, int column) {
    const std::string_view text = row.text(column);
    return text.empty() ? std::nullopt : std::optional(duration_seconds(text));
}

}  // namespace

TicketReader::TicketReader(store::Store& store, std::string_view which)
    : tickets_(store.db().prepare(fmt::format(
          R"(SELECT t."id", t."sla", t."contract", t."asset", t."account", t."queue", t."priority",
                 t."created_at", t."response_due", t."next_response_due", t."resolution_due",
                 t."warn_at", t."breach_at", t."sla_left"
             FROM "ticket" t WHERE {} AND {} AND ?1 IS NOT NULL)",
          which, sql::live("t")))),
      events_(store.db().prepare(R"(SELECT "at", "what", "detail", "user" FROM "ticket_events"
                                    WHERE "record" = ?1 ORDER BY "position")")) {}

bool TicketReader::next(TicketRow& row) {
    if (!tickets_.step()) {
        tickets_.reset();
        return false;
    }
    row.links.id = tickets_.integer(0);
    row.links.sla = tickets_.integer(1);
    row.links.contract = tickets_.integer(2);
    row.links.asset = tickets_.integer(3);
    row.links.account = tickets_.integer(4);
    row.links.queue = tickets_.integer(5);
    row.priority = tickets_.text(6);
    row.links.day = tickets_.text(7).substr(0, 10);
    row.kept = {instant_at(tickets_, 8),  instant_at(tickets_, 9),  instant_at(tickets_, 10),
                instant_at(tickets_, 11), instant_at(tickets_, 12), seconds_at(tickets_, 13)};
    row.events.clear();
    return true;
}

void TicketReader::read_events(TicketRow& row) {
    row.events.clear();
    for (events_.with(row.links.id); events_.step();)
        row.events.push_back({iso_instant(events_.text(0)).value_or(Instant{}),
                              std::string(events_.text(1)), std::string(events_.text(2)),
                              events_.integer(3)});
    events_.reset();
}

std::vector<TicketRow> read_ticket_rows(store::Store& store) {
    std::vector<TicketRow> out;
    TicketReader tickets(store, "TRUE");
    TicketRow row;
    for (tickets.begin(0); tickets.next(row);) {
        tickets.read_events(row);
        out.push_back(row);
    }
    std::ranges::sort(out, {}, [](const TicketRow& ticket) { return ticket.links.id; });
    return out;
}

}  // namespace crm::service
