#include "value/store_learning.hpp"

#include "base/text.hpp"
#include "meta/stages.hpp"
#include "sql/expression.hpp"
#include "store/select.hpp"
#include "value/store_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <span>

namespace crm::value {
namespace {

/// What may be learnt from: it is known before the outcome.
constexpr std::string_view lead_fields[] = {"source", "campaign",   "partner", "territory",
                                            "owner",  "owner.team", "language"};
constexpr std::string_view deal_fields[] = {
    "owner",           "owner.team",   "product",          "product.price",
    "source",          "campaign",     "partner",          "type",
    "pipeline",        "territory",    "account.industry", "account.employees",
    "account.revenue", "account.type", "account.territory"};
/// Of so many records at most one may have been written too late.
constexpr std::int64_t one_late_in = 20;

/// How the records of a noun end.
struct Outcomes {
    std::string_view field, won, lost;
    std::string_view closed, open;  ///< queries
    std::string_view day;
    std::span<const std::string_view> fields;
};

Outcomes outcomes_for(std::string_view noun) {
    if (noun == "lead")
        return {"status",  "Converted",  "Dead",     "status:(Converted,Dead)",
                "is:open", "created_at", lead_fields};
    return {"stage",   meta::won_stage, meta::lost_stage, "stage:(\"Closed Won\",\"Closed Lost\")",
            "is:open", "close_date",    deal_fields};
}

bool can_be_learnt_from(const meta::FieldInfo& field) {
    switch (field.type()) {
        case meta::Type::choice:
        case meta::Type::boolean:
        case meta::Type::integer:
        case meta::Type::percent:
        case meta::Type::money:
        case meta::Type::link:
            return !field.is(meta::many);
        default:
            return false;
    }
}

/// The fields of the noun, its own ones of the user, and those that are asked for by name.
std::vector<std::string> paths_of(const meta::Entity& noun, const Outcomes& outcomes,
                                  const LearningRequest& request) {
    std::vector<std::string> out(outcomes.fields.begin(), outcomes.fields.end());
    for (const meta::FieldInfo& field : noun.fields())
        if (field.is(meta::custom) && can_be_learnt_from(field))
            out.emplace_back(field.name());
    for (const auto* asked : {&request.features, &request.keep})
        for (const std::string& name : *asked)
            if (std::ranges::find(out, name) == out.end() && store::select_column(noun, name))
                out.push_back(name);
    return out;
}

/// In how many records the history has a change of a field with or after their outcome.
std::map<std::string, std::int64_t, std::less<>> late_changes(store::Store& store,
                                                              const meta::Entity& noun,
                                                              const Outcomes& outcomes) {
    sql::Statement rows = store.db().prepare(R"(
        SELECT c."field", count(DISTINCT c."record")
        FROM "change" o
        JOIN "change" c ON c."noun" = o."noun" AND c."record" = o."record"
                       AND c."operation" >= o."operation"
        JOIN "operation" p ON p."id" = c."operation"
        WHERE o."noun" = ?1 AND o."action" = 'set' AND o."field" = ?2 AND o."new" IN (?3, ?4)
          AND c."action" = 'set' AND c."field" <> ?2 AND p."undone_by" IS NULL
        GROUP BY c."field")");
    std::map<std::string, std::int64_t, std::less<>> out;
    for (rows.with(noun.number, outcomes.field, outcomes.won, outcomes.lost); rows.step();)
        out.emplace(rows.text(0), rows.integer(1));
    return out;
}

/// The closed records by day, and after them the others in the order in which they were asked for.
OpenRecords table_of(const FieldTexts& closed, const FieldTexts& open,
                     const std::vector<std::string>& paths, const Outcomes& outcomes) {
    OpenRecords out;
    std::vector<std::size_t> order(closed.ids.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(
        order, {}, [&](std::size_t row) { return std::string_view(closed.texts[0][row]); });
    for (const std::size_t row : order) {
        out.table.outcomes.push_back(closed.texts[1][row] == outcomes.won);
        const auto day = iso_date(std::string_view(closed.texts[0][row]).substr(0, 10));
        out.table.days.push_back(day ? day->days : 0);
    }
    out.ids = open.ids;
    for (std::size_t i = 2; i < paths.size(); ++i) {
        std::vector<std::string_view> values;
        for (const std::size_t row : order)
            values.emplace_back(closed.texts[i][row]);
        if (!open.ids.empty())
            values.insert(values.end(), open.texts[i].begin(), open.texts[i].end());
        LearningField field = learning_field(paths[i], values);
        if (field.is_number || field.levels.size() > 1)
            out.table.fields.push_back(std::move(field));
    }
    out.table.notes = closed.notes;
    return out;
}

OpenRecords read(store::Resolver& resolver, const Clock& clock, std::string_view noun,
                 const std::string& where, const std::vector<std::int64_t>* asked,
                 const LearningRequest& request) {
    store::Store& store = resolver.store();
    const meta::Entity& entity = store.model().get(noun);
    if (!is_in_use(store, entity))
        return {};
    const Outcomes outcomes = outcomes_for(noun);
    std::vector<std::string> query = {std::string(outcomes.closed)};
    if (!where.empty())
        query.push_back(fmt::format("({})", where));
    std::vector<std::string> paths = {std::string(outcomes.day), std::string(outcomes.field)};
    for (std::string& path : paths_of(entity, outcomes, request))
        paths.push_back(std::move(path));
    const FieldTexts closed = field_texts(resolver, clock, entity, query, paths);
    FieldTexts open;
    if (asked != nullptr)
        open = field_texts(resolver, clock, entity, {std::string(outcomes.open)}, paths, asked);
    OpenRecords out = table_of(closed, open, paths, outcomes);
    out.table.late = late_changes(store, entity, outcomes);
    std::erase_if(out.table.late, [&](const auto& late) {
        return late.second * one_late_in < static_cast<std::int64_t>(out.table.outcomes.size());
    });
    return out;
}

}  // namespace

LearningTable learning_table_of_store(store::Resolver& resolver, const Clock& clock,
                                      std::string_view noun, const std::string& where,
                                      const LearningRequest& request) {
    return read(resolver, clock, noun, where, nullptr, request).table;
}

OpenRecords learning_table_with(store::Resolver& resolver, const Clock& clock,
                                std::string_view noun, const std::vector<std::int64_t>& asked,
                                const LearningRequest& request) {
    return read(resolver, clock, noun, "", &asked, request);
}

}  // namespace crm::value
