#pragma once

#include "cmd/cli/complete.hpp"

#include <span>
#include <string>

/// Completion of what the commands of campaigns and call lists take.
namespace crm::cmd {

using WordsBefore = std::span<const std::string>;

/// The first word: the name of a call list.
bool complete_call_list(Candidates& c, WordsBefore words);
/// The results of a call, until one is given.
bool complete_call_result(Candidates& c, WordsBefore words);
/// Behind `set` and a campaign: members and how far they got; behind `rm` members.
bool complete_members(Candidates& c, WordsBefore words);
}  // namespace crm::cmd
