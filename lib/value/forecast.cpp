#include "value/forecast.hpp"

#include "base/error.hpp"
#include "insight/concentration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <set>

namespace crm::value {
namespace {

constexpr int class_days = 15;
constexpr int last_class = 10;  ///< 150 days and more
/// Prices and stages are used where at least nine in ten deals have them.
constexpr std::size_t known_of_ten = 9;
constexpr int most_origins = 120;
constexpr std::size_t origins_for_a_range = 3;

using DealClass = std::pair<int, std::string>;  ///< age, and the stage where that is known

std::vector<const DealLife*> open_on(const Deals& deals, std::int32_t day) {
    std::vector<const DealLife*> out;
    for (const DealLife& deal : deals.deals)
        if (deal.is_open(day))
            out.push_back(&deal);
    return out;
}

const std::string* stage_on(const DealLife& deal, std::int32_t day) {
    const std::string* out = nullptr;
    for (const auto& [at, stage] : deal.stages)
        if (at <= day)
            out = &stage;
    return out;
}

bool nine_in_ten(std::size_t known, std::size_t all) {
    return all > 0 && known * 10 >= all * known_of_ten;
}

/// What one forecast of the open deals rests on.
class CohortForecast {
public:
    CohortForecast(const Deals& deals, ForecastWindow window) : window_(window) {
        const std::int32_t before = window.day - window.length;
        const auto then = open_on(deals, before);
        const auto now = open_on(deals, window.day);
        settle_what_counts(then, before, now);
        std::map<DealClass, double> open, won;
        for (const DealLife* deal : then) {
            const DealClass of = class_of(*deal, before);
            open[of] += value_of(*deal);
            if (deal->is_won_within(before, window.day))
                won[of] += deal->amount;
        }
        for (const DealLife* deal : now) {
            const DealClass of = class_of(*deal, window.day, window.ahead);
            value_ += value_of(*deal);
            ++deals_;
            if (const auto known = open.find(of); known != open.end() && known->second > 0)
                expected_ += won[of] / known->second * value_of(*deal);
            else
                ++unknown_[of];
        }
    }

    double expected() const { return expected_; }
    double value() const { return value_; }
    std::int64_t deals() const { return deals_; }

    /// Names the classes that nothing is known of.
    void add_notes(std::vector<std::string>& notes) const {
        for (const auto& [of, count] : unknown_)
            notes.push_back(
                fmt::format("{} open {} of {}{} count{} 0: there was none {} days before", count,
                            count == 1 ? "deal" : "deals", age_text(of.first),
                            of.second.empty() ? "" : " in " + of.second, count == 1 ? "s" : "",
                            window_.length));
    }

private:
    static std::string age_text(int age) {
        if (age == last_class)
            return fmt::format("{} days and more", class_days * last_class);
        return fmt::format("{} to {} days", age * class_days, (age + 1) * class_days - 1);
    }

    void settle_what_counts(const std::vector<const DealLife*>& then, std::int32_t before,
                            const std::vector<const DealLife*>& now) {
        std::size_t prices = 0;
        std::array<std::size_t, 2> stages{};
        for (const DealLife* deal : then) {
            prices += deal->price ? 1 : 0;
            stages[0] += stage_on(*deal, before) != nullptr ? 1 : 0;
        }
        for (const DealLife* deal : now) {
            prices += deal->price ? 1 : 0;
            stages[1] += stage_on(*deal, window_.day) != nullptr ? 1 : 0;
        }
        by_price_ = nine_in_ten(prices, then.size() + now.size());
        by_stage_ = nine_in_ten(stages[0], then.size()) && nine_in_ten(stages[1], now.size());
    }

    double value_of(const DealLife& deal) const {
        return by_price_ && deal.price ? *deal.price : deal.amount;
    }

    /// `ahead`: so many days are added to its age.
    DealClass class_of(const DealLife& deal, std::int32_t day, std::int32_t ahead = 0) const {
        const std::string* stage = by_stage_ ? stage_on(deal, day) : nullptr;
        return {std::min((day + ahead - deal.opened) / class_days, last_class),
                stage != nullptr ? *stage : std::string()};
    }

    ForecastWindow window_;
    bool by_price_ = false, by_stage_ = false;
    double expected_ = 0, value_ = 0;
    std::int64_t deals_ = 0;
    std::map<DealClass, std::int64_t> unknown_;
};

/// What the deals that were open brought within a window, and what the others did.
double brought_by_open(const Deals& deals, ForecastWindow window) {
    double out = 0;
    for (const DealLife& deal : deals.deals)
        if (deal.is_open(window.day) && deal.is_won_within(window.day, window.day + window.length))
            out += deal.amount;
    return out;
}

struct NewDeals {
    std::int64_t deals = 0;
    double amount = 0;
};
NewDeals brought_by_new(const Deals& deals, ForecastWindow window) {
    NewDeals out;
    for (const DealLife& deal : deals.deals)
        if (!deal.is_open(window.day) &&
            deal.is_won_within(window.day, window.day + window.length)) {
            ++out.deals;
            out.amount += deal.amount;
        }
    return out;
}

ForecastWindow earlier(ForecastWindow window, int periods) {
    return {window.day - periods * window.length, window.length};
}

std::int32_t first_day(const Deals& deals) {
    std::int32_t out = std::numeric_limits<std::int32_t>::max();
    for (const DealLife& deal : deals.deals)
        out = std::min(out, deal.opened);
    return out;
}

/// The windows before one whose deals had a window before them; the latest first.
std::vector<ForecastWindow> past_windows(const Deals& deals, ForecastWindow window) {
    std::vector<ForecastWindow> out;
    const std::int32_t first = first_day(deals);
    for (int back = 1; back <= most_origins; ++back) {
        const ForecastWindow past = earlier(window, back);
        if (past.day - past.length < first)
            break;
        out.push_back(past);
    }
    return out;
}

// --- methods

/// Won deals of the decided ones, with what they were won for.
struct WinRate {
    double won = 0, decided = 0, amount = 0;

    void add(const DealLife& deal) {
        ++decided;
        won += deal.won ? 1 : 0;
        amount += deal.won ? deal.amount : 0;
    }
    double rate(double without) const { return decided > 0 ? won / decided : without; }
};

struct WinRates {
    WinRate all;
    std::map<std::int64_t, WinRate> products, owners;
};

WinRates win_rates_on(const Deals& deals, std::int32_t day) {
    WinRates out;
    for (const DealLife& deal : deals.deals) {
        if (!deal.closed || *deal.closed > day)
            continue;
        out.all.add(deal);
        out.products[deal.product].add(deal);
        out.owners[deal.owner].add(deal);
    }
    return out;
}

/// What a method of the report forecast expects of a deal.
using Weight = double (*)(const DealLife&, const WinRates&);

double by_overall(const DealLife& deal, const WinRates& rates) {
    return deal.amount * rates.all.rate(0);
}
double by_product(const DealLife& deal, const WinRates& rates) {
    const auto found = rates.products.find(deal.product);
    const double all = rates.all.rate(0);
    return deal.amount * (found == rates.products.end() ? all : found->second.rate(all));
}
double by_product_mean(const DealLife& deal, const WinRates& rates) {
    const auto found = rates.products.find(deal.product);
    if (found == rates.products.end() || found->second.won == 0)
        return by_product(deal, rates);
    return found->second.amount / found->second.won * found->second.rate(0);
}
double by_owner(const DealLife& deal, const WinRates& rates) {
    const auto found = rates.owners.find(deal.owner);
    const double all = rates.all.rate(0);
    return deal.amount * (found == rates.owners.end() ? all : found->second.rate(all));
}
double by_owner_shrunk(const DealLife& deal, const WinRates& rates) {
    const auto found = rates.owners.find(deal.owner);
    const WinRate own = found == rates.owners.end() ? WinRate() : found->second;
    return deal.amount * (own.won + 20 * rates.all.rate(0)) / (own.decided + 20);
}

template <Weight weight>
std::optional<double> weighted(const Deals& deals, ForecastWindow window) {
    const WinRates rates = win_rates_on(deals, window.day);
    if (rates.all.decided == 0)
        return std::nullopt;
    double out = 0;
    for (const DealLife* deal : open_on(deals, window.day))
        out += weight(*deal, rates);
    return out;
}

std::optional<double> by_cohort(const Deals& deals, ForecastWindow window) {
    return CohortForecast(deals, window).expected();
}
std::optional<double> as_last(const Deals& deals, ForecastWindow window) {
    return brought_by_open(deals, earlier(window, 1));
}
std::optional<double> as_last_year(const Deals& deals, ForecastWindow window) {
    const ForecastWindow last{window.day - 365, window.length};
    if (last.day < first_day(deals))
        return std::nullopt;
    return brought_by_open(deals, last);
}

/// Not a method but what each is compared with.
constexpr std::string_view last_period = "last-period";

struct Method {
    std::string_view name;
    std::optional<double> (*forecast)(const Deals&, ForecastWindow);
};
constexpr Method methods[] = {
    {"cohort", by_cohort},
    {"overall", weighted<by_overall>},
    {"product", weighted<by_product>},
    {"product-mean", weighted<by_product_mean>},
    {"owner", weighted<by_owner>},
    {"owner-shrunk", weighted<by_owner_shrunk>},
    {last_period, as_last},
    {"last-year", as_last_year},
};

struct MethodError {
    std::string_view method;
    std::int64_t periods = 0;
    double bias = 0, mae = 0;  ///< minor units
    std::optional<double> wape, mase, seasonal_mase;
};

std::optional<double> ratio(double part, double of) {
    return of > 0 ? std::optional(part / of) : std::nullopt;
}

MethodError error_of(const Method& method, const Deals& deals,
                     const std::vector<ForecastWindow>& past) {
    MethodError out{.method = method.name};
    double actual = 0;
    double last = 0;
    double own_where_seasonal = 0;
    double seasonal = 0;
    for (const ForecastWindow window : past) {
        const auto forecast = method.forecast(deals, window);
        if (!forecast)
            continue;
        const double came = brought_by_open(deals, window);
        const double error = *forecast - came;
        ++out.periods;
        out.bias += error;
        out.mae += std::abs(error);
        actual += came;
        last += std::abs(*as_last(deals, window) - came);
        if (const auto year = as_last_year(deals, window)) {
            own_where_seasonal += std::abs(error);
            seasonal += std::abs(*year - came);
        }
    }
    if (out.periods == 0)
        return out;
    out.wape = ratio(out.mae, actual);
    out.mase = ratio(out.mae, last);
    out.seasonal_mase = ratio(own_where_seasonal, seasonal);
    out.bias /= static_cast<double>(out.periods);
    out.mae /= static_cast<double>(out.periods);
    return out;
}

std::vector<MethodError> errors_of(const Deals& deals, const std::vector<ForecastWindow>& past) {
    std::vector<MethodError> out;
    for (const Method& method : methods)
        if (const MethodError error = error_of(method, deals, past); error.periods > 0)
            out.push_back(error);
    return out;
}

/// The method with the least MASE of those that know most periods.
const MethodError* best_of(const std::vector<MethodError>& errors) {
    const MethodError* out = nullptr;
    std::int64_t most = 0;
    for (const MethodError& error : errors)
        most = std::max(most, error.periods);
    for (const MethodError& error : errors)
        if (error.mase && error.periods == most &&
            (out == nullptr || *error.mase < *out->mase ||
             (*error.mase == *out->mase && error.method == last_period)))
            out = &error;
    return out;
}

void note_best(const std::vector<MethodError>& errors, std::vector<std::string>& notes) {
    const MethodError* best = best_of(errors);
    if (best != nullptr && best->method == last_period)
        notes.push_back(
            fmt::format("no method was better in {} past {} than taking what came in "
                        "the period before",
                        best->periods, best->periods == 1 ? "period" : "periods"));
    else if (best != nullptr)
        notes.push_back(fmt::format(
            "{} has the least error of {} past {}: MASE {:.2f}{}", best->method, best->periods,
            best->periods == 1 ? "period" : "periods", *best->mase,
            best->wape ? fmt::format(", {:.0f} % of what came", 100 * *best->wape) : ""));
    else
        notes.emplace_back("there are no past periods to say how large the error is");
}

// --- reports

/// A number between the sorted ones (type 7 of Hyndman and Fan).
double quantile(std::vector<double> numbers, double share) {
    std::ranges::sort(numbers);
    const double at = share * static_cast<double>(numbers.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const std::size_t above = std::min(below + 1, numbers.size() - 1);
    return numbers[below] + (at - static_cast<double>(below)) * (numbers[above] - numbers[below]);
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
    return ErrorRange{quantile(errors, .1), quantile(errors, .9)};
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
    const NewDeals fresh = brought_by_new(deals, earlier(window, 1));
    const auto past = past_windows(deals, window);
    const auto forecast_open = [&](ForecastWindow at) { return *by_cohort(deals, at); };
    const auto came_open = [&](ForecastWindow at) { return brought_by_open(deals, at); };
    const auto forecast_new = [&](ForecastWindow at) {
        return brought_by_new(deals, earlier(at, 1)).amount;
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

}  // namespace crm::value
