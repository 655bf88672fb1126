#include "cmd/store/operations.hpp"

#include "time/describe.hpp"

#include <fmt/format.h>

namespace crm::cmd {

std::optional<std::int64_t> operation_number(std::string_view word) {
    const bool digits = !word.empty() && word.find_first_not_of("0123456789") == word.npos;
    if (!digits || word.size() > 15)
        return {};
    return std::stoll(std::string(word));
}

store::Operation operation_with(Session& session, std::int64_t number) {
    if (auto operation = store::operation(session.store(), number))
        return std::move(*operation);
    throw Error(Fault::not_found, "not_found", fmt::format("there is no operation {}", number),
                "crm log lists them");
}

std::string local_time(Session& session, const std::string& at) {
    return shown_time(at, session.env.clock);
}

std::string user_name(Session& session, const std::string& user) {
    const meta::Entity& users = session.model().get("user");
    if (!user.starts_with(users.prefix))
        return user;
    const auto number = operation_number(std::string_view(user).substr(users.prefix.size()));
    if (!number)
        return user;
    const std::string name = session.store().name(users, *number);
    return name.empty() ? user : name;
}

}  // namespace crm::cmd
