#pragma once

#include "value/baskets.hpp"
#include "value/clusters.hpp"
#include "value/forecast.hpp"
#include "value/learning.hpp"
#include "value/request.hpp"

#include <functional>
#include <span>
#include <string_view>

/// The reports of customer value that are computed in C++, not by SQL.
namespace crm::value {

/// Where data come from: the database or a file.
struct Source {
    std::function<PurchaseData(const PurchaseFilter&)> purchases;
    std::function<Baskets()> baskets;
    std::function<FigureTable()> figures;  ///< of the features that are asked for
    std::function<LearningTable(std::string_view noun)> outcomes;
    std::function<DealData()> deals;
};

struct ValueReport {
    std::string_view name;
    std::string_view title;    ///< for people
    std::string_view help;     ///< what it shows, in one line
    std::string_view options;  ///< those of value_options that it takes, separated by blanks
    std::string_view sums;     ///< columns that totals add up
    report::Result (*run)(const Request&, const Source&);
    std::string_view noun = "order";  ///< what it is about

    bool takes(std::string_view option) const;
};

std::span<const ValueReport> value_reports();
/// Null where there is none of that name.
const ValueReport* find_value_report(std::string_view name);

/// The days of the orders that a report reads.
DateSpan period_read(const ValueReport& report, const Request& request);

/// forecast --method cohort: a method of a report that SQL makes with the others.
const ValueReport& cohort_forecast();

/// "39w": how many weeks; a number with d, w, mo or y. Throws usage for what is not one, and for
/// more than 50 years.
double read_horizon(std::string_view text);
/// "r,alpha,a,b". Throws usage.
insight::BgNbd read_parameters(std::string_view text);

}  // namespace crm::value
