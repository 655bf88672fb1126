#pragma once

#include "report/compile.hpp"

#include <string>
#include <utility>
#include <vector>

namespace crm::report {

/// The zone of a statement, written out in SQLite's words: the rows are the same in whatever zone
/// the program runs that gets the statement. Its shell knows the zone of its own process only.
class LocalDays {
public:
    explicit LocalDays(const Statement& statement);

    /// What takes an instant to local time, behind a comma: `, '+08:00'`; empty in UTC.
    std::string modifier(const std::string& instant);
    /// The statement with the changes of the clock that its modifiers look up.
    std::string complete(std::string sql) const;

private:
    /// An offset from UTC, and since when.
    struct Change {
        Instant since;
        int offset;
    };
    /// The first is the offset before any.
    std::vector<Change> changes(Date first, Date last) const;
    std::string rows() const;

    const Statement& statement_;
    const Date first_, last_;         ///< the days whose changes are known without a period
    std::vector<Change> in_general_;  ///< empty until a modifier is not bounded by the period
    std::vector<Change> in_period_;   ///< empty until one is
    std::vector<Change> looked_up_;
};

}  // namespace crm::report
