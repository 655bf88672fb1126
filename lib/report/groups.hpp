#pragma once

#include "meta/entity.hpp"
#include "report/result.hpp"
#include "sql/dialect.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace crm::report {

/// One of the fields that a report is grouped by, as SQL over the view of a noun with the alias t.
struct Group {
    std::string name;  ///< as it was given: owner.manager
    ColumnType type = ColumnType::text;
    std::string text;                ///< what is shown
    std::vector<std::string> keys;   ///< what GROUP BY takes: rows of one text may differ
    std::vector<std::string> order;  ///< what sorts the rows
    const meta::FieldInfo* field = nullptr;
    const meta::Entity* noun = nullptr;  ///< of a link: the noun that it leads to
    std::string id;                      ///< of a link: the record's number
};

/// What --by asks for.
struct Groups {
    std::vector<Group> list;
    std::string joins;  ///< lines of LEFT JOIN that the groups need

    std::vector<std::string> keys() const;
};

/// Fields separated by commas. A path goes over links (owner.manager) or to a part of an address
/// (account.billing_address.city). A link is grouped by its record and shown by its name, money by
/// amount and currency, a date by its month (close_date.day, .week, .quarter, .year say otherwise),
/// and a record counts for each value of a list. Throws usage with the nearest names for a field
/// that does not exist.
Groups read_groups(std::string_view by, const meta::Entity& entity, const sql::Dialect& dialect);

}  // namespace crm::report
