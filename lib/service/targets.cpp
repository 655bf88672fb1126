#include "service/targets.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "calendar/working_hours.hpp"
#include "service/working_time.hpp"
#include "sql/expression.hpp"
#include "store/query_context.hpp"
#include "store/rows.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace crm::service {

using meta::FieldInfo;
using store::Record;
using store::RowCells;
using store::RuleContext;

namespace {

constexpr std::string_view target_names[] = {"response", "next_response", "resolution"};
/// More working hours than anybody promises.
constexpr std::int64_t longest_target = 10'000 * 3600;

const FieldInfo& targets_of(const Record& sla) {
    return *sla.entity->find("targets");
}

bool is_in_hours(std::string_view duration) {
    const auto unit = duration.find_first_not_of("0123456789");
    const std::string_view name = unit == duration.npos ? "" : duration.substr(unit);
    return name == "min" || name == "h";
}

std::string target_text(std::int64_t seconds) {
    return seconds % 3600 == 0 ? fmt::format("{}h", seconds / 3600)
                               : fmt::format("{}min", seconds / 60);
}

/// "8h is one working day of Berlin": the first day from today on that has working time and is not
/// a holiday.
std::string working_day_hint(RuleContext& context, const Record& sla) {
    store::Store& store = context.flushed();
    const FieldInfo& link = *sla.entity->find("calendar");
    std::optional<Record> calendar;
    if (sla.number(link) != 0)
        calendar = context.find(*link.to, sla.number(link));
    if (!calendar)
        calendar = calendar::default_calendar(store);
    const WorkingTime time(calendar ? calendar::read_hours(*calendar, "UTC")
                                    : BusinessHours::usual("UTC"));
    const Clock clock{context.clock.now, time.hours().zone()};
    for (Date day = clock.today(); day.days < clock.today().days + 366; ++day.days) {
        const std::int64_t seconds = time.used(clock.at(day, 0), clock.at({day.days + 1}, 0));
        if (seconds > 0 && time.hours().note(day).empty())
            return fmt::format("{} is one working day of {}", target_text(seconds),
                               calendar ? calendar->label() : "Monday to Friday");
    }
    return "resolution=8h";
}

}  // namespace

void check_targets(RuleContext& context, const Record* before, const Record& sla) {
    const FieldInfo& targets = targets_of(sla);
    if (before != nullptr && before->rows[targets.first] == sla.rows[targets.first])
        return;
    for (const RowCells& row : sla.rows[targets.first])
        for (const std::string_view name : target_names) {
            const auto text = store::row_text(row, store::inner_field(targets, name));
            if (!text)
                continue;
            if (!is_in_hours(*text))
                throw Error(Fault::refused, "target_unit",
                            fmt::format("{}: {} is not in hours or minutes", name, *text),
                            working_day_hint(context, sla));
            if (duration_seconds(*text) > longest_target || duration_seconds(*text) == 0)
                throw Error(Fault::refused, "out_of_range",
                            fmt::format("{}: {} is not from 1min to 10000h", name, *text),
                            fmt::format("{}=8h", name));
        }
}

void check_rule(RuleContext& context, const Record* before, const Record& sla) {
    const FieldInfo& rule = *sla.entity->find("rule");
    const std::string& query = sla.text(rule);
    if (query.empty() || (before != nullptr && before->text(rule) == query))
        return;
    store::Resolver resolver(context.flushed());
    resolver.me_name = [&context] { return context.user; };
    store::select(resolver, context.clock, sla.entity->model().get("ticket"), {query});
}

void keep_one_default(RuleContext& context, const Record*, const Record& sla) {
    const FieldInfo& field = *sla.entity->find("default");
    if (sla.number(field) != 1 || !sla.deleted_at.empty())
        return;
    store::Store& store = context.flushed();
    sql::Statement others = store.db().prepare(fmt::format(
        R"(SELECT "id" FROM "sla" WHERE "default" = 1 AND "id" <> ?1 AND {})", sql::live()));
    std::vector<std::int64_t> ids;
    for (others.with(sla.id); others.step();)
        ids.push_back(others.integer(0));
    for (const std::int64_t id : ids) {
        const Record other = store.get(*sla.entity, id);
        Record after = other;
        after.put(field, {Value(std::int64_t{0})});
        context.change(other, after);
    }
}

std::string set_target(Record& sla, const RowCells& row) {
    const FieldInfo& targets = targets_of(sla);
    const std::size_t key = store::inner_field(targets, "priority").first;
    auto& rows = sla.rows[targets.first];
    const auto same =
        std::ranges::find_if(rows, [&](const RowCells& other) { return other[key] == row[key]; });
    const bool is_empty = std::ranges::all_of(target_names, [&](std::string_view name) {
        return !store::row_text(row, store::inner_field(targets, name));
    });
    if (same != rows.end() && is_empty)
        rows.erase(same);
    else if (same != rows.end())
        *same = row;
    else if (!is_empty)
        rows.push_back(row);
    std::string out = store::row_text(row, store::inner_field(targets, "priority")).value_or("");
    for (const std::string_view name : target_names)
        if (const auto text = store::row_text(row, store::inner_field(targets, name)))
            out += fmt::format(" {}={}", name, *text);
    return out;
}

}  // namespace crm::service
