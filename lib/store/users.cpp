#include "store/users.hpp"

#include "sql/expression.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

namespace crm::store {

std::vector<KnownUser> known_users(Store& store) {
    std::vector<KnownUser> out;
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "u"."login", "u"."name" FROM "user" AS "u" WHERE {})", sql::live("\"u\"")));
    while (get.step())
        out.push_back({std::string(get.text(0)), std::string(get.text(1))});
    return out;
}

std::int64_t user_number(const meta::Model& model, std::string_view user) {
    const std::string_view prefix = model.with(meta::Role::user).prefix;
    if (!user.starts_with(prefix))
        return 0;
    const std::string_view digits = user.substr(prefix.size());
    std::int64_t number = 0;
    const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return wrong == std::errc{} && end == digits.data() + digits.size() ? number : 0;
}

}  // namespace crm::store
