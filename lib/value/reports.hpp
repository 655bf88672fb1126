#pragma once

#include "value/request.hpp"

#include <functional>
#include <span>
#include <string_view>

/// The reports of customer value that are computed in C++, not by SQL.
namespace crm::value {

/// Where purchases come from: the database or a file.
using Source = std::function<PurchaseData(const PurchaseFilter&)>;

struct ValueReport {
    std::string_view name;
    std::string_view title;    ///< for people
    std::string_view help;     ///< what it shows, in one line
    std::string_view options;  ///< those of value_options that it takes, separated by blanks
    std::string_view sums;     ///< columns that totals add up
    report::Result (*run)(const Request&, const Source&);
};

std::span<const ValueReport> value_reports();
/// Null where there is none of that name.
const ValueReport* find_value_report(std::string_view name);

/// "39w": how many weeks; a number with d, w, mo or y. Throws usage for what is not one, and for
/// more than 50 years.
double read_horizon(std::string_view text);
/// "r,alpha,a,b". Throws usage.
insight::BgNbd read_parameters(std::string_view text);

}  // namespace crm::value
