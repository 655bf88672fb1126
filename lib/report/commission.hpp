#pragma once

#include "base/money.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace crm::sql {
class Dialect;
}

/// Plans of commission: what sellers earn.
namespace crm::report {

/// A plan as the configuration writes it ([[commission]]).
struct PlanTexts {
    std::string name;
    std::string rate;                                         ///< "5 %"
    std::vector<std::string> tiers;                           ///< "100k = 7 %"
    std::string basis;                                        ///< empty: won deals
    std::string query;                                        ///< empty: all of them
    std::string team;                                         ///< "30 %"; empty: the owner has all
    std::map<std::string, std::string, std::less<>> origins;  ///< of each key: file:line
};

struct CommissionPlan {
    struct Tier {
        Amount from;  ///< major units of its currency or, without one, of that of the sum
        double rate;  ///< per cent
    };
    std::string name;
    std::vector<Tier> tiers;  ///< ascending and of one currency; the first begins at 0
    std::string basis;        ///< won deals, paid orders, margin of won deals
    std::string query;
    double team = 0;  ///< per cent of a deal that its team shares
};

/// Throws config where a rate is not a per cent, the tiers do not ascend or are of two currencies.
CommissionPlan read_plan(const PlanTexts& texts);

/// SQL of what the plan pays for a sum of a seller, in minor units of a currency, which is SQL,
/// too: the part of the sum within each tier earns the rate of that tier. A tier of one currency
/// does not count for sums in another. NULL for NULL.
std::string commission_of(const CommissionPlan& plan, const std::string& sum,
                          const std::string& currency, const sql::Dialect& dialect);

}  // namespace crm::report
