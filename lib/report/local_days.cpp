#include "report/local_days.hpp"

#include "base/text.hpp"
#include "report/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace crm::report {
namespace {

constexpr int first_year = 2000;  // few records are older; before, the clock is that of its start
/// No zone is known further off.
const Date earliest = Date::of(1900, 1, 1);
const Date latest = Date::of(2100, 12, 31);
constexpr std::int64_t day_seconds = 86400;
constexpr std::string_view table_name = "clock_changes";

int year_of(Date day) {
    int year = 0;
    unsigned month = 0, of_month = 0;
    day.civil(year, month, of_month);
    return year;
}

/// +01:00, a modifier of SQLite's date().
std::string as_modifier(int offset) {
    const int size = std::abs(offset);
    std::string out =
        fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', size / 3600, size / 60 % 60);
    if (size % 60 != 0)
        out += fmt::format(":{:02}", size % 60);
    return out;
}

}  // namespace

LocalDays::LocalDays(const Statement& statement)
    : statement_(statement),
      first_(std::max(
          earliest, std::min(Date::of(first_year, 1, 1), statement.period.first.value_or(latest)))),
      last_(std::min(latest, std::max(Date::of(year_of(statement.clock.today()) + 1, 12, 31),
                                      statement.period.last.value_or(earliest)))) {}

std::vector<LocalDays::Change> LocalDays::changes(Date first, Date last) const {
    const Clock& clock = statement_.clock;
    Instant at = clock.at(first, 0);
    const Instant end{clock.at(last, 0).seconds + day_seconds};
    std::vector<Change> out{{at, clock.offset(at)}};
    for (; at < end; at.seconds += day_seconds) {
        Instant before = at;
        Instant after{at.seconds + day_seconds};
        const int offset = clock.offset(after);
        if (offset == out.back().offset)
            continue;
        while (after.seconds - before.seconds > 1) {
            const Instant middle{(before.seconds + after.seconds) / 2};
            (clock.offset(middle) == offset ? after : before) = middle;
        }
        out.push_back({after, offset});
    }
    return out;
}

std::string LocalDays::modifier(const std::string& instant) {
    const DateSpan& period = statement_.period;
    const bool in_period = instant == statement_.period_column;
    std::vector<Change>& known = in_period ? in_period_ : in_general_;
    if (known.empty())
        known = in_period ? changes(std::max(period.first.value_or(first_), earliest),
                                    std::min(period.last.value_or(last_), latest))
                          : changes(first_, last_);
    if (known.size() == 1)
        return known[0].offset == 0 ? "" : fmt::format(", '{}'", as_modifier(known[0].offset));
    if (looked_up_.size() < known.size())
        looked_up_ = known;
    return fmt::format(", (SELECT zone FROM {} WHERE since <= {} ORDER BY since DESC LIMIT 1)",
                       table_name, instant);
}

std::string LocalDays::rows() const {
    std::string out;
    for (std::size_t i = 0; i < looked_up_.size(); ++i) {
        const Change& change = looked_up_[i];
        out += i == 0 ? "" : i % 3 == 0 ? ",\n           " : ", ";
        out += fmt::format("('{}', '{}')", i == 0 ? "" : change.since.iso(),
                           as_modifier(change.offset));
    }
    return out;
}

std::string LocalDays::complete(std::string sql) const {
    const std::size_t select = find_keyword(sql, "SELECT");
    if (!looked_up_.empty() && select != std::string::npos) {
        const std::string table =
            fmt::format("{}(since, zone) AS (\n    VALUES {}\n)", table_name, rows());
        const std::size_t with = find_keyword(sql, "WITH");
        const std::size_t recursive = find_keyword(sql, "RECURSIVE");
        if (with > select)
            sql.insert(select, "WITH " + table + "\n");
        else
            sql.insert(recursive < select ? recursive + 10 : with + 5, table + ",\n");
    }
    if (in_general_.empty() || (in_general_.size() == 1 && in_general_[0].offset == 0))
        return sql;
    return fmt::format("-- Days are those of {}, from {} to {}.\n{}",
                       text::visible(statement_.clock.zone), year_of(first_), year_of(last_), sql);
}

}  // namespace crm::report
