#include "base/text.hpp"
#include "cmd/cli/complete.hpp"
#include "store/assign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

/// Candidates out of the store. Every question is a short range of an index, so that a large store
/// answers like a small one.
namespace crm::cmd {
namespace {

using meta::Entity;
using sql::quoted;

/// The first text after everything that begins with `from`.
std::string beyond(const std::string& from) {
    return from + "\xf4\x8f\xbf\xbf";
}

std::string column_of(const meta::FieldInfo& field) {
    return quoted(field.columns.back().name);
}

/// Name and e-mail address of the record in a statement's row, as SQL over alias t.
std::string described(const Entity& entity) {
    const meta::FieldInfo* email = entity.find("email");
    return fmt::format(
        "{}, {}", entity.name() == nullptr ? "NULL" : "t." + column_of(*entity.name()),
        email == nullptr || email->columns.empty() ? "NULL" : "t." + column_of(*email));
}

/// A name that a command would take for something else is not offered.
bool means_itself(std::string_view name) {
    return !name.empty() && name[0] != '-' && name[0] != '+' && name[0] != '@' &&
           name.find('"') == std::string_view::npos && !store::is_assignment(name);
}

bool has_words_of_name(const Entity& entity) {
    return entity.name() != nullptr && entity.name()->is(meta::searched);
}

struct Row {
    std::int64_t id;
    std::string name, email;
};

std::vector<Row> rows_of(sql::Statement& statement) {
    std::vector<Row> rows;
    while (statement.step())
        rows.push_back(
            {statement.integer(0), std::string(statement.text(1)), std::string(statement.text(2))});
    return rows;
}

std::vector<Row> named(Candidates& c, const Entity& entity, int most) {
    store::Store* store = c.store();
    if (store == nullptr || !has_words_of_name(entity))
        return {};
    const std::string from = text::words(c.begun), to = beyond(from),
                      name = quoted(entity.name()->name());
    if (from.empty() && !c.begun.empty())
        return {};
    sql::Statement get = store->db().prepare(
        fmt::format("SELECT w.\"id\", {} FROM {} w JOIN {} t ON t.\"id\"=w.\"id\" WHERE w.{}>=?1 "
                    "AND w.{}<?2 ORDER BY w.{} LIMIT ?3",
                    described(entity), quoted(std::string(entity.noun) + "_words"),
                    quoted(entity.noun), name, name, name));
    get.with(from, to, most);
    return rows_of(get);
}

void offer_names(Candidates& c, const Entity& entity, int most) {
    const std::vector<Row> rows = named(c, entity, most);
    const bool by_name = entity.name()->is(meta::lookup);
    std::map<std::string, int> times;
    for (const Row& row : rows)
        ++times[text::folded(row.name)];
    for (const Row& row : rows) {
        const std::string id = meta::short_id(entity, row.id);
        if (by_name && times[text::folded(row.name)] == 1 && means_itself(row.name))
            c.offer(row.name, row.email.empty() ? id : id + " " + row.email);
        else
            c.offer_instead(id, row.name + (row.email.empty() ? "" : " " + row.email));
    }
}

void offer_emails(Candidates& c, const Entity* noun) {
    store::Store* store = c.store();
    if (store == nullptr || c.begun.empty())
        return;
    const std::string from = text::folded(c.begun), to = beyond(from);
    sql::Statement get = store->db().prepare(
        "SELECT \"key\", \"noun\", \"record\" FROM \"lookup\" WHERE \"kind\"=?1 AND \"key\">=?2 "
        "AND \"key\"<?3 ORDER BY \"key\" LIMIT ?4");
    get.with(static_cast<int>(meta::Lookup::email), from, to, Candidates::most * 10);
    for (int found = 0; found < Candidates::most && get.step();) {
        const Entity* entity = c.model().by_number(static_cast<int>(get.integer(1)));
        if (entity == nullptr || (noun != nullptr && noun != entity))
            continue;
        c.offer(get.text(0), meta::short_id(*entity, get.integer(2)) + " " +
                                 store->name(*entity, get.integer(2)));
        ++found;
    }
}

/// The latest records, where nothing is begun yet.
void offer_latest(Candidates& c, const Entity& entity, int most) {
    store::Store* store = c.store();
    if (store == nullptr)
        return;
    sql::Statement get = store->db().prepare(
        fmt::format("SELECT t.\"id\", {} FROM {} t WHERE t.\"deleted_at\" IS NULL AND t.\"undone\" "
                    "IS NULL ORDER BY t.\"id\" DESC LIMIT ?1",
                    described(entity), quoted(entity.noun)));
    get.with(most);
    for (const Row& row : rows_of(get))
        c.offer(meta::short_id(entity, row.id),
                row.name + (row.email.empty() ? "" : " " + row.email));
}

}  // namespace

void complete_ids(Candidates& c, const Entity& entity) {
    if (c.begun == entity.prefix)
        return offer_latest(c, entity, 20);
    std::int64_t number = 0;
    const std::string_view digits =
        std::string_view(c.begun).substr(std::min(c.begun.size(), entity.prefix.size()));
    const auto [end, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (!c.begun.starts_with(entity.prefix) || bad != std::errc{} ||
        end != digits.data() + digits.size() || number <= 0 || digits[0] == '0' ||
        digits.size() > 12)
        return;
    store::Store* store = c.store();
    if (store == nullptr)
        return;
    // 12 goes on as 12, 120 to 129, 1200 to 1299 …: each a range of the key.
    sql::Statement get = store->db().prepare(
        fmt::format("SELECT t.\"id\", {} FROM {} t WHERE t.\"id\" BETWEEN ?1 AND ?2 AND "
                    "t.\"deleted_at\" IS NULL AND t.\"undone\" IS NULL ORDER BY t.\"id\" LIMIT ?3",
                    described(entity), quoted(entity.noun)));
    int left = 40;
    for (std::int64_t scale = 1; left > 0 && scale < 10'000'000; scale *= 10) {
        get.with(number * scale, number * scale + scale - 1, left);
        for (const Row& row : rows_of(get))
            c.offer(meta::short_id(entity, row.id),
                    row.name + (row.email.empty() ? "" : " " + row.email)),
                --left;
    }
}

void complete_names(Candidates& c, const Entity& entity) {
    if (entity.noun == "user")
        c.offer("me", "you");
    if (!c.begun.empty())
        complete_ids(c, entity);
    if (has_words_of_name(entity))
        offer_names(c, entity, Candidates::most);
}

void complete_references(Candidates& c, const Entity* noun) {
    store::Store* store = c.store();
    if (store == nullptr)
        return;
    for (const Entity* kept : store->nouns()) {
        const Entity& entity = *kept;
        if (noun != nullptr && noun != &entity)
            continue;
        if (c.begun.empty()) {
            offer_latest(c, entity, noun == nullptr ? 10 : 50);
            continue;
        }
        complete_ids(c, entity);
        if (has_words_of_name(entity) && c.begun.find('@') == std::string::npos)
            offer_names(c, entity, noun == nullptr ? 30 : Candidates::most);
    }
    if (c.found.empty() || c.begun.find('@') != std::string::npos)
        offer_emails(c, noun);
}

void complete_tags(Candidates& c) {
    store::Store* store = c.store();
    if (store == nullptr)
        return;
    const std::string from = text::folded(c.begun), to = beyond(from);
    sql::Statement get = store->db().prepare(
        "SELECT \"name\" FROM \"tag\" WHERE \"key\">=?1 AND \"key\"<?2 ORDER BY \"key\" LIMIT ?3");
    get.with(from, to, Candidates::most);
    while (get.step())
        c.offer(get.text(0), "tag");
}

void complete_segments(Candidates& c, const Entity& noun) {
    store::Store* store = c.store();
    if (store == nullptr)
        return;
    sql::Statement get = store->db().prepare(
        "SELECT \"name\", coalesce(\"query\", \"provenance\") FROM \"segment\" WHERE \"noun\"=?1 "
        "AND \"deleted_at\" IS NULL ORDER BY \"name\"");
    get.with(noun.noun);
    while (get.step())
        c.offer(get.text(0), get.text(1));
}

}  // namespace crm::cmd
