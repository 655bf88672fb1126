#pragma once

#include "value/request.hpp"

/// How few customers bring how much.
namespace crm::value {

report::Result pareto_report(const PurchaseData& data, const Request& request);
report::Result abc_report(const PurchaseData& data, const Request& request);

}  // namespace crm::value
