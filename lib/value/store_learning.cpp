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

/// Of so many records at most one may have been written too late.
constexpr std::int64_t one_late_in = 20;

/// How the records of a noun end.
struct Outcomes {
    std::string_view field, won, lost;
    std::string_view closed, open;  ///< queries
    std::string_view day;
};

Outcomes outcomes_for(std::string_view noun) {
    if (noun == "lead")
        return {"status", "Converted", "Dead", "status:(Converted,Dead)", "is:open", "created_at"};
    return {"stage",   meta::won_stage, meta::lost_stage, "stage:(\"Closed Won\",\"Closed Lost\")",
            "is:open", "close_date"};
}

/// Whether records may have a value of the field in common: it is neither a name or a key, nor a
/// list, nor a figure of the program.
bool can_be_learnt_from(const meta::FieldInfo& field) {
    using namespace meta;
    if (field.is(many | derived | mirror | unique | lookup))
        return false;
    switch (field.type()) {
        case Type::text:
        case Type::choice:
        case Type::boolean:
        case Type::integer:
        case Type::percent:
        case Type::money:
            return true;
        case Type::link:
            return field.to != nullptr;
        default:
            return false;
    }
}

bool leads_to_customer(const meta::FieldInfo& field) {
    return field.type() == meta::Type::link &&
           (field.to->role == meta::Role::company || field.to->role == meta::Role::person);
}

/// What is learnt from by itself: the fields of the noun and those of the records that it links to,
/// and what is asked for by name. Who the customer is says nothing of other customers.
std::vector<std::string> paths_of(const meta::Entity& noun, const Outcomes& outcomes,
                                  const LearningRequest& request) {
    std::vector<std::string> out;
    for (const meta::FieldInfo& field : noun.fields()) {
        if (!can_be_learnt_from(field) || field.name() == outcomes.field)
            continue;
        if (!leads_to_customer(field) || field.name() != field.to->noun)
            out.emplace_back(field.name());
        if (field.type() != meta::Type::link || field.to == &noun)
            continue;
        for (const meta::FieldInfo& inner : field.to->fields())
            if (can_be_learnt_from(inner) && !leads_to_customer(inner))
                out.push_back(fmt::format("{}.{}", field.name(), inner.name()));
    }
    for (const auto* asked : {&request.features, &request.keep})
        for (const std::string& name : *asked)
            if (std::ranges::find(out, name) == out.end() && store::select_column(noun, name))
                out.push_back(name);
    return out;
}

using Counts = std::map<std::string, std::int64_t, std::less<>>;

/// In how many records the history has a change with or after their outcome, by field: a change of
/// the record itself or, for one of its links, of what it leads to.
void add_late_changes(store::Store& store, const meta::Entity& noun, const Outcomes& outcomes,
                      const meta::FieldInfo* link, Counts& out) {
    sql::Statement rows = store.db().prepare(fmt::format(
        R"(
        SELECT c."field", count(DISTINCT o."record")
        FROM "change" o
        {}
        JOIN "change" c ON c."noun" = ?5 AND c."record" = {} AND c."operation" >= o."operation"
        JOIN "operation" p ON p."id" = c."operation"
        WHERE o."noun" = ?1 AND o."action" = 'set' AND o."field" = ?2 AND o."new" IN (?3, ?4)
          AND c."action" = 'set' AND (c."noun" <> ?1 OR c."field" <> ?2) AND p."undone_by" IS NULL
        GROUP BY c."field")",
        link == nullptr ? "" : fmt::format("JOIN \"{}\" t ON t.\"id\" = o.\"record\"", noun.noun),
        link == nullptr ? "o.\"record\"" : fmt::format("t.\"{}\"", link->columns[0].name)));
    const std::string path = link == nullptr ? "" : fmt::format("{}.", link->name());
    const int number = link == nullptr ? noun.number : link->to->number;
    for (rows.with(noun.number, outcomes.field, outcomes.won, outcomes.lost, number); rows.step();)
        out.emplace(path + std::string(rows.text(0)), rows.integer(1));
}

Counts late_changes(store::Store& store, const meta::Entity& noun, const Outcomes& outcomes) {
    Counts out;
    add_late_changes(store, noun, outcomes, nullptr, out);
    for (const meta::FieldInfo& field : noun.fields())
        if (field.type() == meta::Type::link && can_be_learnt_from(field) && field.to != &noun &&
            is_in_use(store, *field.to))
            add_late_changes(store, noun, outcomes, &field, out);
    return out;
}

bool is_choice(const meta::Entity& noun, const std::string& path) {
    const auto column = store::select_column(noun, path);
    return column && column->field != nullptr &&
           (column->field->type() == meta::Type::choice ||
            column->field->type() == meta::Type::boolean);
}

/// The closed records by day, and after them the others in the order in which they were asked for.
OpenRecords table_of(const meta::Entity& noun, const FieldTexts& closed, const FieldTexts& open,
                     const std::vector<std::string>& paths, const Outcomes& outcomes) {
    OpenRecords out;
    std::vector<std::size_t> order(closed.ids.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(
        order, {}, [&](std::size_t row) -> const std::string& { return closed.texts[0][row]; });
    for (const std::size_t row : order) {
        out.table.outcomes.push_back(closed.texts[1][row] == outcomes.won);
        const auto day = iso_date(std::string_view(closed.texts[0][row]).substr(0, 10));
        out.table.days.push_back(day ? day->days : 0);
    }
    out.ids = open.ids;
    for (std::size_t i = 2; i < paths.size(); ++i) {
        LearningField field = learning_field(
            paths[i], order.size() + open.ids.size(), [&](std::size_t row) -> std::string_view {
                return row < order.size() ? closed.texts[i][order[row]]
                                          : open.texts[i][row - order.size()];
            });
        field.of_many_values = !is_choice(noun, paths[i]);
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
    OpenRecords out = table_of(entity, closed, open, paths, outcomes);
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
