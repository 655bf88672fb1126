#pragma once

#include "value/forecast.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The methods that forecast what open deals bring, and how far each was off.
namespace crm::value {

/// What deals of the same age, and of the same stage where that is known, brought before.
class CohortForecast {
public:
    CohortForecast(const Deals& deals, ForecastWindow window);

    double expected() const { return expected_; }
    double value() const { return value_; }
    std::int64_t deals() const { return deals_; }
    /// Names the classes that nothing is known of.
    void add_notes(std::vector<std::string>& notes) const;

private:
    using Open = std::vector<const DealLife*>;

    void choose_what_counts(const Open& then, std::int32_t before, const Open& now);
    double value_of(const DealLife& deal) const {
        return by_price_ && deal.price ? *deal.price : deal.amount;
    }
    std::size_t class_of(const DealLife& deal, std::int32_t day, std::int32_t ahead) const;

    const Deals& all_;
    ForecastWindow window_;
    bool by_price_ = false, by_stage_ = false;
    double expected_ = 0, value_ = 0;
    std::int64_t deals_ = 0;
    std::vector<std::int64_t> unknown_;  ///< deals, by class
};

/// What the deals that were open brought within a window, and what the others did.
double brought_by_open(const Deals& deals, ForecastWindow window);
struct NewDeals {
    std::int64_t deals = 0;
    double amount = 0;
};
NewDeals brought_by_new(const Deals& deals, ForecastWindow window);

/// The windows before one whose deals had a window before them; the latest first.
std::vector<ForecastWindow> past_windows(const Deals& deals, ForecastWindow window);

/// Not a method but what each is compared with.
inline constexpr std::string_view last_period = "last-period";
/// The method of `forecast` without --method.
inline constexpr std::string_view default_method = "stage";

/// The names of all methods, in their order.
std::vector<std::string> method_names();

struct MethodError {
    std::string_view method;
    std::int64_t periods = 0;
    double bias = 0, mae = 0;  ///< minor units
    std::optional<double> wape, mase, seasonal_mase;
};

/// Of the methods that know something of one of the windows; `only`: of this one.
std::vector<MethodError> errors_of(const Deals& deals, const std::vector<ForecastWindow>& past,
                                   std::string_view only = {});
/// The method with the least MASE of those that know most periods; null where there is none.
const MethodError* best_of(const std::vector<MethodError>& errors);

}  // namespace crm::value
