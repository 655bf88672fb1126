#include "report/gate_count.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "query/lower.hpp"
#include "store/query_context.hpp"

#include <fmt/format.h>

namespace crm::report {
namespace {

using Bound = Gate::Bound;
using meta::Entity;
using store::Resolver;
using store::Selection;

constexpr std::int64_t most_gate_rows = 1'000'000;

const Entity& noun_of(const Gate& gate, const meta::Model& model) {
    if (const Entity* noun = model.find(gate.on))
        return *noun;
    std::vector<std::string> nouns;
    for (const Entity& entity : model.entities())
        nouns.emplace_back(entity.noun);
    Error e(Fault::usage, "unknown_noun",
            fmt::format("there is no noun '{}'", text::clipped(gate.on, 40)));
    suggest(e, gate.on, nouns);
    throw gate_error(gate, "on", e);
}

/// A query of a gate, with parameters from `first` on.
query::Condition condition_of(Resolver& resolver, const Clock& clock, const Gate& gate,
                              std::string_view key, const std::string& text, const Entity& noun,
                              std::size_t first) {
    const std::vector<std::string> words{text};
    auto condition =
        query::compile(words, noun, store::query_context(resolver, clock, words), "t", first);
    if (!condition)
        throw gate_error(gate, key, condition.error());
    return std::move(*condition);
}

std::string in_parentheses(const query::Condition& condition) {
    return condition.sql.empty() ? "TRUE" : "(" + condition.sql + ")";
}

/// The first records in the order of their numbers.
std::vector<GateSample> record_samples(store::Store& store, Selection records, std::size_t most) {
    std::vector<GateSample> out;
    if (most == 0)
        return out;
    records.limit = static_cast<std::int64_t>(most);
    for (const std::int64_t id : records.ids()) {
        const std::string short_id = meta::short_id(records.entity(), id);
        const std::string name = store.name(records.entity(), id);
        out.push_back({short_id + " " + name, {{"id", short_id}, {"name", name}}});
    }
    return out;
}

}  // namespace

GateCount count_records(Resolver& resolver, const Clock& clock, const Gate& gate) {
    store::Store& store = resolver.store();
    const Entity& noun = noun_of(gate, store.model());
    query::Condition base;
    if (gate.of)
        base = condition_of(resolver, clock, gate, "of", *gate.of, noun, 1);
    const query::Condition found =
        condition_of(resolver, clock, gate, "query", gate.query, noun, base.binds.size() + 1);
    Selection all(store, noun);
    all.condition = base.sql;
    all.binds = base.binds;
    Selection matching(store, noun);
    matching.condition = in_parentheses(base) + " AND " + in_parentheses(found);
    matching.binds = base.binds;
    matching.binds.insert(matching.binds.end(), found.binds.begin(), found.binds.end());

    GateCount out;
    out.value = matching.count();
    if (gate.of || gate.in_percent())
        out.of = all.count();
    if (gate.bound == Bound::max || gate.bound == Bound::max_percent) {
        out.sample = record_samples(store, matching, gate.sample);
    } else if (gate.bound == Bound::min_percent) {
        matching.condition =
            in_parentheses(base) + " AND " + in_parentheses(found) + " IS NOT TRUE";
        out.sample = record_samples(store, matching, gate.sample);
    }
    return out;
}

GateCount count_rows(sql::Connection& connection, const Gate& gate,
                     std::chrono::milliseconds most) {
    GateCount out;
    try {
        sql::Statement rows = connection.query(gate.sql, most);
        if (rows.columns() == 0)
            throw Error(Fault::usage, "bad_sql", "the statement returns no columns");
        for (; rows.step(); ++out.value) {
            if (out.value == most_gate_rows)
                throw Error(Fault::refused, "too_many_rows",
                            fmt::format("the statement has more than {} rows", most_gate_rows));
            if (out.sample.size() >= gate.sample)
                continue;
            GateSample sample;
            for (int i = 0; i < rows.columns(); ++i) {
                const View cell = rows.view(i);
                sample.cells.push_back({std::string(rows.column_name(i)), cell.owned(),
                                        cell.kind == View::Kind::decimal});
                sample.text += (i > 0 ? " " : "") + text_of(cell.owned());
            }
            out.sample.push_back(std::move(sample));
        }
    } catch (const Error& e) {
        throw gate_error(gate, "sql", e);
    }
    return out;
}

}  // namespace crm::report
