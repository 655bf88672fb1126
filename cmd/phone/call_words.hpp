#pragma once

#include "campaign/call_list.hpp"
#include "cmd/cli/session.hpp"

/// What the commands of call lists share.
namespace crm::cmd {

/// Who calls. Throws usage where `me` is no user.
std::int64_t calling_user(Session& session);
campaign::CallSettings call_settings(const Session& session);

/// The number of somebody who is calling.
Argument caller_argument();

}  // namespace crm::cmd
