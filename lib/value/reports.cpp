#include "value/reports.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "value/clusters.hpp"
#include "value/cohorts.hpp"
#include "value/concentration.hpp"
#include "value/learning_reports.hpp"
#include "value/lifetime.hpp"
#include "value/segments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace crm::value {
namespace {

using report::Result;

/// The purchases of the request, with a note where there are none.
PurchaseData purchases_of(const Request& request, const Source& source) {
    PurchaseData out = source.purchases({request.as_of, request.period});
    if (out.currencies.empty())
        out.notes.emplace_back("no purchases were found");
    return out;
}

PurchaseData no_purchases() {
    return {};
}

/// Runs a report of purchases.
template <Result (*of)(const PurchaseData&, const Request&)>
Result of_purchases(const Request& request, const Source& source) {
    return of(purchases_of(request, source), request);
}

/// Runs a report that a summary of customers serves as well. What is compared with the purchases to
/// a day needs those after it, too.
template <Result (*of)(const PurchaseData&, const std::optional<Summary>&, const Request&)>
Result of_buyers(const Request& request, const Source& source) {
    if (request.file)
        if (const auto summary = summary_of_file(*request.file))
            return of(no_purchases(), summary, request);
    return of(purchases_of(request, source), std::nullopt, request);
}

template <Result (*of)(const Baskets&, const Request&)>
Result of_baskets(const Request& request, const Source& source) {
    return of(source.baskets(), request);
}

/// Runs a report of clusters: of fields where some are named, else of the purchases.
template <Result (*of)(const std::vector<FigureTable>&, const Request&)>
Result of_figures(const Request& request, const Source& source) {
    if (!request.features.empty())
        return of({source.figures()}, request);
    const PurchaseData data = purchases_of(request, source);
    std::vector<FigureTable> tables;
    for (const Purchases& purchases : data.currencies)
        tables.push_back(figures_of_purchases(purchases, request));
    Result out = of(tables, request);
    out.notes.insert(out.notes.begin(), data.notes.begin(), data.notes.end());
    return out;
}

Result cross_sell(const Request& request, const Source& source) {
    if (request.customer.empty())
        throw Error(Fault::usage, "missing", "cross-sell requires an account",
                    "crm report cross-sell a1");
    return cross_sell_report(source.baskets(), request);
}

enum class Noun : std::uint8_t { lead, deal };

template <Noun noun, Result (*of)(const LearningTable&, const LearningRequest&)>
Result of_outcomes(const Request& request, const Source& source) {
    if (request.file && request.learning.target.empty())
        throw Error(Fault::usage, "missing", "--from requires --target: the column to be learnt",
                    "--target converted=yes");
    return of(source.outcomes(noun == Noun::lead ? "lead" : "deal"), request.learning);
}

template <Result (*of)(const DealData&, const Request&)>
Result of_deals(const Request& request, const Source& source) {
    return of(source.deals(), request);
}

/// Without periods: the 365 days to the day of the report and the 365 before them.
Request with_periods(Request request) {
    constexpr std::int32_t year = 365;
    if (!request.period_text.empty() || request.against)
        return request;
    const std::int32_t last = request.as_of.days;
    request.period = {Date{last - year + 1}, request.as_of};
    request.period_text = "the last 365 days";
    request.against = DateSpan{Date{last - 2 * year + 1}, Date{last - year}};
    return request;
}

/// From the first to the last day of both.
DateSpan both_periods(const Request& request) {
    DateSpan out = request.period;
    const DateSpan& other = *request.against;
    out.first = out.first && other.first ? std::min(out.first, other.first) : std::nullopt;
    out.last = out.last && other.last ? std::max(out.last, other.last) : std::nullopt;
    return out;
}

Result migration(const Request& asked, const Source& source) {
    const Request request = with_periods(asked);
    if (request.period_text.empty() || !request.against)
        throw Error(Fault::usage, "missing", "migration requires two periods",
                    "-p 2026 --against 2025");
    const PurchaseData all = source.purchases({request.as_of, both_periods(request)});
    const PurchaseData before = purchases_within(all, {request.as_of, *request.against});
    PurchaseData now = purchases_within(all, {request.as_of, request.period});
    if (now.currencies.empty())
        now.notes.emplace_back("no purchases were found");
    return migration_report(before, now, request);
}

constexpr ValueReport all_reports[] = {
    {"rfm", "Customers by recency, frequency and value",
     "customers by recency, frequency and monetary value, with their segments",
     "from map as-of period where in of of-value scores count", "frequency monetary",
     of_purchases<rfm_report>},
    {"rfm-segments", "Customer segments",
     "how many customers each segment has, and what they bring",
     "from map as-of period where in of of-value scores count", "customers revenue",
     of_purchases<rfm_segments_report>},
    {"migration", "Migration between segments",
     "customers who changed their segment between two periods",
     "from map as-of period against where in of of-value scores count", "customers revenue",
     migration},
    {"pareto", "Concentration of revenue", "how few customers bring how much of the revenue",
     "from map as-of period where in of of-value", "", of_purchases<pareto_report>},
    {"abc", "Customers by revenue", "customers by revenue, in the classes A, B and C",
     "from map as-of period where in of of-value", "revenue", of_purchases<abc_report>},
    {"clv", "Customer lifetime value",
     "what each customer is expected to buy and to bring, and whether it is one still",
     "from map as-of period where in of of-value horizon months discount calibrate-to parameters",
     "repeats expected clv", of_buyers<clv_report>},
    {"clv-model", "Model of customer lifetime value",
     "the model behind clv: parameters, their errors, and how well it predicted",
     "from map as-of period where in of of-value horizon calibrate-to parameters", "",
     of_buyers<clv_model_report>},
    {"cohorts", "Cohorts", "customers who come back, by the month of their first purchase",
     "from map as-of period where in of of-value", "revenue", of_purchases<cohorts_report>},
    {"churn", "Churn", "customers who have been silent longer than usual",
     "from map as-of period where in of parameters by", "customers repeats revenue",
     of_purchases<churn_report>},
    {"itemsets", "What is bought together", "products that are often in one order",
     "from map as-of period where support", "", of_baskets<itemsets_report>},
    {"baskets", "Rules of what is bought together", "which products follow from which in an order",
     "from map as-of period where support confidence concise", "", of_baskets<rules_report>},
    {"cross-sell", "What a customer may buy next",
     "products that an account has not bought and others like it have",
     "as-of period where support confidence", "", cross_sell},
    {"clusters", "Customers in clusters", "customers who are like each other",
     "from map as-of period where in of of-value count clusters features transform", "",
     of_figures<clusters_report>},
    {"clusters-model", "Clusters of customers", "the clusters, and how far apart they are",
     "from map as-of period where in of of-value count clusters features transform", "customers",
     of_figures<clusters_model_report>},
    {"lead-model", "Model of leads", "how well it can be known which leads are converted",
     "from target where train features drop keep rare", "", of_outcomes<Noun::lead, model_report>,
     "lead"},
    {"lead-factors", "Factors of leads", "what makes leads more or less likely to be converted",
     "from target where train features drop keep rare", "", of_outcomes<Noun::lead, factors_report>,
     "lead"},
    {"deal-model", "Model of deals", "how well it can be known which deals are won",
     "from target where train features drop keep rare", "", of_outcomes<Noun::deal, model_report>,
     "deal"},
    {"deal-factors", "Factors of deals", "what makes deals more or less likely to be won",
     "from target where train features drop keep rare", "", of_outcomes<Noun::deal, factors_report>,
     "deal"},
    {"forecast-error", "Error of forecasts",
     "how far each method was off in all past periods of the length of -p",
     "as-of period where in method", "", of_deals<forecast_error_report>, "deal"},
};

constexpr ValueReport cohort = {
    "forecast",
    "Forecast by age of the deals",
    "what the deals that are open now, and new ones, will bring within the period",
    "as-of period where in method",
    "",
    of_deals<cohort_forecast_report>,
    "deal"};

/// The number that a text begins with, and what comes after it.
std::optional<std::pair<double, std::string_view>> leading_number(std::string_view text) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto number = read_plain_number(text.substr(0, end));
    if (!number)
        return std::nullopt;
    return std::pair(*number, text::trimmed(text.substr(end)));
}

}  // namespace

std::span<const ValueReport> value_reports() {
    return all_reports;
}

const ValueReport* find_value_report(std::string_view name) {
    const auto* found = std::ranges::find(all_reports, name, &ValueReport::name);
    return found == std::end(all_reports) ? nullptr : found;
}

bool ValueReport::takes(std::string_view option) const {
    const auto words = text::split(options, ' ');
    return std::ranges::find(words, option) != words.end();
}

DateSpan period_read(const ValueReport& report, const Request& request) {
    if (!report.takes("against"))
        return request.period;
    const Request both = with_periods(request);
    return both.against ? both_periods(both) : both.period;
}

const ValueReport& cohort_forecast() {
    return cohort;
}

double read_horizon(std::string_view text) {
    constexpr std::pair<std::string_view, double> units[] = {
        {"d", 1.0 / 7}, {"w", 1}, {"mo", weeks_per_month}, {"y", 52.1775}};
    const auto number = leading_number(text);
    const auto* unit = number ? std::ranges::find(units, number->second,
                                                  &std::pair<std::string_view, double>::first)
                              : std::end(units);
    if (unit == std::end(units) || !(number->first > 0))
        throw Error(Fault::usage, "bad_value",
                    fmt::format("--horizon: '{}' is not a time", text::clipped(text, 40)),
                    "--horizon 39w; units are d, w, mo and y");
    const double weeks = number->first * unit->second;
    if (!(weeks <= longest_horizon))
        throw Error(Fault::usage, "bad_value",
                    fmt::format("--horizon: {} is longer than 50 years", text::clipped(text, 40)),
                    "--horizon 52w");
    return weeks;
}

insight::BgNbd read_parameters(std::string_view text) {
    std::vector<double> numbers;
    for (const std::string_view part : text::split(text, ',')) {
        const auto number = read_plain_number(text::trimmed(part));
        if (number && *number >= 1e-4 && *number <= 1e4)
            numbers.push_back(*number);
    }
    if (numbers.size() != 4 || std::ranges::count(text, ',') != 3)
        throw Error(Fault::usage, "bad_value",
                    fmt::format("--parameters: '{}' is not r,alpha,a,b, each from 0.0001 to 10000",
                                text::clipped(text, 40)),
                    "--parameters .243,4.414,.793,2.426");
    return {numbers[0], numbers[1], numbers[2], numbers[3]};
}

}  // namespace crm::value
