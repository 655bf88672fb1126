#pragma once

#include "cmd/cli/arguments.hpp"

namespace crm::cmd {

class Session;

/// Queues reports and dashboards as one mail: the tables are its text, their pages are attached.
int mail_reports(Session& session, const Arguments& args);
/// Throws usage where another command is given one of its options.
void refuse_mail_options(const Arguments& args);

}  // namespace crm::cmd
