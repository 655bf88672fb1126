#include "sales/exchange_rate.hpp"

#include "sql/expression.hpp"

#include <fmt/format.h>

namespace crm::sales {

std::optional<store::Record> find_rate(store::Store& store, const std::string& pair,
                                       const std::string& day) {
    sql::Statement found = store.db().prepare(fmt::format(
        R"(
        SELECT "id"
        FROM "rate"
        WHERE "pair" = ?1 AND "date" = ?2 AND {})",
        sql::live()));
    found.with(pair, day);
    if (!found.step())
        return {};
    return store.get(store.model().get("rate"), found.integer(0));
}

}  // namespace crm::sales
