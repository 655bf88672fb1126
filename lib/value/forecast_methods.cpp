#include "value/forecast_methods.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace crm::value {
namespace {

constexpr int class_days = 15;
constexpr int last_class = 10;  ///< 150 days and more
/// Prices and stages are used where at least nine in ten deals have them.
constexpr std::size_t known_of_ten = 9;
constexpr int most_origins = 120;

using Open = std::vector<const DealLife*>;

Open open_on(const Deals& deals, std::int32_t day) {
    Open out;
    for (const DealLife& deal : deals.deals)
        if (deal.is_open(day))
            out.push_back(&deal);
    return out;
}

bool nine_in_ten(std::size_t known, std::size_t all) {
    return all > 0 && known * 10 >= all * known_of_ten;
}

std::size_t with_stage(const Open& deals, std::int32_t day) {
    return static_cast<std::size_t>(std::ranges::count_if(
        deals, [&](const DealLife* deal) { return deal->stage_on(day) != nullptr; }));
}

std::size_t with_price(const Open& deals) {
    return static_cast<std::size_t>(
        std::ranges::count_if(deals, [](const DealLife* deal) { return deal->price.has_value(); }));
}

std::string age_text(int age) {
    if (age == last_class)
        return fmt::format("{} days and more", class_days * last_class);
    return fmt::format("{} to {} days", age * class_days, (age + 1) * class_days - 1);
}

}  // namespace

const StageFrom* DealLife::stage_on(std::int32_t day) const {
    const StageFrom* out = nullptr;
    for (const StageFrom& stage : stages)
        if (stage.day <= day)
            out = &stage;
    return out;
}

CohortForecast::CohortForecast(const Deals& deals, ForecastWindow window)
    : all_(deals), window_(window) {
    const std::int32_t before = window.day - window.length;
    const Open then = open_on(deals, before);
    const Open now = open_on(deals, window.day);
    choose_what_counts(then, before, now);
    // Stage 0 stands for none.
    const std::size_t classes = (last_class + 1) * (deals.stages.size() + 1);
    std::vector<double> open(classes), won(classes);
    unknown_.resize(classes);
    for (const DealLife* deal : then) {
        const std::size_t of = class_of(*deal, before, 0);
        open[of] += value_of(*deal);
        if (deal->is_won_within(before, window.day))
            won[of] += deal->amount;
    }
    for (const DealLife* deal : now) {
        const std::size_t of = class_of(*deal, window.day, window.ahead);
        value_ += value_of(*deal);
        ++deals_;
        if (open[of] > 0)
            expected_ += won[of] / open[of] * value_of(*deal);
        else
            ++unknown_[of];
    }
}

void CohortForecast::choose_what_counts(const Open& then, std::int32_t before, const Open& now) {
    by_price_ = nine_in_ten(with_price(then) + with_price(now), then.size() + now.size());
    by_stage_ = nine_in_ten(with_stage(then, before), then.size()) &&
                nine_in_ten(with_stage(now, window_.day), now.size());
}

/// `ahead`: so many days are added to its age.
std::size_t CohortForecast::class_of(const DealLife& deal, std::int32_t day,
                                     std::int32_t ahead) const {
    const int age = std::min((day + ahead - deal.opened) / class_days, last_class);
    const StageFrom* stage = by_stage_ ? deal.stage_on(day) : nullptr;
    return static_cast<std::size_t>(age) * (all_.stages.size() + 1) +
           (stage != nullptr ? stage->stage + 1 : 0);
}

void CohortForecast::add_notes(std::vector<std::string>& notes) const {
    const std::size_t stages = all_.stages.size() + 1;
    for (std::size_t of = 0; of < unknown_.size(); ++of) {
        const std::int64_t count = unknown_[of];
        const std::size_t stage = of % stages;
        if (count > 0)
            notes.push_back(
                fmt::format("{} open {} of {}{} count{} 0: there was none {} days before", count,
                            count == 1 ? "deal" : "deals", age_text(static_cast<int>(of / stages)),
                            stage == 0 ? "" : " in " + all_.stages[stage - 1],
                            count == 1 ? "s" : "", window_.length));
    }
}

double brought_by_open(const Deals& deals, ForecastWindow window) {
    double out = 0;
    for (const DealLife& deal : deals.deals)
        if (deal.is_open(window.day) && deal.is_won_within(window.day, window.day + window.length))
            out += deal.amount;
    return out;
}

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

namespace {

std::int32_t first_day(const Deals& deals) {
    std::int32_t out = std::numeric_limits<std::int32_t>::max();
    for (const DealLife& deal : deals.deals)
        out = std::min(out, deal.opened);
    return out;
}

}  // namespace

std::vector<ForecastWindow> past_windows(const Deals& deals, ForecastWindow window) {
    std::vector<ForecastWindow> out;
    const std::int32_t first = first_day(deals);
    for (int back = 1; back <= most_origins; ++back) {
        const ForecastWindow past = window.earlier(back);
        if (past.day - past.length < first)
            break;
        out.push_back(past);
    }
    return out;
}

// --- methods

namespace {

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

/// Those of the deals that were decided until a day, which only goes on.
class WinRates {
public:
    explicit WinRates(const Deals& deals) : products_(deals.products), owners_(deals.owners) {
        for (const DealLife& deal : deals.deals)
            if (deal.closed)
                closed_.push_back(&deal);
        std::ranges::stable_sort(closed_, {}, [](const DealLife* deal) { return *deal->closed; });
    }

    void go_on(std::int32_t day) {
        for (; next_ < closed_.size() && *closed_[next_]->closed <= day; ++next_) {
            const DealLife& deal = *closed_[next_];
            all_.add(deal);
            products_[deal.product].add(deal);
            owners_[deal.owner].add(deal);
        }
    }

    const WinRate& all() const { return all_; }
    const WinRate& product(const DealLife& deal) const { return products_[deal.product]; }
    const WinRate& owner(const DealLife& deal) const { return owners_[deal.owner]; }

private:
    Open closed_;
    std::size_t next_ = 0;
    WinRate all_;
    std::vector<WinRate> products_, owners_;
};

/// What is known on the day of a window.
struct Known {
    const Deals& deals;
    ForecastWindow window;
    const Open& open;
    const WinRates& rates;
    double last;                 ///< what came in the window before
    std::optional<double> year;  ///< and a year before
};

/// What a method of the report forecast expects of a deal.
using Weight = double (*)(const DealLife&, const WinRates&);

double by_overall(const DealLife& deal, const WinRates& rates) {
    return deal.amount * rates.all().rate(0);
}
double by_product(const DealLife& deal, const WinRates& rates) {
    return deal.amount * rates.product(deal).rate(rates.all().rate(0));
}
double by_product_mean(const DealLife& deal, const WinRates& rates) {
    const WinRate& own = rates.product(deal);
    return own.won == 0 ? by_product(deal, rates) : own.amount / own.won * own.rate(0);
}
double by_owner(const DealLife& deal, const WinRates& rates) {
    return deal.amount * rates.owner(deal).rate(rates.all().rate(0));
}
double by_owner_shrunk(const DealLife& deal, const WinRates& rates) {
    const WinRate& own = rates.owner(deal);
    return deal.amount * (own.won + 20 * rates.all().rate(0)) / (own.decided + 20);
}

template <Weight weight>
std::optional<double> weighted(const Known& known) {
    if (known.rates.all().decided == 0)
        return std::nullopt;
    double out = 0;
    for (const DealLife* deal : known.open)
        out += weight(*deal, known.rates);
    return out;
}

std::optional<double> by_stage(const Known& known) {
    std::size_t recorded = 0;
    double out = 0;
    for (const DealLife* deal : known.open)
        if (const StageFrom* stage = deal->stage_on(known.window.day)) {
            out += deal->amount * stage->percent / 100;
            ++recorded;
        }
    return nine_in_ten(recorded, known.open.size()) ? std::optional(out) : std::nullopt;
}

std::optional<double> by_cohort(const Known& known) {
    return CohortForecast(known.deals, known.window).expected();
}
std::optional<double> as_last(const Known& known) {
    return known.last;
}
std::optional<double> as_last_year(const Known& known) {
    return known.year;
}

struct Method {
    std::string_view name;
    std::optional<double> (*forecast)(const Known&);
};
constexpr Method methods[] = {
    {"cohort", by_cohort},
    {default_method, by_stage},
    {"overall", weighted<by_overall>},
    {"product", weighted<by_product>},
    {"product-mean", weighted<by_product_mean>},
    {"owner", weighted<by_owner>},
    {"owner-shrunk", weighted<by_owner_shrunk>},
    {last_period, as_last},
    {"last-year", as_last_year},
};

std::optional<double> ratio(double part, double of) {
    return of > 0 ? std::optional(part / of) : std::nullopt;
}

/// Adds up how far a method was off.
class ErrorSum {
public:
    explicit ErrorSum(std::string_view method) : out_{.method = method} {}

    void add(double forecast, double came, const Known& known) {
        const double error = forecast - came;
        ++out_.periods;
        out_.bias += error;
        out_.mae += std::abs(error);
        actual_ += came;
        last_ += std::abs(known.last - came);
        if (!known.year)
            return;
        own_where_seasonal_ += std::abs(error);
        seasonal_ += std::abs(*known.year - came);
    }

    std::optional<MethodError> result() const {
        if (out_.periods == 0)
            return std::nullopt;
        MethodError out = out_;
        out.wape = ratio(out.mae, actual_);
        out.mase = ratio(out.mae, last_);
        out.seasonal_mase = ratio(own_where_seasonal_, seasonal_);
        out.bias /= static_cast<double>(out.periods);
        out.mae /= static_cast<double>(out.periods);
        return out;
    }

private:
    MethodError out_;
    double actual_ = 0, last_ = 0, own_where_seasonal_ = 0, seasonal_ = 0;
};

}  // namespace

std::vector<std::string> method_names() {
    std::vector<std::string> out;
    for (const Method& method : methods)
        out.emplace_back(method.name);
    return out;
}

namespace {

/// What was open on the day of each window, and what that brought.
struct OpenThen {
    std::vector<Open> open;
    std::vector<double> brought;
};

/// The days of the windows fall. Each deal is taken to the windows in which it was open.
OpenThen open_then(const Deals& deals, const std::vector<ForecastWindow>& past) {
    OpenThen out{std::vector<Open>(past.size()), std::vector<double>(past.size())};
    for (const DealLife& deal : deals.deals) {
        const auto first = std::ranges::partition_point(past, [&](const ForecastWindow& window) {
            return deal.closed && window.day >= *deal.closed;
        });
        for (auto window = first; window != past.end() && window->day >= deal.opened; ++window) {
            const auto at = static_cast<std::size_t>(window - past.begin());
            out.open[at].push_back(&deal);
            if (deal.is_won_within(window->day, window->day + window->length))
                out.brought[at] += deal.amount;
        }
    }
    return out;
}

}  // namespace

std::vector<MethodError> errors_of(const Deals& deals, const std::vector<ForecastWindow>& past,
                                   std::string_view only) {
    std::vector<std::pair<const Method*, ErrorSum>> sums;
    for (const Method& method : methods)
        if (only.empty() || only == method.name)
            sums.emplace_back(&method, ErrorSum(method.name));
    const std::int32_t first = first_day(deals);
    const OpenThen then = open_then(deals, past);
    WinRates rates(deals);
    for (std::size_t at = past.size(); at-- > 0;) {
        const ForecastWindow window = past[at];
        const ForecastWindow last_year{window.day - 365, window.length};
        rates.go_on(window.day);
        const Known known{.deals = deals,
                          .window = window,
                          .open = then.open[at],
                          .rates = rates,
                          .last = at + 1 < past.size() ? then.brought[at + 1]
                                                       : brought_by_open(deals, window.earlier(1)),
                          .year = last_year.day < first
                                      ? std::nullopt
                                      : std::optional(brought_by_open(deals, last_year))};
        for (auto& [method, sum] : sums)
            if (const auto forecast = method->forecast(known))
                sum.add(*forecast, then.brought[at], known);
    }
    std::vector<MethodError> out;
    for (const auto& [method, sum] : sums)
        if (const auto error = sum.result())
            out.push_back(*error);
    return out;
}

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

}  // namespace crm::value
