#include "value/forecast.hpp"

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "insight/quantile.hpp"
#include "value/forecast_methods.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace crm::value {
namespace {

constexpr std::size_t origins_for_a_range = 3;

std::string periods_text(std::int64_t periods) {
    return fmt::format("{} past period{}", periods, periods == 1 ? "" : "s");
}

void note_best(const std::vector<MethodError>& errors, std::vector<std::string>& notes) {
    const MethodError* best = best_of(errors);
    if (best != nullptr && best->method == last_period)
        notes.push_back(
            fmt::format("no method was better in {} than taking what came in the period before",
                        periods_text(best->periods)));
    else if (best != nullptr)
        notes.push_back(fmt::format(
            "{} has the least error of {}: MASE {:.2f}{}", best->method,
            periods_text(best->periods), *best->mase,
            best->wape ? fmt::format(", {:.0f} % of what came", 100 * *best->wape) : ""));
    else
        notes.emplace_back("there are no past periods to say how large the error is");
}

/// What a forecast is multiplied by to have the 10 % and the 90 % quantile of what came.
struct ErrorRange {
    double low, high;
};
std::optional<ErrorRange> range_of(const std::vector<ForecastWindow>& past,
                                   const std::function<double(ForecastWindow)>& forecast,
                                   const std::function<double(ForecastWindow)>& came) {
    std::vector<double> errors;
    for (const ForecastWindow window : past)
        if (const double expected = forecast(window); expected > 0)
            errors.push_back(came(window) / expected);
    if (errors.size() < origins_for_a_range)
        return std::nullopt;
    return ErrorRange{*insight::quantile(errors, .1), *insight::quantile(errors, .9)};
}

Value amount_of(std::optional<double> minor, const std::string& currency) {
    constexpr double largest = 1e17;
    if (!minor || !(std::abs(*minor) < largest))
        return {};
    return money(std::llround(*minor), currency);
}

report::Row row_of(std::string_view part, Value deals, std::optional<double> value, double weighted,
                   const std::optional<ErrorRange>& range, const std::string& currency) {
    std::optional<double> low, high;
    if (range) {
        low = weighted * range->low;
        high = weighted * range->high;
    }
    return {std::string(part),
            std::move(deals),
            amount_of(value, currency),
            amount_of(weighted, currency),
            amount_of(low, currency),
            amount_of(high, currency),
            currency};
}

void add_forecast(report::Result& out, const Deals& deals, ForecastWindow window) {
    const CohortForecast open(deals, window);
    const NewDeals fresh = brought_by_new(deals, window.earlier(1));
    const auto past = past_windows(deals, window);
    const auto forecast_open = [&](ForecastWindow at) {
        return CohortForecast(deals, at).expected();
    };
    const auto came_open = [&](ForecastWindow at) { return brought_by_open(deals, at); };
    const auto forecast_new = [&](ForecastWindow at) {
        return brought_by_new(deals, at.earlier(1)).amount;
    };
    const auto came_new = [&](ForecastWindow at) { return brought_by_new(deals, at).amount; };
    const auto both = [](auto first, auto second) {
        return [first, second](ForecastWindow at) { return first(at) + second(at); };
    };
    out.rows.push_back(row_of("Open Deals", open.deals(), open.value(), open.expected(),
                              range_of(past, forecast_open, came_open), deals.currency));
    out.rows.push_back(row_of("New Deals", fresh.deals, std::nullopt, fresh.amount,
                              range_of(past, forecast_new, came_new), deals.currency));
    out.rows.push_back(
        row_of(all_deals, open.deals() + fresh.deals, std::nullopt, open.expected() + fresh.amount,
               range_of(past, both(forecast_open, forecast_new), both(came_open, came_new)),
               deals.currency));
    open.add_notes(out.notes);
    note_best(errors_of(deals, past), out.notes);
    if (past.size() < origins_for_a_range)
        out.notes.push_back(fmt::format("low and high require {} past periods; there {} {}",
                                        origins_for_a_range, past.size() == 1 ? "is" : "are",
                                        past.size()));
}

ForecastWindow window_of(const Request& request) {
    return forecast_window(request.forecast_period, request.as_of);
}

std::string window_text(ForecastWindow window) {
    return fmt::format("{} to {}, from what was open on {}", Date{window.first()}.iso(),
                       Date{window.last()}.iso(), Date{window.day}.iso());
}

/// Throws usage where it is given and none of the methods.
void check_method(const std::string& name) {
    const std::vector<std::string> known = method_names();
    if (name.empty() || std::ranges::find(known, name) != known.end())
        return;
    Error e(Fault::usage, "unknown_method",
            fmt::format("forecast-error has no method '{}'", text::clipped(name, 40)));
    suggest_values(e, name, known);
    throw e;
}

std::string error_text(const std::string& subject, const MethodError& error,
                       ForecastWindow window) {
    const std::string periods =
        fmt::format("{} of {} days", periods_text(error.periods), window.length);
    if (!error.wape)
        return fmt::format("{}: nothing came in {} to compare with", subject, periods);
    return fmt::format(
        "{} was off by {:.0f} % of what came in {}{}; crm report forecast-error compares the "
        "methods",
        subject, 100 * *error.wape, periods,
        error.mase ? fmt::format(" (MASE {:.2f})", *error.mase) : "");
}

std::string unknown_error_text(const std::string& subject, std::string_view method,
                               const std::vector<ForecastWindow>& past, ForecastWindow window) {
    if (past.empty())
        return fmt::format("{}: there are no past periods of {} days to say how large the error is",
                           subject, window.length);
    return fmt::format("{}: how large the error is is not known, since {}", subject,
                       method == default_method ? "the stages of past days are not recorded"
                                                : "no deals had been decided");
}

}  // namespace

ForecastWindow forecast_window(const DateSpan& period, Date today) {
    if (!period.first || !period.last)
        throw Error(Fault::usage, "bad_value", "-p: the forecast requires a first and a last day",
                    "-p 'this quarter'");
    const std::int32_t length = period.last->days - period.first->days + 1;
    const bool has_begun = period.first->days <= today.days && today.days < period.last->days;
    if (has_begun)
        return {today.days, period.last->days - today.days};
    const std::int32_t before = period.first->days - 1;
    const std::int32_t day = std::min(before, today.days);
    return {day, length, before - day};
}

report::Result cohort_forecast_report(const DealData& data, const Request& request) {
    report::Result out;
    report::Column part = text_column("part", "Open Deals, New Deals or All");
    part.group = true;
    report::Column expected =
        money_column("weighted", "what they are expected to bring in the period");
    expected.charted = true;
    out.columns = {
        part,
        integer_column("deals", "open deals; new ones that were won in the period before"),
        money_column("amount", "what the open deals are worth"),
        expected,
        money_column("low", "10 % quantile by the errors of past periods"),
        money_column("high", "90 % quantile by the errors of past periods"),
        currency_column()};
    const ForecastWindow window = window_of(request);
    out.notes.push_back(window_text(window));
    out.notes.insert(out.notes.end(), data.notes.begin(), data.notes.end());
    if (data.currencies.empty())
        out.notes.emplace_back("no deals were found");
    for (const Deals& deals : data.currencies)
        add_forecast(out, deals, window);
    return out;
}

report::Result forecast_error_report(const DealData& data, const Request& request) {
    check_method(request.method);
    report::Result out;
    report::Column method = text_column("method", "how what open deals bring was forecast");
    method.group = true;
    report::Column mase =
        number_column("mase", 4, "mean error in those of taking what came in the period before");
    mase.charted = true;
    out.columns = {
        method,
        integer_column("periods", "past periods that were forecast"),
        money_column("bias", "mean of forecast minus what came"),
        money_column("mae", "mean absolute error"),
        number_column("wape", 4, "sum of the errors, divided by what came"),
        mase,
        number_column("seasonal_mase", 4, "the same with what came a year before"),
        {.name = "best", .type = report::ColumnType::boolean, .help = "has the least mase"},
        currency_column()};
    const ForecastWindow window = window_of(request);
    out.notes = data.notes;
    if (data.currencies.empty())
        out.notes.emplace_back("no deals were found");
    for (const Deals& deals : data.currencies) {
        std::vector<MethodError> errors = errors_of(deals, past_windows(deals, window));
        const MethodError* best = best_of(errors);
        note_best(errors, out.notes);
        for (const MethodError& error : errors) {
            if (!request.method.empty() && request.method != error.method)
                continue;
            out.rows.push_back({std::string(error.method), error.periods,
                                amount_of(error.bias, deals.currency),
                                amount_of(error.mae, deals.currency), decimals(error.wape, 4),
                                decimals(error.mase, 4), decimals(error.seasonal_mase, 4),
                                std::string(&error == best ? "yes" : "no"), deals.currency});
        }
    }
    return out;
}

std::vector<std::string> forecast_error_notes(const DealData& data, const Request& request) {
    const std::string_view method =
        request.method.empty() ? default_method : std::string_view(request.method);
    const ForecastWindow window = window_of(request);
    std::vector<std::string> out;
    for (const Deals& deals : data.currencies) {
        const auto past = past_windows(deals, window);
        const auto errors = errors_of(deals, past, method);
        const std::string subject =
            fmt::format("{}{}", method, data.currencies.size() > 1 ? " in " + deals.currency : "");
        out.push_back(errors.empty() ? unknown_error_text(subject, method, past, window)
                                     : error_text(subject, errors.front(), window));
    }
    return out;
}

}  // namespace crm::value
