#include "segment/rules.hpp"

#include "base/text.hpp"
#include "query/lower.hpp"
#include "store/query_context.hpp"
#include "store/select.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::segment {

using meta::Entity;
using store::Asked;
using store::Record;
using store::Rule;
using store::RuleContext;

namespace {

bool changes(const Record* before, const Record& after,
             std::initializer_list<std::string_view> fields) {
    return before == nullptr || std::ranges::any_of(fields, [&](std::string_view field) {
               return before->text(field) != after.text(field);
           });
}

/// The noun that a segment or a view is made of.
const Entity& noun_of(const Record& record) {
    const meta::Model& model = record.entity->model();
    const std::string noun = record.text("noun");
    if (const Entity* entity = model.find(noun))
        return *entity;
    std::vector<std::string> nouns;
    for (const Entity& entity : model.entities())
        nouns.emplace_back(entity.noun);
    Error e(Fault::usage, "unknown_noun",
            fmt::format("there is no noun '{}'", text::clipped(noun, 40)));
    e.candidates = text::nearest(noun, nouns);
    e.hint = text::did_you_mean(e.candidates);
    throw e;
}

/// Compiles the query of a segment by the name that it will have: one that leads back to this name
/// is a circle.
Expected<query::Condition> compiled(RuleContext& context, const Record& segment,
                                    const Entity& noun) {
    const std::string name = segment.text("name"), query = segment.text("query");
    store::Resolver resolver(context.flushed());
    resolver.me_name = [&context] { return context.user; };
    query::Context how = store::query_context(resolver, context.clock, {query});
    const auto stored = how.segment;
    how.segment = [&](std::string_view asked) {
        return text::folded(asked) == text::folded(name)
                   ? query::Segment{std::string(noun.noun), query}
                   : stored(asked);
    };
    const std::vector<std::string> itself{"@" + name};
    return query::compile(itself, noun, how, "t");
}

void check_segment(RuleContext& context, const Record* before, const Record& segment) {
    if (!changes(before, segment, {"name", "noun", "query"}) || segment.text("noun").empty())
        return;
    const Entity& noun = noun_of(segment);
    if (segment.text("query").empty())
        return;
    if (auto valid = compiled(context, segment, noun); !valid)
        throw valid.error();
}

/// Of a segment that is put back only this is asked: its query was valid when it was made.
void check_circle(RuleContext& context, const Record* before, const Record& segment) {
    if (context.checking || !changes(before, segment, {"name", "noun", "query"}) ||
        segment.text("query").empty())
        return;
    const Entity* noun = segment.entity->model().find(segment.text("noun"));
    if (noun == nullptr)
        return;
    if (auto valid = compiled(context, segment, *noun);
        !valid && valid.error().code == "segment_cycle")
        throw valid.error();
}

void check_view(RuleContext& context, const Record* before, const Record& view) {
    if (!changes(before, view, {"noun", "query", "sort", "columns"}) || view.text("noun").empty())
        return;
    const Entity& noun = noun_of(view);
    store::Resolver resolver(context.flushed());
    resolver.me_name = [&context] { return context.user; };
    std::vector<std::string> query;
    if (!view.text("query").empty())
        query.push_back(view.text("query"));
    store::Selection list = store::select(resolver, context.clock, noun, query);
    if (const std::string sort = view.text("sort"); !sort.empty())
        if (auto valid = list.sort(sort); !valid)
            throw valid.error();
    const std::string columns = view.text("columns");
    for (const std::string_view column : text::split(std::string_view(columns), ','))
        if (!text::trimmed(column).empty())
            if (auto valid = store::select_column(noun, text::trimmed(column)); !valid)
                throw valid.error();
}

constexpr Rule table[] = {
    {"segment", nullptr, check_segment, nullptr, Asked::changes},
    {"segment", nullptr, check_circle, nullptr, Asked::settled},
    {"view", nullptr, check_view, nullptr, Asked::changes},
};

}  // namespace

std::span<const Rule> rules() {
    return table;
}

}  // namespace crm::segment
