#include "knowledge/records.hpp"

#include "sql/expression.hpp"

#include <fmt/format.h>

namespace crm::knowledge {

std::vector<std::int64_t> ids_of(store::Store& store, std::string_view noun,
                                 std::string_view condition, std::int64_t value) {
    std::vector<std::int64_t> out;
    if (!store.db().has_table(noun))
        return out;
    sql::Statement get =
        store.db().prepare(fmt::format(R"(SELECT "id" FROM {} WHERE {} AND {} ORDER BY "id")",
                                       sql::quoted(noun), condition, sql::live()));
    if (value != 0)
        get.with(value);
    while (get.step())
        out.push_back(get.integer(0));
    return out;
}

std::vector<store::Record> records_of(store::Store& store, std::string_view noun,
                                      std::string_view condition, std::int64_t value) {
    std::vector<store::Record> out;
    for (const std::int64_t id : ids_of(store, noun, condition, value))
        out.push_back(store.get(store.model().get(noun), id));
    return out;
}

}  // namespace crm::knowledge
