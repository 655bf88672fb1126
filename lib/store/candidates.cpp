#include "store/candidates.hpp"

#include "base/text.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::store {
namespace {

using meta::Entity;
using meta::FieldInfo;
using sql::quoted;

constexpr std::string_view latest = R"(
SELECT t."id", {described}
FROM {noun} t
WHERE {live}
ORDER BY t."id" DESC
LIMIT ?1)";

constexpr std::string_view by_name = R"(
SELECT w."id", {described}
FROM {words} w
JOIN {noun} t ON t."id" = w."id"
WHERE w.{name} >= ?1 AND w.{name} < ?2
ORDER BY w.{name}
LIMIT ?3)";

constexpr std::string_view by_number = R"(
SELECT t."id", {described}
FROM {noun} t
WHERE t."id" BETWEEN ?1 AND ?2 AND {live}
ORDER BY t."id"
LIMIT ?3)";

constexpr std::string_view by_address = R"(
SELECT "key", "noun", "record"
FROM "lookup"
WHERE "kind" = ?1 AND "key" >= ?2 AND "key" < ?3
ORDER BY "key"
LIMIT ?4)";

constexpr std::string_view by_tag = R"(
SELECT "name"
FROM "tag"
WHERE "key" >= ?1 AND "key" < ?2
ORDER BY "key"
LIMIT ?3)";

constexpr std::string_view latest_values = R"(
SELECT DISTINCT "value"
FROM (SELECT {value} AS "value" FROM {noun} WHERE {live} ORDER BY "id" DESC LIMIT 10000) t
WHERE "value" <> ''
ORDER BY "value"
LIMIT ?1)";

constexpr std::string_view ledger_topics = R"(
SELECT DISTINCT "topic"
FROM "consent"
WHERE "topic" <> ''
ORDER BY "topic"
LIMIT ?1)";

constexpr std::string_view segments_of = R"(
SELECT "name", coalesce("query", "provenance")
FROM "segment"
WHERE "noun" = ?1 AND {live}
ORDER BY "name")";

/// Behind everything that has this beginning: the last character that Unicode has.
std::string end_of(const std::string& beginning) {
    return beginning + "\xf4\x8f\xbf\xbf";
}

std::string column_of(const meta::FieldInfo* field) {
    const bool kept = field != nullptr && !field->columns.empty();
    return kept ? "t." + quoted(field->columns.back().name) : std::string("NULL");
}

/// Name and e-mail address of the record `t`.
std::string described(const Entity& entity) {
    return fmt::format("{}, {}", column_of(entity.name()), column_of(entity.find("email")));
}

std::vector<Candidate> candidates(sql::Statement& get) {
    std::vector<Candidate> out;
    while (get.step())
        out.push_back({get.integer(0), std::string(get.text(1)), std::string(get.text(2))});
    return out;
}

}  // namespace

bool found_by_name(const Entity& entity) {
    return entity.name() != nullptr && entity.name()->is(meta::searched);
}

bool accepts_me(const Entity& entity) {
    return entity.role == meta::Role::user;
}

std::vector<Candidate> latest_records(Store& store, const Entity& entity, int most) {
    sql::Statement get = store.db().prepare(
        fmt::format(latest, fmt::arg("described", described(entity)),
                    fmt::arg("noun", quoted(entity.noun)), fmt::arg("live", sql::live("t"))));
    get.with(most);
    return candidates(get);
}

std::vector<Candidate> records_named(Store& store, const Entity& entity, std::string_view beginning,
                                     int most) {
    if (!found_by_name(entity))
        return {};
    const std::string from = text::words(beginning);
    if (from.empty() && !beginning.empty())
        return {};
    const std::string to = end_of(from);
    sql::Statement get = store.db().prepare(fmt::format(
        by_name, fmt::arg("described", described(entity)),
        fmt::arg("words", quoted(std::string(entity.noun) + "_words")),
        fmt::arg("noun", quoted(entity.noun)), fmt::arg("name", quoted(entity.name()->name()))));
    get.with(from, to, most);
    return candidates(get);
}

std::vector<Candidate> records_numbered(Store& store, const Entity& entity, std::int64_t digits,
                                        int most) {
    sql::Statement get = store.db().prepare(
        fmt::format(by_number, fmt::arg("described", described(entity)),
                    fmt::arg("noun", quoted(entity.noun)), fmt::arg("live", sql::live("t"))));
    std::vector<Candidate> out;
    // 12 goes on as 12, 120 to 129, 1200 to 1299 …: each a range of the key.
    for (std::int64_t scale = 1; most > 0 && scale < 10'000'000; scale *= 10) {
        get.with(digits * scale, digits * scale + scale - 1, most);
        const std::vector<Candidate> some = candidates(get);
        out.insert(out.end(), some.begin(), some.end());
        most -= static_cast<int>(some.size());
    }
    return out;
}

std::vector<std::pair<std::string, Found>> addresses(Store& store, const Entity* noun,
                                                     std::string_view beginning, int most) {
    const std::string from = text::folded(beginning);
    const std::string to = end_of(from);
    std::vector<std::pair<std::string, Found>> out;
    sql::Statement get = store.db().prepare(by_address);
    // Those of other nouns are among them.
    get.with(static_cast<int>(meta::Lookup::email), from, to, most * 10);
    while (static_cast<int>(out.size()) < most && get.step()) {
        const Entity* entity = store.model().by_number(static_cast<int>(get.integer(1)));
        if (entity != nullptr && (noun == nullptr || noun == entity))
            out.emplace_back(get.text(0), Found{entity, get.integer(2)});
    }
    return out;
}

std::vector<std::string> tags(Store& store, std::string_view beginning, int most) {
    const std::string from = text::folded(beginning);
    const std::string to = end_of(from);
    std::vector<std::string> out;
    sql::Statement get = store.db().prepare(by_tag);
    for (get.with(from, to, most); get.step();)
        out.emplace_back(get.text(0));
    return out;
}

std::vector<std::string> values(Store& store, const FieldInfo& field, int most) {
    std::vector<std::string> out;
    if (!store.db().has_table(field.entity->noun))
        return out;
    sql::Statement get = store.db().prepare(
        fmt::format(latest_values, fmt::arg("value", quoted(field.columns.front().name)),
                    fmt::arg("noun", quoted(field.entity->noun)), fmt::arg("live", sql::live())));
    for (get.with(most); get.step();)
        out.emplace_back(get.text(0));
    return out;
}

std::vector<std::string> topics(Store& store, int most) {
    std::vector<std::string> out =
        values(store, *store.model().get("campaign").find("topic"), most);
    if (!store.db().has_table("consent"))
        return out;
    sql::Statement get = store.db().prepare(ledger_topics);
    for (get.with(most); get.step();)
        out.emplace_back(get.text(0));
    return out;
}

std::vector<std::pair<std::string, std::string>> segments(Store& store, const Entity& noun) {
    std::vector<std::pair<std::string, std::string>> out;
    sql::Statement get =
        store.db().prepare(fmt::format(segments_of, fmt::arg("live", sql::live())));
    for (get.with(noun.noun); get.step();)
        out.emplace_back(get.text(0), get.text(1));
    return out;
}

}  // namespace crm::store
