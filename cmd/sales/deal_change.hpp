#pragma once

#include "cmd/cli/changes.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// What the commands share that move deals to another stage.
namespace crm::cmd {

/// The words of a command line: references of deals, and what to change in them.
struct DealWords {
    std::vector<std::string> references, assignments;
};
/// Throws usage where no deal is given.
DealWords deal_words(const Arguments& args);

/// Moves each deal to the stage that `stage` returns for it, applies the assignments, and reports.
int move_deals(Session& session, const Arguments& args, const DealWords& words,
               const std::function<std::string(const store::Record&)>& stage);

/// Arguments and options of these commands.
Command deal_command(std::string_view help, int (*run)(Session&, const Arguments&));

}  // namespace crm::cmd
