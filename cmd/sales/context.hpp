#pragma once

#include "cmd/cli/session.hpp"
#include "sales/pricing.hpp"
#include "sales/record_query.hpp"

/// What lib/sales needs to know of a session.
namespace crm::cmd {

/// Queries of the user who runs the command, at the time of the command.
sales::RecordQuery record_query(Session& session);
sales::PricingContext pricing_context(Session& session);

}  // namespace crm::cmd
