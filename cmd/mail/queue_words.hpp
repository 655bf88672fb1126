#pragma once

#include "cmd/cli/changes.hpp"

#include <string>
#include <vector>

/// What commands that change the outbox share.
namespace crm::cmd {

/// What an id of `mail queue` names: a mail, or a member of a campaign.
store::Found queue_reference(Session& session, const Arguments& args, const std::string& reference);
/// Each once, in their order; with --where the mails that it finds.
std::vector<store::Found> queue_references(Session& session, const Arguments& args,
                                           const std::vector<std::string>& references);

/// What is said in the line about a mail or a member: the subject, or who it is.
std::string queue_label(Session& session, const store::Record& what);

/// Says of a mail of a campaign to how many members it is.
void remark_members(Session& session, const store::Record& what);

}  // namespace crm::cmd
