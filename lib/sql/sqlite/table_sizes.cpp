#include "sql/table_sizes.hpp"

#include "base/error.hpp"

namespace crm::sql {

/// By the table "dbstat" (sqlite.org/dbstat.html), which a build of SQLite may lack.
std::optional<std::map<std::string, std::int64_t>> table_sizes(Connection& connection) {
    try {
        Statement rows = connection.prepare(R"(SELECT s."tbl_name", sum(d."pgsize")
FROM "dbstat" d
JOIN "sqlite_schema" s ON s."name" = d."name"
WHERE d."aggregate" = 1
GROUP BY s."tbl_name")");
        std::map<std::string, std::int64_t> out;
        while (rows.step())
            out.emplace(rows.text(0), rows.integer(1));
        return out;
    } catch (const Error& e) {
        if (e.fault != Fault::internal && e.fault != Fault::usage)
            throw;
        return {};
    }
}

}  // namespace crm::sql
