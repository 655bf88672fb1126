#pragma once

#include "insight/gamma_gamma.hpp"
#include "value/request.hpp"

#include <optional>
#include <string>
#include <vector>

/// What customers will buy and are worth, by the models of lib/insight.
namespace crm::value {

/// Weeks of a month.
inline constexpr double weeks_per_month = 4.345;
/// The longest horizon.
inline constexpr double longest_horizon = 50 * 52.1775;

struct LifetimeModel {
    std::vector<BuyerRow> buyers;
    std::optional<insight::BgNbdFit> purchases;  ///< fitted or given
    bool given = false;                          ///< the parameters were given
    std::optional<insight::GammaGammaFit> spend;
    std::vector<std::string> notes;  ///< what is missing

    /// What a customer will bring in so many months, less the discount; major units.
    std::optional<double> value(const BuyerRow& row, int months, double discount) const;
};

LifetimeModel lifetime_model(std::vector<BuyerRow> buyers, const Request& request);

/// `summary`: of a file of customers instead of purchases.
report::Result clv_report(const PurchaseData& data, const std::optional<Summary>& summary,
                          const Request& request);
report::Result clv_model_report(const PurchaseData& data, const std::optional<Summary>& summary,
                                const Request& request);

}  // namespace crm::value
