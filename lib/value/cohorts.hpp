#pragma once

#include "value/request.hpp"

/// Who stays: by the month of the first purchase, and customer by customer.
namespace crm::value {

report::Result cohorts_report(const PurchaseData& data, const Request& request);
report::Result churn_report(const PurchaseData& data, const Request& request);

}  // namespace crm::value
