#pragma once

#include "value/request.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What deals bring within a period, by what deals of their age have brought before.
namespace crm::value {

/// The stage of a deal from a day on, and how likely deals in it are won.
struct StageFrom {
    std::int32_t day = 0;
    std::uint32_t stage = 0;  ///< in Deals::stages
    int percent = 0;
};

/// When a deal was open, and what it was worth.
struct DealLife {
    std::uint32_t product = 0, owner = 0;  ///< numbers of their own; 0: none
    std::int32_t opened = 0;               ///< days, as in Date
    std::optional<std::int32_t> closed;
    bool won = false;
    double amount = 0;              ///< minor units
    std::optional<double> price;    ///< list price of its product
    std::vector<StageFrom> stages;  ///< by day

    bool is_open(std::int32_t day) const { return opened <= day && (!closed || *closed > day); }
    bool is_won_within(std::int32_t after, std::int32_t until) const {
        return won && closed && *closed > after && *closed <= until;
    }
    /// Null where it is not known.
    const StageFrom* stage_on(std::int32_t day) const;
};

/// The deals of one currency.
struct Deals {
    std::string currency;
    std::vector<DealLife> deals;
    std::size_t products = 1, owners = 1;  ///< their numbers are below
    std::vector<std::string> stages;       ///< names
};

struct DealData {
    std::vector<Deals> currencies;
    std::vector<std::string> notes;
};

/// A period that is forecast from what is known on a day: the days after it, so many.
struct ForecastWindow {
    std::int32_t day = 0, length = 1;
    std::int32_t ahead = 0;  ///< days from `day` to the day before the period, if that is to come

    std::int32_t first() const { return day + ahead + 1; }
    std::int32_t last() const { return day + ahead + length; }
    /// So many lengths before.
    ForecastWindow earlier(int periods) const { return {day - periods * length, length}; }
};
/// That of a period: what was open on the day before it; if it has begun or lies ahead, today.
ForecastWindow forecast_window(const DateSpan& period, Date today);

/// The part that is the total of the others.
inline constexpr std::string_view all_deals = "All";

/// By part (Open Deals, New Deals, All) what is expected, with the error of the past.
report::Result cohort_forecast_report(const DealData& data, const Request& request);
/// By method how far it was off in all periods of that length before.
report::Result forecast_error_report(const DealData& data, const Request& request);
/// How far one method was off, in a sentence for each currency.
std::vector<std::string> forecast_error_notes(const DealData& data, const Request& request);

}  // namespace crm::value
