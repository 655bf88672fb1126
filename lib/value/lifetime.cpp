#include "value/lifetime.hpp"

#include "base/money.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace crm::value {
namespace {

std::int32_t last_day(const Request& request) {
    return request.calibrate_to ? std::min(*request.calibrate_to, request.as_of).days
                                : request.as_of.days;
}

/// The customers of one currency, or those of a summary.
struct Group {
    const Purchases* purchases;  ///< null: of a summary
    const std::vector<Customer>* customers;
    std::string currency;
    std::vector<BuyerRow> buyers;
};

std::vector<Group> groups_of(const PurchaseData& data, const std::optional<Summary>& summary,
                             const Request& request) {
    if (summary)
        return {{nullptr, &summary->customers, "", summary->rows}};
    std::vector<Group> out;
    for (const Purchases& purchases : data.currencies)
        out.push_back({&purchases, &purchases.customers, purchases.currency,
                       buyers_of(purchases, last_day(request))});
    return out;
}

/// Major units, rounded to the smallest one of the currency.
Value amount(std::optional<double> major, const std::string& currency) {
    return major ? decimals(*major, minor_digits(currency)) : Value();
}

/// The last day that is compared with the prediction.
std::int32_t last_compared(const Request& request) {
    return request.calibrate_to->days + static_cast<std::int32_t>(std::lround(request.horizon * 7));
}

/// Whether the days after that of the calibration are over; adds a note where they are not, and
/// where a file ends before them.
bool can_be_compared(const PurchaseData& data, const Request& request,
                     std::vector<std::string>& notes) {
    const Date last{last_compared(request)};
    if (last > request.as_of) {
        notes.push_back(
            fmt::format("nothing is compared: the horizon after {} ends on {}, which "
                        "is after {}; choose an earlier day or a shorter --horizon",
                        request.calibrate_to->iso(), last.iso(), request.as_of.iso()));
        return false;
    }
    std::int32_t newest = 0;
    for (const Purchases& purchases : data.currencies)
        for (const Purchase& purchase : purchases.purchases)
            newest = std::max(newest, purchase.day);
    if (data.from_file && newest < last.days)
        notes.push_back(fmt::format("the file ends on {}, before the last day that is compared, {}",
                                    Date{newest}.iso(), last.iso()));
    return true;
}

/// What came in the weeks after the day of calibration, and what was predicted.
struct Comparison {
    double weeks = 0, actual = 0, predicted = 0;
    double mae = 0, rmse = 0, naive_mae = 0, naive_rmse = 0;
};

std::optional<Comparison> compare(const Group& group, const insight::BgNbd& model,
                                  const Request& request) {
    if (group.purchases == nullptr || !request.calibrate_to || group.buyers.empty())
        return std::nullopt;
    const std::int32_t from = request.calibrate_to->days;
    const std::int32_t until = last_compared(request);
    std::vector<double> came(group.customers->size());
    for (const History& history : histories(*group.purchases, until))
        came[history.customer] = static_cast<double>(
            std::ranges::count_if(history.days, [&](std::int32_t day) { return day > from; }));
    Comparison out{.weeks = request.horizon};
    for (const BuyerRow& row : group.buyers) {
        const double actual = came[row.customer];
        const double expected = model.expected(row.buyer, request.horizon).value_or(NAN);
        const auto repeats = static_cast<double>(row.buyer.repeats);
        const double naive = row.buyer.age > 0 ? repeats / row.buyer.age * request.horizon : 0;
        out.actual += actual;
        out.predicted += expected;
        out.mae += std::abs(expected - actual);
        out.rmse += (expected - actual) * (expected - actual);
        out.naive_mae += std::abs(naive - actual);
        out.naive_rmse += (naive - actual) * (naive - actual);
    }
    const auto count = static_cast<double>(group.buyers.size());
    out.mae /= count;
    out.naive_mae /= count;
    out.rmse = std::sqrt(out.rmse / count);
    out.naive_rmse = std::sqrt(out.naive_rmse / count);
    return out;
}

void add_comparison(report::Row& row, const std::optional<Comparison>& c) {
    if (!c) {
        row.resize(row.size() + 7);
        return;
    }
    row.push_back(decimals(c->weeks, 1));
    row.push_back(decimals(c->actual, 0));
    row.push_back(decimals(c->predicted, 2));
    for (const double figure : {c->mae, c->rmse, c->naive_mae, c->naive_rmse})
        row.push_back(decimals(figure, 6));
}

std::vector<report::Column> model_columns(bool with_comparison) {
    std::vector<report::Column> out = {
        integer_column("customers", "who have bought"),
        integer_column("repeaters", "who have bought again"),
        integer_column("repeats", "purchases after the first"),
        number_column("r", 8, "shape of how often customers buy"),
        number_column("alpha", 8, "rate of how often customers buy, in weeks"),
        number_column("a", 8, "first shape of how likely a customer leaves after a purchase"),
        number_column("b", 8, "second shape of how likely a customer leaves"),
        number_column("log_likelihood", 6, "logarithm of the likelihood of the purchases"),
        number_column("r_error", 6, "standard error of r"),
        number_column("alpha_error", 6, "standard error of alpha"),
        number_column("a_error", 6, "standard error of a"),
        number_column("b_error", 6, "standard error of b"),
        integer_column("steps", "steps of Newton's method"),
        number_column("mean_purchases", 6, "to be expected of a new customer in the horizon"),
        integer_column("spend_customers", "who have bought again for more than 0"),
        number_column("p", 6, "shape of what a purchase costs"),
        number_column("q", 6, "shape of how customers differ in what they spend"),
        number_column("v", 6, "scale of how customers differ in what they spend"),
        number_column("spend_log_likelihood", 6, "logarithm of the likelihood of the averages"),
        money_column("spend_mean", "mean of a purchase of a new customer")};
    if (with_comparison) {
        out.push_back(number_column("weeks", 1, "after the day of calibration"));
        out.push_back(number_column("actual", 0, "purchases that came"));
        out.push_back(number_column("predicted", 2, "purchases that were expected"));
        out.push_back(number_column("mae", 6, "mean absolute error of a customer"));
        out.push_back(number_column("rmse", 6, "root of the mean squared error"));
        out.push_back(number_column("naive_mae", 6, "mae of going on at the same rate"));
        out.push_back(number_column("naive_rmse", 6, "rmse of going on at the same rate"));
    }
    out.push_back(currency_column());
    return out;
}

report::Row model_row(const Group& group, const LifetimeModel& model, const Request& request) {
    std::int64_t repeaters = 0;
    std::int64_t repeats = 0;
    for (const BuyerRow& row : group.buyers) {
        repeaters += row.buyer.repeats > 0 ? 1 : 0;
        repeats += row.buyer.repeats;
    }
    report::Row out = {static_cast<std::int64_t>(group.buyers.size()), repeaters, repeats};
    if (const auto& fit = model.purchases) {
        for (const double parameter : {fit->model.r, fit->model.alpha, fit->model.a, fit->model.b})
            out.push_back(decimals(parameter, 8));
        out.push_back(decimals(fit->log_likelihood, 6));
        for (const double error : fit->standard_errors)
            out.push_back(model.given ? Value() : decimals(error, 6));
        out.push_back(model.given ? Value() : Value(std::int64_t{fit->steps}));
        out.push_back(decimals(fit->model.expected_of_new(request.horizon), 6));
    } else {
        out.resize(out.size() + 11);
    }
    if (const auto& spend = model.spend) {
        out.push_back(spend->customers);
        for (const double parameter : {spend->model.p, spend->model.q, spend->model.v})
            out.push_back(decimals(parameter, 6));
        out.push_back(decimals(spend->log_likelihood, 6));
        out.push_back(amount(spend->model.expected(0, 0), group.currency));
    } else {
        out.resize(out.size() + 6);
    }
    return out;
}

std::vector<report::Column> clv_columns(const Request& request) {
    return {customer_column(request),
            integer_column("repeats", "days with a purchase after the first (x)"),
            number_column("recency", 2, "weeks from the first purchase to the last (t_x)"),
            number_column("age", 2, "weeks since the first purchase (T)"),
            money_column("average", "mean of the repeat purchases (z)"),
            number_column("alive", 6, "probability of being a customer still"),
            number_column("expected", 6, "purchases to be expected in the horizon"),
            money_column("spend", "what a purchase is expected to cost"),
            money_column("clv", "what the customer is expected to bring, less the discount"),
            currency_column(),
            text_column("note", "what limits the figures")};
}

}  // namespace

std::optional<double> LifetimeModel::value(const BuyerRow& row, int months, double discount) const {
    if (!purchases || !spend)
        return std::nullopt;
    const double of_one = spend->model.expected(row.buyer.repeats, row.average);
    double sum = 0;
    double before = 0;
    double factor = 1;
    for (int month = 1; month <= months; ++month) {
        const auto expected = purchases->model.expected(row.buyer, weeks_per_month * month);
        if (!expected)
            return std::nullopt;
        factor /= 1 + discount;
        sum += of_one * (*expected - before) * factor;
        before = *expected;
    }
    return sum;
}

LifetimeModel lifetime_model(std::vector<BuyerRow> rows, const Request& request) {
    LifetimeModel out;
    out.buyers = std::move(rows);
    std::vector<insight::Buyer> buyers;
    std::vector<insight::Spender> spenders;
    for (const BuyerRow& row : out.buyers) {
        buyers.push_back(row.buyer);
        if (row.buyer.repeats > 0 && row.average > 0)
            spenders.push_back({row.buyer.repeats, row.average});
    }
    if (request.parameters) {
        out.given = true;
        out.purchases = insight::BgNbdFit{.model = *request.parameters};
        out.purchases->log_likelihood = insight::log_likelihood(*request.parameters, buyers);
    } else if (auto fit = insight::fit_bg_nbd(buyers)) {
        out.purchases = *fit;
    } else {
        out.notes.push_back(fit.error());
        return out;
    }
    if (auto fit = insight::fit_gamma_gamma(spenders))
        out.spend = *fit;
    else
        out.notes.push_back(fit.error());
    return out;
}

report::Result clv_report(const PurchaseData& data, const std::optional<Summary>& summary,
                          const Request& request) {
    report::Result out;
    out.columns = clv_columns(request);
    out.notes = summary ? summary->notes : data.notes;
    for (Group& group : groups_of(data, summary, request)) {
        const LifetimeModel model = lifetime_model(std::move(group.buyers), request);
        out.notes.insert(out.notes.end(), model.notes.begin(), model.notes.end());
        for (const BuyerRow& row : model.buyers) {
            const bool repeated = row.buyer.repeats > 0;
            const auto& fit = model.purchases;
            report::Row values = {row.buyer.repeats, decimals(row.buyer.last, 2),
                                  decimals(row.buyer.age, 2),
                                  repeated ? amount(row.average, group.currency) : Value()};
            values.push_back(fit ? decimals(fit->model.alive(row.buyer), 6) : Value());
            values.push_back(fit ? decimals(fit->model.expected(row.buyer, request.horizon), 6)
                                 : Value());
            values.push_back(fit && model.spend ? amount(model.spend->model.expected(
                                                             row.buyer.repeats, row.average),
                                                         group.currency)
                                                : Value());
            values.push_back(
                amount(model.value(row, request.months, request.discount), group.currency));
            values.push_back(group.currency.empty() ? Value() : Value(group.currency));
            values.push_back(repeated ? Value() : Value(std::string("no repeat yet")));
            add_customer_row(out, (*group.customers)[row.customer], std::move(values));
        }
    }
    return out;
}

report::Result clv_model_report(const PurchaseData& data, const std::optional<Summary>& summary,
                                const Request& request) {
    report::Result out;
    out.columns = model_columns(request.calibrate_to.has_value());
    out.notes = summary ? summary->notes : data.notes;
    const bool compares = request.calibrate_to && !data.currencies.empty() &&
                          can_be_compared(data, request, out.notes);
    for (const Group& group : groups_of(data, summary, request)) {
        const LifetimeModel model = lifetime_model(group.buyers, request);
        out.notes.insert(out.notes.end(), model.notes.begin(), model.notes.end());
        report::Row row = model_row(group, model, request);
        if (request.calibrate_to)
            add_comparison(row, compares && model.purchases
                                    ? compare(group, model.purchases->model, request)
                                    : std::nullopt);
        row.push_back(group.currency.empty() ? Value() : Value(group.currency));
        out.rows.push_back(std::move(row));
    }
    return out;
}

}  // namespace crm::value
