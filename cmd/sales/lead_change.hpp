#pragma once

#include "cmd/cli/changes.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/session.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// What the commands share that change leads.
namespace crm::cmd {

/// The records of the noun that are named or that --where finds, else those of the default query.
std::vector<store::Found> records_given(Session& session, const Arguments& args,
                                        const std::string& default_query);

/// Changes leads that are not converted, and reports each with the result.
int close_leads(Session& session, const Arguments& args, std::string_view result,
                const std::function<void(Change& change, store::Record& lead)>& change_lead);

/// Arguments and options of the commands that close leads.
Command close_command(std::string_view help, int (*run)(Session&, const Arguments&));

}  // namespace crm::cmd
