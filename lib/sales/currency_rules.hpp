#pragma once

#include "store/rule.hpp"

/// Deals, quotes, orders and price books have one currency each.
namespace crm::sales {

/// The field `currency` in capitals. Throws usage for what is not a currency of ISO 4217.
void read_currency(store::RuleContext& context, const store::Record* before, store::Record& after);

/// The field `currency`, all amounts and prices, and the price book of a quote have one currency.
/// Costs may have another one. What was of several currencies before may stay so. Throws refused.
void check_one_currency(store::RuleContext& context, const store::Record* before,
                        const store::Record& after);

}  // namespace crm::sales
