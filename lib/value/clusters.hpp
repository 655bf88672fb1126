#pragma once

#include "value/request.hpp"

#include <string>
#include <vector>

/// Customers in groups that are like each other.
namespace crm::value {

/// What is clustered: customers or rows, each with the same figures.
struct FigureTable {
    std::vector<report::Column> columns;  ///< of the figures: integer, number or money
    std::vector<Customer> customers;
    std::vector<std::vector<double>> figures;  ///< of each customer; NaN where there is none
    std::string currency;                      ///< of money
    std::vector<std::string> notes;
};

/// The columns of a file that --features names, and with the role customer who they are about;
/// without it the number of the row. Throws usage where a column is not there or has no numbers.
FigureTable figures_of_file(const InputFile& file, const std::vector<std::string>& names);
/// Recency, frequency and monetary value.
FigureTable figures_of_purchases(const Purchases& purchases, const Request& request);

/// Each table has clusters of its own. Throws usage for more clusters than different points.
report::Result clusters_report(const std::vector<FigureTable>& tables, const Request& request);
report::Result clusters_model_report(const std::vector<FigureTable>& tables,
                                     const Request& request);

}  // namespace crm::value
