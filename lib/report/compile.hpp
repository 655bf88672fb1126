#pragma once

#include "report/report.hpp"
#include "store/resolve.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// A report and what is asked of it, to one SQL statement.
namespace crm::report {

/// What a person asks of a report. An empty text is not asked for.
struct Request {
    std::optional<std::string> by;        ///< fields to group by, instead of the report's own
    std::string where;                    ///< a query
    std::string period;                   ///< days, in the words of dates
    std::string method;                   ///< how to weight amounts
    std::string currency;                 ///< to convert all amounts to
    std::vector<std::string> parameters;  ///< of a report file: NAME=VALUE
};

/// A compiled report; ?1, ?2 … stand for `binds` in all of its statements.
struct Statement {
    std::string sql;  ///< selects the groups, the ids of those that are records, the figures; money
                      ///< in minor units
    std::vector<Value> binds;
    std::vector<Column> columns;  ///< the groups
    std::string records;  ///< selects the id of each record, the text and id of its first group
    std::string count;    ///< selects how many records it is about
    std::string missing_rate;  ///< with a currency: selects one without a rate, and the day
    std::string currency;      ///< all amounts are in it; empty: each in its own
    const meta::Entity* entity = nullptr;
    const meta::FieldInfo* first_group = nullptr;  ///< the field of the first group, if it is one
    const meta::Entity* first_noun = nullptr;  ///< the noun of the first group, if it is records

    std::vector<FileColumn> figures{};  ///< they are found in the rows by their names
    bool guarded = false;               ///< a user wrote it
    std::string own_currency;

    std::string unrecorded;  ///< a figure that is empty where it was not recorded
    std::string note;        ///< of the report

    Clock clock{};              ///< in whose zone days are local
    std::string period_column;  ///< t.created_at: what -p is about, if anything
    DateSpan period{};          ///< the days of -p
};

/// The most rows of a report file of a user, and how long it may take.
inline constexpr std::size_t most_rows = 1'000'000;
inline constexpr std::chrono::seconds longest_run{30};

/// `resolver` knows the database and the user who asks, `clock` what "last quarter" means. Throws
/// usage where the request is not valid for the report.
Statement compile(const Report& report, const Request& request, store::Resolver& resolver,
                  const Clock& clock);

}  // namespace crm::report
