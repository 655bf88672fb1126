#include "store/users.hpp"

#include "sql/expression.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

namespace crm::store {

std::vector<KnownUser> known_users(Store& store) {
    std::vector<KnownUser> out;
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "u"."login", "u"."name" FROM "user" AS "u" WHERE {})", sql::live("\"u\"")));
    while (get.step())
        out.push_back({std::string(get.text(0)), std::string(get.text(1))});
    return out;
}

}  // namespace crm::store
