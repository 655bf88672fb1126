#include "sales/target_period.hpp"

#include "base/text.hpp"
#include "time/calendar.hpp"

#include <fmt/format.h>

namespace crm::sales {
namespace {

bool same(const Days& days, const DateSpan& span) {
    return span.first == days.first && span.last == days.last;
}

/// A week belongs to the year of its Thursday.
std::string week_name(Date monday) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    const Date thursday{monday.days + 3};
    thursday.civil(year, month, day);
    const auto week = (thursday.days - Date::of(year, 1, 1).days) / 7 + 1;
    return fmt::format("{:04}-W{:02}", year, week);
}

}  // namespace

Expected<std::string> read_target_period(std::string_view text, const Clock& clock) {
    const auto span = read_dates(text, clock);
    if (span && span->first && span->last) {
        const Date first = *span->first;
        int year = 0;
        unsigned month = 0;
        unsigned day = 0;
        first.civil(year, month, day);
        if (same(period(first, Unit::year), *span))
            return fmt::format("{:04}", year);
        if (same(period(first, Unit::quarter), *span))
            return fmt::format("{:04}-Q{}", year, (month + 2) / 3);
        if (same(period(first, Unit::month), *span))
            return fmt::format("{:04}-{:02}", year, month);
        if (same(period(first, Unit::week), *span))
            return week_name(first);
    }
    return failure(Fault::usage, "invalid_value",
                   fmt::format("period: '{}' is not a year, quarter, month or week",
                               text::visible(text::clipped(text, 40))),
                   "write 2026, 2026-Q4, 2026-11 or 2026-W41");
}

}  // namespace crm::sales
