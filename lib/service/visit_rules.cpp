#include "service/visit_rules.hpp"

#include "base/money.hpp"
#include "service/cover.hpp"
#include "sql/expression.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <optional>
#include <vector>

namespace crm::service {

using meta::FieldInfo;
using store::Record;
using store::RuleContext;

namespace {

std::optional<Record> linked_record(RuleContext& context, const Record& record,
                                    std::string_view name) {
    const FieldInfo& field = record.field(name);
    if (record.number(field) == 0)
        return {};
    return context.find(*field.to, record.number(field));
}

void put_link(Record& record, std::string_view name, std::int64_t id) {
    record.put(record.field(name), {id == 0 ? Value() : Value(id)});
}

}  // namespace

void complete_visit(RuleContext& context, const Record* before, Record& visit) {
    const auto ticket = linked_record(context, visit, "ticket");
    const bool has_asset = visit.number("asset") != 0 || visit.is_given(visit.field("asset"));
    if (before == nullptr && ticket && !has_asset)
        put_link(visit, "asset", ticket->number("asset"));
    std::int64_t account = ticket ? ticket->number("account") : 0;
    if (account == 0)
        if (const auto asset = linked_record(context, visit, "asset"))
            account = asset->number("account");
    put_link(visit, "account", account);
}

void take_cover(RuleContext& context, const Record* before, Record& visit) {
    const FieldInfo& covered = visit.field("covered");
    const bool is_empty = std::holds_alternative<std::monostate>(visit.of(covered).front());
    if (before != nullptr || !is_empty || visit.is_given(covered) || context.imported)
        return;
    if (const auto asset = linked_record(context, visit, "asset")) {
        const Instant at = iso_instant(visit.text("start")).value_or(context.clock.now);
        const Cover cover = cover_of(context.flushed(), *asset, at, context.clock);
        visit.put(covered, {Value(std::int64_t{cover.is_covered()})});
    }
}

void warn_of_charge(RuleContext& context, const Record* before, const Record& visit) {
    const FieldInfo &charge = visit.field("charge"), &covered = visit.field("covered");
    const auto* minor = std::get_if<std::int64_t>(&visit.of(charge).front());
    const bool is_charged = minor != nullptr && *minor > 0 && visit.number(covered) == 1;
    const bool is_new = before == nullptr ||
                        !std::ranges::equal(before->of(charge), visit.of(charge)) ||
                        before->number(covered) != 1;
    if (!is_charged || !is_new || context.imported || context.relinked)
        return;
    const std::string& currency = visit.text(charge);
    std::string why;
    if (const auto asset = linked_record(context, visit, "asset")) {
        const Instant at = iso_instant(visit.text("start")).value_or(context.clock.now);
        store::Store& store = context.flushed();
        const Cover cover = cover_of(store, *asset, at, context.clock);
        if (cover.is_covered())
            why = fmt::format(": {} {}, {}", asset->short_id(), asset->label(),
                              cover_text(store, cover));
    }
    context.remark(fmt::format("warning: {} is covered, but {} {} is charged{}", visit.short_id(),
                               money_text(*minor, currency), currency, why));
}

void move_visits(RuleContext& context, const Record* before, const Record& of) {
    if (before == nullptr || before->number("account") == of.number("account") ||
        !context.has_table("visit"))
        return;
    store::Store& store = context.flushed();
    const meta::Entity& visits = of.entity->model().get("visit");
    sql::Statement get = store.db().prepare(
        fmt::format(R"(SELECT "id" FROM "visit" WHERE {} = ?1 AND {} ORDER BY "id")",
                    sql::quoted(of.entity->noun), sql::live()));
    std::vector<std::int64_t> ids;
    for (get.with(of.id); get.step();)
        ids.push_back(get.integer(0));
    get.reset();
    for (const std::int64_t id : ids) {
        const Record visit = store.get(visits, id);
        Record after = visit;
        complete_visit(context, &visit, after);
        if (after.number("account") != visit.number("account"))
            context.change(visit, after);
    }
}

}  // namespace crm::service
