#include "sales/rules.hpp"

#include "base/error.hpp"
#include "base/rate.hpp"
#include "base/text.hpp"
#include "meta/stages.hpp"
#include "sales/currency_rules.hpp"
#include "sales/line_items.hpp"
#include "sales/target_period.hpp"
#include "sales/totals.hpp"
#include "store/query_context.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::sales {

using meta::FieldInfo;
using meta::Outcome;
using meta::Stage;
using store::Asked;
using store::Record;
using store::RowCells;
using store::Rule;
using store::RuleContext;

namespace {

/// The stage to which a deal comes. One that says only its pipeline starts with the pipeline's
/// first, one that says only its stage belongs to the first pipeline that has it.
const Stage* come_to(const meta::Stages& stages, const Record* before, Record& deal, bool strict) {
    const FieldInfo &stage = *deal.entity->find("stage"),
                    &pipeline = *deal.entity->find("pipeline");
    if (stages.pipelines().empty())
        return stages.find(deal.text(stage));
    const std::string own = deal.text(pipeline);
    if (own.empty()) {
        const Stage* to = stages.find(deal.text(stage));
        if (to != nullptr)
            deal.put(pipeline, {Value(std::string(to->pipeline.empty() ? stages.pipelines().front()
                                                                       : to->pipeline))});
        return to;
    }
    const auto known = std::ranges::find(stages.pipelines(), text::key(own),
                                         [](std::string_view p) { return text::key(p); });
    if (known == stages.pipelines().end()) {
        if (!strict)
            return stages.find(deal.text(stage));
        const std::vector<std::string> names(stages.pipelines().begin(), stages.pipelines().end());
        Error e(Fault::usage, "unknown_word",
                fmt::format("there is no pipeline '{}'", text::clipped(own, 40)));
        e.candidates = text::nearest(own, names);
        e.hint =
            e.candidates.empty() ? text::joined(names, ", ") : text::did_you_mean(e.candidates);
        throw e;
    }
    if (own != *known)
        deal.put(pipeline, {Value(std::string(*known))});
    const Stage* to = stages.find(deal.text(stage), own);
    const auto open = stages.open(own);
    const bool began = before == nullptr && deal.text(stage) == stages.names().front();
    const bool moved = before != nullptr && before->text(pipeline) != deal.text(pipeline) &&
                       before->text(stage) == deal.text(stage);
    if (to == nullptr && (began || moved) && !open.empty()) {
        deal.put(stage, {Value(std::string(open.front()))});
        to = stages.find(open.front(), own);
    }
    if (to == nullptr && strict)
        throw Error(
            Fault::usage, "unknown_word",
            fmt::format("pipeline {} has no stage {}", *known, text::clipped(deal.text(stage), 40)),
            fmt::format("{}", fmt::join(open, ", ")));
    return to;
}

/// The stage in which a deal stands; null where its pipeline has none of that name.
const Stage* stage_definition(const Record& deal) {
    const meta::Stages& stages = deal.entity->model().stages();
    const std::string& own = deal.text(*deal.entity->find("pipeline"));
    const bool known = std::ranges::find(stages.pipelines(), text::key(own),
                                         [](std::string_view p) { return text::key(p); }) !=
                       stages.pipelines().end();
    return stages.find(deal.text(*deal.entity->find("stage")), known ? own : std::string_view());
}

void check_needs(const Stage& to, const Record& deal, bool is_new) {
    std::string missing, words;
    for (const std::string_view name : to.needs) {
        const FieldInfo* field = deal.entity->find(name);
        if (field == nullptr)
            throw Error(Fault::config, "unknown_field",
                        fmt::format("[[stage]] {} requires '{}', which is not a field of a deal",
                                    to.name, text::clipped(name, 40)),
                        "crm fields deal lists them");
        if ((field->type() == meta::Type::rows
                 ? !deal.rows[field->first].empty()
                 : field->cells == 0 ||
                       !std::holds_alternative<std::monostate>(deal.of(*field)[0])))
            continue;
        missing += fmt::format("{}{}", missing.empty() ? "" : ", ", name);
        words += fmt::format(" {}=…", name);
    }
    if (missing.empty())
        return;
    throw Error(
        Fault::refused, "stage_requires",
        fmt::format("{}{}: stage {} requires {}", is_new ? "" : deal.short_id() + " ", deal.label(),
                    to.name, missing),
        is_new ? "add" + words
               : fmt::format("crm deal move {} {}{}", deal.short_id(), text::key(to.name), words));
}

bool stage_is_same(const Record* before, const Record& after) {
    return before != nullptr &&
           before->text(*after.entity->find("stage")) == after.text(*after.entity->find("stage"));
}

bool pipeline_is_same(const Record* before, const Record& after) {
    return before != nullptr && before->text(*after.entity->find("pipeline")) ==
                                    after.text(*after.entity->find("pipeline"));
}

/// The stage to which a deal comes is one of its pipeline.
void place_in_pipeline(RuleContext& context, const Record* before, Record& deal) {
    if (!stage_is_same(before, deal) || !pipeline_is_same(before, deal))
        come_to(deal.entity->model().stages(), before, deal, context.strict);
}

/// Whoever moves a deal to a stage, also by way of its pipeline, has what the stage requires.
void check_stage(RuleContext& context, const Record* before, const Record& deal) {
    if (!context.strict || context.checking || stage_is_same(before, deal))
        return;
    if (const Stage* to = stage_definition(deal))
        check_needs(*to, deal, before == nullptr);
}

/// A deal that comes to a stage has that stage's probability, and the time and day at which it was
/// won or lost.
void follow_stage(RuleContext& context, const Record* before, Record& deal) {
    if (stage_is_same(before, deal))
        return;
    const Stage* to = stage_definition(deal);
    if (to == nullptr)
        return;
    const meta::Entity& entity = *deal.entity;
    const FieldInfo &probability = *entity.find("probability"),
                    &close_date = *entity.find("close_date");
    if (!is_given(before, deal, probability))
        deal.put(probability, {Value(std::int64_t{to->probability})});
    const bool closes = to->outcome != Outcome::open;
    if (closes && !is_given(before, deal, close_date) && !context.imported)
        deal.put(close_date, {Value(context.today)});
    // What a file says was decided on a day was decided when that day began where the user is.
    const auto day = iso_date(deal.text(close_date));
    for (const Outcome outcome : {Outcome::won, Outcome::lost}) {
        const FieldInfo& at = *entity.find(outcome == Outcome::won ? "won_at" : "lost_at");
        if (is_given(before, deal, at))
            continue;
        const bool is = to->outcome == outcome;
        deal.put(at, {!is                 ? Value()
                      : !context.imported ? Value(context.now)
                      : day               ? Value(context.clock.at(*day, 0).iso())
                                          : Value()});
    }
    if (!closes && before != nullptr)
        if (const FieldInfo& reason = *entity.find("lost_reason"); !is_given(before, deal, reason))
            deal.put(reason, {Value()});
}

/// Whether another record became one with this: its uid is kept in refs.
bool is_merged(const Record* before, const Record& after) {
    if (before == nullptr)
        return false;
    const FieldInfo& refs = *after.entity->find("refs");
    const auto had = meta::read_items(before->text(refs));
    return std::ranges::any_of(meta::read_items(after.text(refs)), [&](const meta::Item& ref) {
        return ref.value.starts_with("uid:") && std::ranges::find(had, ref) == had.end();
    });
}

[[noreturn]] void refuse_decision(const Record& deal, std::string_view stage,
                                  std::string_view outcome) {
    const bool is_new = deal.id == 0;
    throw Error(
        Fault::refused, "not_closed",
        fmt::format("{}{} is {}: {}_at is only for {} deals", is_new ? "" : deal.short_id() + " ",
                    deal.label(), stage, outcome, outcome),
        fmt::format("crm deal {} {} {}_at=…", outcome == "won" ? "win" : "lose",
                    is_new ? "DEAL" : deal.short_id(), outcome));
}

/// An open deal was not won or lost, and a won one not lost. Where a file or another deal says
/// otherwise, the stage counts.
void follow_decision(RuleContext& context, const Record* before, Record& deal) {
    const Stage* to = stage_definition(deal);
    if (to == nullptr)
        return;
    const meta::Entity& entity = *deal.entity;
    for (const auto& [outcome, word] :
         {std::pair{Outcome::won, "won"}, std::pair{Outcome::lost, "lost"}}) {
        const FieldInfo& at = *entity.find(fmt::format("{}_at", word));
        const bool is_new = before == nullptr || before->text(at) != deal.text(at);
        if (to->outcome == outcome || deal.text(at).empty() || !is_new)
            continue;
        if (!context.imported && !is_merged(before, deal))
            refuse_decision(deal, to->name, word);
        deal.put(at, {Value()});
    }
    const FieldInfo& reason = *entity.find("lost_reason");
    if (to->outcome != Outcome::lost && !deal.text(reason).empty() && is_merged(before, deal) &&
        before->text(reason).empty())
        deal.put(reason, {Value()});
}

/// A deal's stages: whoever changes its stage, also undo of what was done before there was such a
/// list, the last row is the stage in which it stands. It begins when the deal was made or, if that
/// is what is known, decided; later ones begin now, or on the day that a file gives, but never
/// before the one that ends.
void record_stage_history(RuleContext& context, const Record* before, Record& after) {
    const meta::Entity& entity = *after.entity;
    auto& stays = after.rows[entity.find("stages")->first];
    const std::string& stage = after.text(*entity.find("stage"));
    if (!stays.empty() && stays.back()[0] == Value(stage))
        return;
    const FieldInfo& decided = *entity.find(stage == meta::won_stage ? "won_at" : "lost_at");
    const bool closes = stage == meta::won_stage || stage == meta::lost_stage;
    std::string at;
    if (closes && (before == nullptr || before->text(decided) != after.text(decided)))
        at = after.text(decided);
    if (at.empty())
        at = before == nullptr ? after.text(*entity.find("created_at")) : context.now;
    if (!stays.empty())
        at = std::max(at, std::get<std::string>(stays.back()[1]));
    stays.push_back({Value(stage), Value(std::move(at))});
}

/// A new quote has the customer of its deal and an order that of its quote, unless given.
void default_customer(RuleContext& context, const Record* before, Record& record) {
    const meta::Entity& entity = *record.entity;
    const FieldInfo& account = *entity.find("account");
    const FieldInfo& link = *entity.find(entity.noun == "quote" ? "deal" : "quote");
    if (before != nullptr || record.number(account) != 0 || record.number(link) == 0)
        return;
    const auto source = context.find(*link.to, record.number(link));
    if (source && source->number(*link.to->find("account")) != 0)
        record.put(account, {Value(source->number(*link.to->find("account")))});
}

/// An order's total is that of its lines, unless given.
void follow_lines(RuleContext&, const Record* before, Record& order) {
    const FieldInfo &lines = *order.entity->find("lines"), &total = *order.entity->find("total");
    const bool changed = before == nullptr ? !order.rows[lines.first].empty()
                                           : before->rows[lines.first] != order.rows[lines.first];
    if (!changed || is_given(before, order, total))
        return;
    const Totals totals = totals_of(line_amounts(order));
    if (totals.complete())
        order.put(total, {Value(totals.total()), Value(totals.currency)});
    else
        order.put(total, {Value(), Value()});
}

/// A rate is written as rates are.
void read_rate_fields(RuleContext&, const Record*, Record& rate) {
    for (const auto& [name, read] :
         {std::pair{"pair", &read_pair}, std::pair{"rate", &read_rate}}) {
        const FieldInfo& field = *rate.entity->find(name);
        auto value = read(rate.text(field));
        if (!value) {
            value.error().message = fmt::format("{}: {}", name, value.error().message);
            throw value.error();
        }
        rate.put(field, {Value(std::move(*value))});
    }
}

/// The period of a target as reports read it.
void read_period(RuleContext& context, const Record* before, Record& target) {
    const FieldInfo& field = *target.entity->find("period");
    const std::string text = target.text(field);
    if (text.empty() || (before != nullptr && before->text(field) == text))
        return;
    auto period = read_target_period(text, context.clock);
    if (!period)
        throw period.error();
    target.put(field, {Value(std::move(*period))});
}

/// The state in which a document's lines stay as they are; empty while they may change.
std::string_view closed_state(std::string_view state) {
    return state.starts_with("Closed") || state == "Cancelled" ? state : std::string_view();
}

/// The lines of a closed deal, quote or order stay as they are, and none is added to an offer that
/// has expired. What one operation writes in several steps, as an import does that reads a line of
/// an order from each row, is judged by what was before it. A link in a line may change when two
/// records become one.
void check_lines_open(RuleContext& context, const Record* before, const Record& after) {
    const meta::Entity& entity = *after.entity;
    const FieldInfo& lines = *entity.find("lines");
    if (before == nullptr || context.relinked ||
        before->rows[lines.first] == after.rows[lines.first] || context.is_new(after))
        return;
    const FieldInfo* state = entity.find("stage");
    if (state == nullptr)
        state = entity.find("status");
    const std::string was = context.text_before(*before, *state);
    // Who reopens a document may change it at once.
    if (!closed_state(was).empty() && !closed_state(after.text(*state)).empty())
        throw Error(Fault::refused, "closed",
                    fmt::format("{} {} is {}: its line items cannot be changed", after.short_id(),
                                after.label(), was));
    if (entity.find("valid_until") != nullptr &&
        after.rows[lines.first].size() > before->rows[lines.first].size())
        require_valid_quote(after, context.today);
}

/// The rule of a territory is a query that finds accounts.
void check_territory(RuleContext& context, const Record* before, const Record& territory) {
    const FieldInfo& rule = *territory.entity->find("rule");
    const std::string& query = territory.text(rule);
    if (query.empty() || (before != nullptr && before->text(rule) == query))
        return;
    store::Resolver resolver(context.flushed());
    resolver.me_name = [&context] { return context.user; };
    store::select(resolver, context.clock, territory.entity->model().get("account"), {query});
}

constexpr Rule table[] = {
    {"deal", place_in_pipeline, check_stage, nullptr, Asked::changes},
    {"deal", follow_stage, nullptr, nullptr, Asked::changes},
    {"deal", follow_decision, nullptr, nullptr, Asked::changes},
    {"deal", record_stage_history},
    {"deal", nullptr, check_lines_open, nullptr, Asked::changes},
    {"quote", nullptr, check_lines_open, nullptr, Asked::changes},
    {"order", nullptr, check_lines_open, nullptr, Asked::changes},
    {"territory", nullptr, check_territory, nullptr, Asked::changes},
    {"quote", default_customer, nullptr, nullptr, Asked::changes},
    {"order", default_customer, nullptr, nullptr, Asked::changes},
    {"order", follow_lines, nullptr, nullptr, Asked::changes},
    {"rate", read_rate_fields, nullptr, nullptr, Asked::changes},
    {"target", read_period, nullptr, nullptr, Asked::changes},
    {"deal", nullptr, check_one_currency, nullptr, Asked::changes},
    {"quote", read_currency, check_one_currency, nullptr, Asked::changes},
    {"order", read_currency, check_one_currency, nullptr, Asked::changes},
    {"pricebook", read_currency, check_one_currency, nullptr, Asked::changes},
};

}  // namespace

std::span<const Rule> rules() {
    return table;
}

}  // namespace crm::sales
