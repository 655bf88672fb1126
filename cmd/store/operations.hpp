#pragma once

#include "cmd/cli/session.hpp"
#include "store/history.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What log, undo and why have in common: operations as people write and read them.
namespace crm::cmd {

/// The number of an operation; nothing where the word is not one.
std::optional<std::int64_t> operation_number(std::string_view word);
/// Throws not_found where there is no such operation.
store::Operation operation_with(Session& session, std::int64_t number);
/// When it was done, in the time zone of the user.
std::string local_time(Session& session, const std::string& at);
/// The name of the user who did it.
std::string user_name(Session& session, const std::string& user);

}  // namespace crm::cmd
