#pragma once

#include "store/record.hpp"
#include "value/request.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What is written to accounts and contacts: their scores as customers.
namespace crm::value {

struct CustomerScore {
    Customer customer;
    std::int64_t recency = 0, frequency = 0;  ///< days; orders
    std::int64_t monetary = 0;                ///< minor units
    std::string rfm;                          ///< "543"
    std::string_view segment;
    std::optional<std::int64_t> clv;      ///< minor units, of the months of the request
    std::optional<std::int64_t> alive;    ///< per cent; nothing without a repeated purchase
    std::optional<std::int64_t> cluster;  ///< nothing where there are too few customers
};

struct CustomerScores {
    std::string currency;
    std::vector<CustomerScore> customers;
    std::vector<std::string> notes;  ///< what could not be known, and why
};

/// The scores of the customers of one currency; nobody's where there are no purchases.
CustomerScores customer_scores(const PurchaseData& data, const Request& request);

/// Puts the scores into the fields of a record; null empties them. `now`: for scored_at, which
/// changes only with one of the others.
void put_scores(store::Record& record, const CustomerScore* score, const std::string& currency,
                const std::string& now);

}  // namespace crm::value
