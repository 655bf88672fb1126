#include "store/rules.hpp"

#include "base/error.hpp"
#include "base/money.hpp"
#include "base/rate.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "meta/stages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace crm::store {

using meta::FieldInfo;
using meta::Outcome;
using meta::Stage;

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
        Error e(Fault::refused, "unknown_word",
                fmt::format("there is no pipeline '{}'", text::clipped(own, 40)));
        suggest(e, own, names, text::joined(names, ", "));
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
            Fault::refused, "unknown_word",
            fmt::format("pipeline {} has no stage {}", *known, text::clipped(deal.text(stage), 40)),
            fmt::format("{}", fmt::join(open, ", ")));
    return to;
}

void check_needs(const Stage& to, const Record& deal) {
    std::string missing, words;
    for (const std::string_view name : to.needs) {
        const FieldInfo* field = deal.entity->find(name);
        if (field == nullptr)
            throw Error(Fault::config, "unknown_field",
                        fmt::format("[[stage]] {} requires '{}', which is no field of a deal",
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
    const bool is_new = deal.id == 0;
    throw Error(
        Fault::refused, "stage_requires",
        fmt::format("{}{} cannot come to {} without {}", is_new ? "" : deal.short_id() + " ",
                    deal.label(), to.name, missing),
        is_new ? "say" + words
               : fmt::format("crm deal move {} {}{}", deal.short_id(), text::key(to.name), words));
}

}  // namespace

namespace {

/// Where a record has its customer from.
const FieldInfo* source_of(const meta::Entity& entity) {
    return entity.find(entity.noun == "quote" ? "deal" : "quote");
}

}  // namespace

void refuse_circle(Store& store, const Record* before, const Record& after) {
    for (const FieldInfo& field : after.entity->fields()) {
        if (field.type() != meta::Type::link || field.to != after.entity ||
            field.is(meta::mirror) || after.number(field) == 0)
            continue;
        if (after.id == 0 || (before != nullptr && before->number(field) == after.number(field)))
            continue;
        std::int64_t above = after.number(field);
        for (int steps = 0; above != 0 && above != after.id && steps < 1000; ++steps) {
            const auto next = store.find(*after.entity, above);
            above = next ? next->number(field) : 0;
        }
        if (above == after.id)
            throw Error(
                Fault::refused, "circle",
                fmt::format("{} {} cannot have itself above it: {}", after.short_id(),
                            after.label(), field.name()),
                fmt::format("crm {} show {} -F {}", after.entity->noun,
                            meta::short_id(*after.entity, after.number(field)), field.name()));
    }
}

bool lacks_customer(const Record& record) {
    const std::string_view noun = record.entity->noun;
    return (noun == "quote" || noun == "order") &&
           record.number(*record.entity->find("account")) == 0 &&
           record.number(*source_of(*record.entity)) != 0;
}

void default_customer(Store& store, Record& record) {
    const FieldInfo &account = *record.entity->find("account"), &link = *source_of(*record.entity);
    const auto source = store.find(*link.to, record.number(link));
    if (source && source->number(*link.to->find("account")) != 0)
        record.put(account, {Value(source->number(*link.to->find("account")))});
}

namespace {

/// What the lines come to with tax; nothing where one has no price or they are of several
/// currencies.
std::optional<Money> total_of(const Record& order) {
    const FieldInfo& lines = *order.entity->find("lines");
    const auto inner = [&](std::string_view name) {
        return std::ranges::find(lines.rows, name, [](const FieldInfo& p) { return p.name(); })
            ->first;
    };
    std::optional<Money> sum;
    for (const RowCells& row : order.rows[lines.first]) {
        const auto number = [&](std::string_view name, std::int64_t otherwise) {
            const auto* n = std::get_if<std::int64_t>(&row[inner(name)]);
            return n == nullptr ? otherwise : *n;
        };
        const auto* currency = std::get_if<std::string>(&row[inner("price") + 1]);
        if (currency == nullptr || (sum && sum->currency != *currency))
            return {};
        const std::int64_t net =
            net_of(number("quantity", one_unit), number("price", 0), number("discount", 0));
        if (!sum)
            sum = Money{0, *currency};
        if (__builtin_add_overflow(sum->minor, net + tax_on(net, number("tax", 0)), &sum->minor))
            throw Error(Fault::refused, "too_large", "the lines come to more than can be kept");
    }
    return sum;
}

}  // namespace

void apply_rules(const Record* before, Record& after, const RuleContext& when) {
    const meta::Entity& entity = *after.entity;
    if (entity.noun == "rate") {
        for (const auto& [name, read] :
             {std::pair{"pair", &read_pair}, std::pair{"rate", &read_rate}}) {
            const FieldInfo& field = *entity.find(name);
            auto value = read(after.text(field));
            if (!value)
                throw value.error();
            after.put(field, {Value(std::move(*value))});
        }
        return;
    }
    if (entity.noun == "order") {
        const FieldInfo &lines = *entity.find("lines"), &total = *entity.find("total");
        const bool changed = before == nullptr
                                 ? !after.rows[lines.first].empty()
                                 : before->rows[lines.first] != after.rows[lines.first];
        const bool is_told = before == nullptr
                                 ? !std::holds_alternative<std::monostate>(after.of(total)[0])
                                 : !std::ranges::equal(after.of(total), before->of(total));
        if (!changed || is_told)
            return;
        const auto sum = total_of(after);
        if (sum)
            after.put(total, {Value(sum->minor), Value(sum->currency)});
        else
            after.put(total, {Value(), Value()});
        return;
    }
    if (entity.noun != "deal")
        return;
    const FieldInfo &stage = *entity.find("stage"), &pipeline = *entity.find("pipeline"),
                    &probability = *entity.find("probability"),
                    &close_date = *entity.find("close_date");
    if (before != nullptr && before->text(stage) == after.text(stage) &&
        before->text(pipeline) == after.text(pipeline))
        return;
    const Stage* to = come_to(entity.model().stages(), before, after, when.strict);
    if (to == nullptr || (before != nullptr && before->text(stage) == after.text(stage)))
        return;
    if (when.strict)
        check_needs(*to, after);
    // What was told with the same change stands.
    const auto told = [&](const FieldInfo& field) {
        const auto cells = after.of(field);
        return before == nullptr
                   ? std::ranges::any_of(
                         cells,
                         [](const Value& v) { return !std::holds_alternative<std::monostate>(v); })
                   : !std::ranges::equal(cells, before->of(field));
    };
    if (!told(probability))
        after.put(probability, {Value(std::int64_t{to->probability})});
    const bool closes = to->outcome != Outcome::open;
    if (closes && !told(close_date) && !when.imported)
        after.put(close_date, {Value(when.today)});
    const std::string& day = after.text(close_date);
    for (const Outcome outcome : {Outcome::won, Outcome::lost}) {
        const FieldInfo& at = *entity.find(outcome == Outcome::won ? "won_at" : "lost_at");
        if (told(at))
            continue;
        const bool is = to->outcome == outcome;
        after.put(at, {!is              ? Value()
                       : !when.imported ? Value(when.now)
                       : day.empty()    ? Value()
                                        : Value(day + "T00:00:00Z")});
    }
    if (!closes && before != nullptr)
        if (const FieldInfo& reason = *entity.find("lost_reason"); !told(reason))
            after.put(reason, {Value()});
}

void record_stage_history(const Record* before, Record& after, const std::string& now) {
    const meta::Entity& entity = *after.entity;
    if (entity.noun != "deal")
        return;
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
        at = before == nullptr ? after.text(*entity.find("created_at")) : now;
    if (!stays.empty())
        at = std::max(at, std::get<std::string>(stays.back()[1]));
    stays.push_back({Value(stage), Value(std::move(at))});
}

}  // namespace crm::store
