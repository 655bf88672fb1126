#pragma once

#include "insight/bg_nbd.hpp"
#include "report/result.hpp"
#include "value/purchases.hpp"
#include "value/train_rule.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// What is asked of the reports of customer value, and what they share.
namespace crm::value {

/// What clusters do with each figure before they compare it.
enum class Transform : unsigned char { none, log, log1p };

/// What is asked of a model.
struct LearningRequest {
    std::string target;  ///< COLUMN or COLUMN=VALUE
    TrainRule train;
    std::vector<std::string> features;  ///< only these fields; none: all
    std::vector<std::string> drop;
    std::vector<std::string> keep;  ///< even if they look as if they were known too late
    std::int64_t rare = 1;          ///< training rows that a level needs
};

struct Request {
    std::optional<InputFile> file;  ///< --from; nothing: the database
    Date as_of;
    std::string period_text;          ///< -p, for messages
    DateSpan period;                  ///< -p
    std::optional<DateSpan> against;  ///< the earlier period of `migration`
    DateSpan forecast_period;         ///< -p, or this quarter
    std::string method;               ///< of a forecast
    std::string by;
    std::string customer;  ///< the account of cross-sell, as a reference

    bool quantiles = false;    ///< --scores quantile
    bool count_lines = false;  ///< --count lines
    double horizon = 52;       ///< weeks
    int months = 12;
    double discount = .01;  ///< a month
    std::optional<Date> calibrate_to;
    std::optional<insight::BgNbd> parameters;  ///< instead of a fit
    double support = .01;
    double confidence = .25;
    bool concise = false;
    std::optional<std::size_t> clusters;  ///< none: 4
    std::vector<std::string> features;    ///< of the clusters; none: recency, frequency, value
    std::optional<Transform> transform;
    LearningRequest learning;
};

/// A number as a text with so many decimals, never nan, inf or -0: nothing for those.
Value decimals(double number, int digits);
inline Value decimals(std::optional<double> number, int digits) {
    return number ? decimals(*number, digits) : Value();
}
/// A share with six decimals; nothing where `of` is 0.
Value share(double part, double of);
/// Minor units, as a result has them.
Value money(std::int64_t minor, const std::string& currency);
/// The currency of a row; nothing in a file.
Value currency_value(const Purchases& purchases);

report::Column text_column(std::string name, std::string help);
report::Column list_column(std::string name, std::string help);
report::Column number_column(std::string name, int digits, std::string help);
report::Column integer_column(std::string name, std::string help);
report::Column share_column(std::string name, std::string help);
report::Column money_column(std::string name, std::string help);
report::Column customer_column(const Request& request);
report::Column currency_column();

/// Adds a row about a customer.
void add_customer_row(report::Result& out, const Customer& customer, report::Row values);

}  // namespace crm::value
