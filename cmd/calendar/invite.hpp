#pragma once

#include "cmd/cli/changes.hpp"
#include "mail/invitation.hpp"

namespace crm::cmd {

/// Who invites: the sender of new mail, as the configuration says.
mail::Inviter inviter(Session& session);

/// Reports queued invitations, and names who has none; whether all have one.
bool report_invitations(Session& session, Change& change,
                        const std::vector<mail::Written>& written);

}  // namespace crm::cmd
