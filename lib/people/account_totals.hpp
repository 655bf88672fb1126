#pragma once

#include "store/resolve.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crm::people {

/// How many records of one kind an account has, with all accounts below it.
struct AccountTotal {
    struct Amount {
        std::int64_t minor = 0;  ///< units of the currency as they are stored
        std::string currency;    ///< empty for those without an amount
        std::int64_t count = 0;  ///< of how many
    };
    std::string_view label;  ///< "open deals"
    std::int64_t count = 0;
    std::vector<Amount> amounts;  ///< their sum by currency, the largest number first
};

struct AccountTotals {
    std::int64_t accounts = 1;         ///< the account and all below it
    std::vector<AccountTotal> totals;  ///< none of them zero
};

/// Deals, orders and tickets of an account and of all accounts below it.
AccountTotals account_totals(store::Resolver& resolver, const Clock& clock, std::int64_t account);

}  // namespace crm::people
