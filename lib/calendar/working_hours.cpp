#include "calendar/working_hours.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

#include <vector>

namespace crm::calendar {

using meta::FieldInfo;
using meta::Item;
using store::Record;
using store::Store;

namespace {

/// The error of a line names its field.
[[noreturn]] void fail(std::string_view field, Error error) {
    error.message = fmt::format("{}: {}", field, error.message);
    throw error;
}

}  // namespace

BusinessHours read_hours(Record& record, const std::string& zone) {
    const FieldInfo& zone_field = *record.entity->find("timezone");
    const std::string& own = record.text(zone_field);
    BusinessHours out(own.empty() ? zone : own);
    for (const std::string_view name : {"hours", "holidays"}) {
        const FieldInfo& field = *record.entity->find(name);
        std::vector<Item> items = meta::read_items(record.text(field));
        for (Item& item : items) {
            if (name == "holidays") {
                const std::string note = text::joined(item.labels, ", ");
                if (auto added = out.add_holiday(item.value, note); !added)
                    fail(name, added.error());
                continue;
            }
            auto line = out.add_hours(item.value);
            if (!line)
                fail(name, line.error());
            item.value = std::move(*line);
        }
        if (!items.empty())
            record.put(field, {Value(meta::items_text(items))});
    }
    return out;
}

std::optional<Record> default_calendar(Store& store) {
    const meta::Entity& calendars = store.model().get("calendar");
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "id" FROM "calendar" WHERE "default" = 1 AND {} ORDER BY "id")", sql::live()));
    return get.step() ? store.find(calendars, get.integer(0)) : std::nullopt;
}

BusinessHours hours_of(Store& store, const Record& person, const Clock& clock) {
    const FieldInfo* zone = person.entity->find("timezone");
    const std::string own = zone == nullptr ? std::string() : person.text(*zone);
    const FieldInfo* link = person.entity->find("calendar");
    std::optional<Record> calendar;
    if (link != nullptr && person.number(*link) != 0)
        calendar = store.find(store.model().get("calendar"), person.number(*link));
    const bool is_own = calendar.has_value();
    if (!calendar)
        calendar = default_calendar(store);
    const std::string fallback = own.empty() ? clock.zone : own;
    if (!calendar)
        return BusinessHours::usual(fallback);
    BusinessHours hours = read_hours(*calendar, fallback);
    if (!is_own && link == nullptr && !own.empty())
        hours.set_zone(own);
    return hours;
}

}  // namespace crm::calendar
