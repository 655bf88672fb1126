#pragma once

#include "report/result.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crm::report {

/// A Result with what the head and the foot of a page say about it: plain data.
struct Answer {
    std::string name;          ///< of the report: win-rate
    std::string title;         ///< for people: "Win rate"
    std::string help;          ///< what it shows, in one line
    std::string noun;          ///< the records that it is about; empty where it has none
    std::string period_field;  ///< what -p is about
    std::string chart;         ///< the kind that the report asks for; empty: the figures decide
    Result result;

    std::string period;              ///< -p as it was typed
    std::optional<DateSpan> days{};  ///< the days that it means, both included
    std::string filter;              ///< --where
    std::string currency;            ///< --in
    std::string method;              ///< --method
    std::string command;             ///< the command line that gives it: crm report won -p 2026
    std::string sql;                 ///< of a page: the statement, as --sql prints it

    /// Only when they are asked for: how many records it is about, and the totals of the whole
    /// report, as --totals has them with level 0, one row for each currency.
    std::optional<std::int64_t> records{};
    std::vector<Row> totals;
};

}  // namespace crm::report
