#include "sql/service_records.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"
#include "sql/named_records.hpp"
#include "sql/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace crm::sql {
namespace {

using meta::Entity;
using meta::FieldInfo;

constexpr std::string_view aside = "old_text";

/// The word of the set that a text means; empty where it means none.
std::string word_of(const FieldInfo& field, const std::string& typed) {
    const auto value = meta::read_one(field, typed, {.foreign = true});
    if (!value)
        return {};
    const auto* word = std::get_if<std::string>(&*value);
    return word == nullptr ? std::string() : *word;
}

/// A field of any text that is a set now.
void choose_words(Connection& connection, const Entity& of, std::string_view name) {
    const FieldInfo& field = *of.find(name);
    Statement all = connection.prepare(fmt::format(
        "SELECT DISTINCT {0} FROM {1} WHERE {0} IS NOT NULL", quoted(name), quoted(of.noun)));
    std::vector<std::string> texts;
    while (all.step())
        texts.emplace_back(all.text(0));
    all.reset();
    for (const std::string& text : texts) {
        const std::string word = word_of(field, text);
        if (word == text)
            continue;
        if (!word.empty())
            connection
                .prepare(fmt::format("UPDATE {1} SET {0} = ?2 WHERE {0} = ?1", quoted(name),
                                     quoted(of.noun)))
                .with(text, word)
                .run();
        else
            connection
                .prepare(fmt::format(
                    R"(UPDATE {1} SET {0} = NULL, "extra" = coalesce("extra" || ?3, '') || ?2
                       WHERE {0} = ?1)",
                    quoted(name), quoted(of.noun)))
                .with(text, meta::extra_property(name, text), "\n")
                .run();
    }
}

struct Event {
    std::string at, what;
};

/// The event by which a ticket comes to a status.
std::string event_of(std::string_view status) {
    return status == "New" ? "Unassigned" : std::string(status);
}

bool is_closed(std::string_view status) {
    return status == "Closed" || status == "Rejected" || status == "Duplicate";
}

/// Moves of tickets to other statuses that were not taken back, in order.
std::map<std::int64_t, std::vector<Event>> moves(Connection& connection, const Entity& ticket) {
    std::map<std::int64_t, std::vector<Event>> out;
    Statement get = connection.prepare(R"(
        SELECT c."record", o."at", c."old", c."new" FROM "change" c
        JOIN "operation" o ON o."id" = c."operation"
        WHERE c."noun" = ?1 AND c."field" = 'status' AND c."new" IS NOT NULL
          AND o."undoes" IS NULL AND o."undone_by" IS NULL
        ORDER BY c."id")");
    for (get.with(ticket.number); get.step();) {
        std::vector<Event>& events = out[get.integer(0)];
        const std::string at(get.text(1));
        if (is_closed(get.text(2)) && !is_closed(get.text(3)))
            events.push_back({at, "Reopened"});
        if (get.text(3) != "New" || !is_closed(get.text(2)))
            events.push_back({at, event_of(get.text(3))});
    }
    return out;
}

/// What is known of a ticket's past: its creation, its moves, its first answer and its end.
std::vector<Event> past_of(const Statement& ticket, std::vector<Event> moves) {
    const std::string created(ticket.text(1));
    const std::string_view status = ticket.text(2), answered = ticket.text(3),
                           closed = ticket.text(4);
    std::vector<Event> out{{created, "Created"}};
    const std::string last = moves.empty() ? "Unassigned" : moves.back().what;
    const bool reached = last == event_of(status) || (last == "Reopened" && status == "New");
    if (reached && is_closed(status) && !closed.empty())
        moves.back().at = closed;
    if (!reached)
        moves.push_back({std::string(is_closed(status) && !closed.empty() ? closed : created),
                         event_of(status)});
    out.insert(out.end(), moves.begin(), moves.end());
    if (!answered.empty())
        out.push_back({std::string(answered), "Answer"});
    std::stable_sort(out.begin() + 1, out.end(),
                     [](const Event& a, const Event& b) { return a.at < b.at; });
    return out;
}

void fill_events(Connection& connection, const Entity& ticket) {
    auto moved = moves(connection, ticket);
    Statement tickets = connection.prepare(R"(
        SELECT "id", coalesce("created_at", '1970-01-01T00:00:00Z'), coalesce("status", 'New'),
            coalesce("first_response_at", ''), coalesce("closed_at", '')
        FROM "ticket" ORDER BY "id")");
    std::map<std::int64_t, std::vector<Event>> all;
    while (tickets.step())
        all[tickets.integer(0)] = past_of(tickets, moved[tickets.integer(0)]);
    tickets.reset();
    Statement put = connection.prepare(
        R"(INSERT INTO "ticket_events"("record", "position", "at", "what") VALUES(?1, ?2, ?3, ?4))");
    Statement wait =
        connection.prepare(R"(UPDATE "ticket" SET "waiting_since" = ?2 WHERE "id" = ?1)");
    for (const auto& [id, events] : all) {
        int position = 0;
        bool answered = false;
        for (const Event& event : events) {
            put.with(id, ++position, event.at, event.what).run();
            answered = answered || event.what == "Answer";
        }
        if (!answered)
            wait.with(id, events.front().at).run();
    }
}

/// Visits had neither a status nor an account.
void complete_visits(Connection& connection) {
    connection.run(R"(
        UPDATE "visit" SET "status" = CASE
            WHEN coalesce("minutes", 0) > 0 OR "result" IS NOT NULL OR "charge" IS NOT NULL
                THEN 'Held' ELSE 'Planned' END
        WHERE "status" IS NULL)");
    for (const std::string_view noun : {"ticket", "asset"})
        if (connection.has_table(noun))
            connection.run(fmt::format(
                R"(UPDATE "visit" SET "account" =
                       (SELECT x."account" FROM {0} x WHERE x."id" = "visit".{0})
                   WHERE "account" IS NULL)",
                quoted(noun)));
}

}  // namespace

void set_service_texts_aside(Connection& connection) {
    if (!connection.has_table("ticket") || !has_column(connection, "ticket", "queue"))
        return;
    connection.run(fmt::format(R"(DROP INDEX IF EXISTS "ticket_queue_index";
                                  ALTER TABLE "ticket" RENAME COLUMN "queue" TO {})",
                               quoted(aside)));
}

void make_service_records(Connection& connection, const meta::Model& model) {
    const Entity &ticket = model.get("ticket"), &contract = model.get("contract"),
                 &asset = model.get("asset");
    for (const Entity* changed : {&ticket, &contract, &asset})
        if (connection.has_table(changed->noun))
            for (const std::string_view noun : {"ticket", "contract", "queue", "sla"})
                make_linked_tables(connection, model.get(noun));
    if (connection.has_table("ticket")) {
        if (has_column(connection, "ticket", aside))
            link_texts(connection, ticket, aside, "queue", *ticket.find("queue"));
        for (const std::string_view field : {"severity", "channel"})
            choose_words(connection, ticket, field);
        fill_events(connection, ticket);
    }
    if (connection.has_table("contract") && has_column(connection, "contract", "plan")) {
        link_texts(connection, contract, "plan", "plan", *contract.find("sla"));
        if (has_column(connection, "contract_words", "plan"))
            connection.run(R"(ALTER TABLE "contract_words" DROP COLUMN "plan")");
    }
    if (connection.has_table("asset"))
        choose_words(connection, asset, "status");
    if (connection.has_table("visit")) {
        make_linked_tables(connection, model.get("visit"));
        complete_visits(connection);
    }
}

}  // namespace crm::sql
