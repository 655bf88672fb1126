#pragma once

#include "report/compile.hpp"
#include "report/result.hpp"
#include "service/ticket_rows.hpp"

#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

/// What the reports of tickets that SQL cannot compute share: which tickets they are about, how
/// these are grouped, and their times.
namespace crm::service {

struct TicketReportRequest {
    std::string by;        ///< fields of tickets, and what the report has besides
    std::string where;     ///< a query
    std::string period;    ///< days on which tickets were added
    bool elapsed = false;  ///< time of the clock on the wall instead of working time
};

/// A value of a group: what is shown, and what sorts and tells apart.
struct GroupValue {
    std::int64_t rank = 0;  ///< of sets: the place of the word
    Value text;
    std::string id;  ///< of a record

    auto key() const { return std::tuple(rank, report::text_of(text), id); }
    bool operator<(const GroupValue& other) const { return key() < other.key(); }
};
using GroupKey = std::vector<GroupValue>;

/// The tickets of a report with the values of the fields that it is grouped by.
class TicketGroups {
public:
    /// `own`: the names in `by` that are no fields; the caller says what their values are. Throws
    /// usage for a name that is neither, and for a wrong query.
    TicketGroups(store::Resolver& resolver, const Clock& clock, const TicketReportRequest& request,
                 std::vector<report::Column> own);

    /// Calls back for each ticket, and once more for each further value of a list.
    void each(const std::function<void(const TicketRow&, const GroupKey& fields)>& ticket);
    /// The key of a row: fields of the ticket and own values by their names.
    GroupKey key(const GroupKey& fields, const std::map<std::string_view, GroupValue>& own) const;
    const std::vector<report::Column>& columns() const { return columns_; }
    bool has(std::string_view name) const;
    /// Adds a row.
    void add_row(report::Result& out, const GroupKey& key, report::Row figures) const;
    /// The statement that selects the tickets.
    std::string sql() const;

private:
    void compile(const TicketReportRequest& request, const std::string& fields);
    GroupValue value_of(const report::Column& column, Value text, std::string id) const;

    store::Resolver& resolver_;
    const Clock& clock_;
    std::vector<std::string> names_;       ///< of all groups, as they were given
    std::vector<report::Column> columns_;  ///< of all groups
    std::vector<int> field_of_;            ///< which field a group is; -1: none
    report::Statement statement_;
};

/// Minutes with one decimal; nothing for none.
Value minutes_value(std::optional<double> seconds);
/// A share with six decimals; nothing where `of` is 0.
Value share_value(std::int64_t part, std::int64_t of);

/// A column; without a title its name is one.
report::Column figure(std::string name, report::ColumnType type, std::string help, int digits = 0,
                      std::string title = {});

}  // namespace crm::service
