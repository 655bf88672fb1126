#include "cmd/report/value.hpp"

#include "base/text.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/session.hpp"
#include "form/charset.hpp"
#include "value/forecast.hpp"
#include "value/reports.hpp"
#include "value/store_baskets.hpp"
#include "value/store_clusters.hpp"
#include "value/store_deals.hpp"
#include "value/store_learning.hpp"
#include "value/store_purchases.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {
namespace {

using value::ValueReport;

constexpr std::string_view customer_words[] = {"account", "contact"};

const Option options_of_value[] = {
    {.name = "from",
     .kind = Kind::input_file,
     .value = "FILE",
     .help = "analyse a table (CSV, TSV or columns separated by blanks) instead of the orders of "
             "the database"},
    {.name = "map",
     .kind = Kind::word,
     .value = "COLUMN=ROLE,…",
     .help = "what the columns of the file are: 2=customer,3=date,5=amount"},
    {.name = "as-of",
     .kind = Kind::moment,
     .value = "DATE",
     .help = "leave out what is later; default: today"},
    {.name = "against",
     .kind = Kind::moment,
     .value = "PERIOD",
     .help = "for migration: the earlier period"},
    {.name = "of",
     .kind = Kind::choice,
     .value = "NOUN",
     .help = "who the customer of an order is: account (default) or contact",
     .words = {customer_words[0], customer_words[1]}},
    {.name = "of-value",
     .kind = Kind::choice,
     .value = "WHAT",
     .help = "what counts: revenue (default) or margin; for pareto and abc also profit: the "
             "margin less expenses, visits and parts",
     .words = {"revenue", "margin", "profit"}},
    {.name = "scores",
     .kind = Kind::choice,
     .value = "KIND",
     .help = "for rfm: ntile (default) or quantile",
     .words = {"ntile", "quantile"}},
    {.name = "count",
     .kind = Kind::choice,
     .value = "WHAT",
     .help = "for rfm: frequency counts orders (default) or lines",
     .words = {"orders", "lines"}},
    {.name = "horizon",
     .kind = Kind::word,
     .value = "TIME",
     .help = "for clv: how far to look ahead; default: 52w"},
    {.name = "months",
     .kind = Kind::number,
     .value = "N",
     .help = "for clv: months that count; default: 12"},
    {.name = "discount",
     .kind = Kind::word,
     .value = "PERCENT",
     .help = "for clv: discount of a month; default: 1%"},
    {.name = "calibrate-to",
     .kind = Kind::moment,
     .value = "DATE",
     .help = "for clv: fit to this day and compare with the horizon after it"},
    {.name = "parameters",
     .kind = Kind::word,
     .value = "r,alpha,a,b",
     .help = "for clv: use this model instead of a fitted one"},
    {.name = "support",
     .kind = Kind::word,
     .value = "SHARE",
     .help = "for itemsets and baskets: share of the orders that must have them; default: .01"},
    {.name = "confidence",
     .kind = Kind::word,
     .value = "SHARE",
     .help = "for baskets: share of the orders with the first that must have the second; default: "
             ".25"},
    {.name = "concise", .help = "for baskets: leave out rules that a more general one covers"},
    {.name = "clusters",
     .kind = Kind::number,
     .value = "N",
     .help = "for clusters: how many; default: 4"},
    {.name = "features",
     .kind = Kind::word,
     .value = "FIELD,…",
     .help = "columns of the file or fields: for clusters instead of recency, frequency and "
             "value, for models the only ones to learn from"},
    {.name = "transform",
     .kind = Kind::choice,
     .value = "HOW",
     .help = "for clusters: none (default with --features), log or log1p (default without)",
     .words = {"none", "log", "log1p"}},
    {.name = "target",
     .kind = Kind::word,
     .value = "COLUMN=VALUE",
     .help = "with --from, for models: the column to be learnt, and which value is a success"},
    {.name = "train",
     .kind = Kind::word,
     .value = "RULE",
     .help = "for models: rows to learn from, the others test: 'first 70%' (default), "
             "'mod 10 < 7', 'before 2026-10-01'"},
    {.name = "drop", .kind = Kind::word, .value = "FIELD,…", .help = "for models: not from these"},
    {.name = "keep",
     .kind = Kind::word,
     .value = "FIELD,…",
     .help = "for models: also from these, which seem to be known too late"},
    {.name = "rare",
     .kind = Kind::number,
     .value = "N",
     .help = "for models: leave out values of fewer than N rows; default: 1"},
};

double read_percent(const std::string& text) {
    std::string_view number = text;
    if (number.ends_with('%'))
        number.remove_suffix(1);
    const auto percent = value::read_plain_number(text::trimmed(number));
    if (!percent || *percent < 0 || *percent > 100)
        throw Error(Fault::usage, "bad_value",
                    fmt::format("--discount: '{}' is not a per cent from 0 to 100",
                                text::clipped(text, 40)),
                    "--discount 1%");
    return *percent / 100;
}

std::vector<std::string> names_in(const std::string& list) {
    std::vector<std::string> out;
    for (const std::string_view name : text::split(list, ','))
        if (!text::trimmed(name).empty())
            out.emplace_back(text::trimmed(name));
    return out;
}

std::optional<value::Transform> transform_of(const Arguments& args) {
    if (!args.has("transform"))
        return std::nullopt;
    const std::string word = args.text("transform");
    return word == "log"     ? value::Transform::log
           : word == "log1p" ? value::Transform::log1p
                             : value::Transform::none;
}

value::InputFile input_file(Session& session, const Arguments& args) {
    // What is made of a file needs memory, too.
    constexpr std::size_t most = std::size_t{96} << 20;
    const std::string path = args.text("from");
    auto text = form::decoded(path == "-" ? session.read_input() : read_file(path, most));
    if (!text)
        throw text.error();
    if (text->size() > most)
        throw Error(Fault::refused, "too_big",
                    fmt::format("the table is larger than {} MiB", most >> 20),
                    "leave out columns or rows");
    value::InputFile out{path, std::move(*text), {}};
    if (args.has("map"))
        out.map = value::read_map(args.text("map"));
    return out;
}

value::Request value_request(Session& session, const Arguments& args) {
    const Clock& clock = session.env.clock;
    value::Request out;
    out.as_of = args.date("as-of", clock).value_or(clock.today());
    out.period_text = args.text("period");
    out.period = args.dates("period", clock).value_or(DateSpan{});
    out.against = args.dates("against", clock);
    out.forecast_period = args.has("period") ? out.period : *read_dates("this quarter", clock);
    out.method = args.text("method");
    out.by = args.text("by");
    out.quantiles = args.text("scores") == "quantile";
    out.count_lines = args.text("count") == "lines";
    if (args.has("horizon"))
        out.horizon = value::read_horizon(args.text("horizon"));
    out.months = static_cast<int>(args.number("months", 1, 600).value_or(12));
    if (args.has("discount"))
        out.discount = read_percent(args.text("discount"));
    out.calibrate_to = args.date("calibrate-to", clock);
    if (args.has("parameters"))
        out.parameters = value::read_parameters(args.text("parameters"));
    out.support = args.share("support").value_or(.01);
    out.confidence = args.share("confidence").value_or(.25);
    out.concise = args.flag("concise");
    if (const auto clusters = args.number("clusters", 1, 100))
        out.clusters = static_cast<std::size_t>(*clusters);
    out.features = names_in(args.text("features"));
    out.transform = transform_of(args);
    if (args.words.size() > 1)
        out.customer = args.words[1];
    out.learning.target = args.text("target");
    if (args.has("train"))
        out.learning.train = value::read_train_rule(args.text("train"));
    out.learning.features = out.features;
    out.learning.drop = names_in(args.text("drop"));
    out.learning.keep = names_in(args.text("keep"));
    out.learning.rare = args.number("rare", 1).value_or(1);
    if (args.has("from"))
        out.file = input_file(session, args);
    return out;
}

void check_input(const Arguments& args) {
    if (args.has("map") && !args.has("from"))
        throw Error(Fault::usage, "missing", "--map requires --from", "--from FILE --map …");
    if (args.text("of-value") == "profit" && args.words[0] != "pareto" && args.words[0] != "abc")
        throw Error(Fault::usage, "bad_value",
                    fmt::format("{} does not take --of-value profit", args.words[0]),
                    "pareto and abc do; --of-value margin");
    for (const std::string_view option : {"where", "in", "of", "of-value"})
        if (args.has("from") && args.has(option))
            throw Error(
                Fault::usage, "contradiction",
                fmt::format("--{} is about the orders of the database, not about a file", option),
                "leave out one of them");
}

/// What an hour of a visit costs; nothing where the configuration does not say.
std::optional<Money> service_hour(Session& session) {
    const std::string rate = session.config.value("service_rate");
    if (rate.empty())
        return std::nullopt;
    auto money = read_money(rate, session.store().currency());
    if (!money)
        throw Error(Fault::config, "bad_config",
                    fmt::format("service_rate: '{}' is not an amount", text::clipped(rate, 40)),
                    "service_rate = \"60 EUR\"");
    return std::move(*money);
}

value::OrderRequest orders_of(Session& session, const Arguments& args) {
    const std::string of_value = args.text("of-value");
    const bool profit = of_value == "profit";
    return {.where = args.text("where"),
            .currency = args.text("in"),
            .of_contacts = args.text("of") == "contact",
            .margin = profit || of_value == "margin",
            .less_costs = profit,
            .service_hour = profit ? service_hour(session) : std::nullopt,
            .count_lines = args.text("count") == "lines"};
}

value::Source source_of_file(const value::Request& request) {
    const value::InputFile& file = *request.file;
    return {
        .purchases =
            [&file](const value::PurchaseFilter& filter) {
                return value::purchases_of_file(file, filter);
            },
        .baskets =
            [&request] {
                return value::baskets_of_file(*request.file, {request.as_of, request.period});
            },
        .figures = [&request] { return value::figures_of_file(*request.file, request.features); },
        .outcomes =
            [&request](std::string_view) {
                return value::learning_table_of_file(*request.file, request.learning);
            }};
}

value::Source source_of_store(Session& session, const Arguments& args,
                              const value::Request& request) {
    const value::OrderRequest orders = orders_of(session, args);
    return {
        .purchases =
            [&session, orders](const value::PurchaseFilter& filter) {
                value::OrderRequest filtered = orders;
                filtered.filter = filter;
                return value::purchases_of_store(session.resolver(), session.env.clock, filtered);
            },
        .baskets =
            [&session, &request, orders] {
                value::OrderRequest filtered = orders;
                filtered.filter = {request.as_of, request.period};
                return value::baskets_of_store(session.resolver(), session.env.clock, filtered,
                                               request.customer);
            },
        .figures =
            [&session, &request, orders] {
                return value::figures_of_store(session.resolver(), session.env.clock,
                                               orders.of_contacts, orders.where, request.features);
            },
        .outcomes =
            [&session, &request, orders](std::string_view noun) {
                return value::learning_table_of_store(session.resolver(), session.env.clock, noun,
                                                      orders.where, request.learning);
            },
        .deals =
            [&session, orders] {
                return value::deals_of_store(session.resolver(), session.env.clock, orders.where,
                                             orders.currency);
            }};
}

report::Result run_value_report(Session& session, const Arguments& args,
                                const ValueReport& report) {
    check_input(args);
    const value::Request request = value_request(session, args);
    return report.run(
        request, request.file ? source_of_file(request) : source_of_store(session, args, request));
}

report::Result run_by_name(Session& session, const Arguments& args) {
    return run_value_report(session, args, *value::find_value_report(args.words[0]));
}

report::Result run_cohort(Session& session, const Arguments& args) {
    return run_value_report(session, args, value::cohort_forecast());
}

/// What there is without any records.
value::Source nothing() {
    return {.purchases = [](const value::PurchaseFilter&) { return value::PurchaseData(); },
            .baskets = [] { return value::Baskets(); },
            .figures = [] { return value::FigureTable(); },
            .outcomes = [](std::string_view) { return value::LearningTable(); },
            .deals = [] { return value::DealData(); }};
}

std::vector<report::Column> columns(std::string_view name) {
    value::Request request;
    request.against = DateSpan{};
    request.period_text = "all days";
    request.forecast_period = {Date{0}, Date{0}};
    // An account that is not asked for, since there are no baskets.
    request.customer = "a1";
    return value::find_value_report(name)->run(request, nothing()).columns;
}

/// That of the orders or, of what is bought together, of their lines.
std::string value_sql(Session& session, const Arguments& args) {
    const value::Request request = value_request(session, args);
    const ValueReport& report = *value::find_value_report(args.words[0]);
    value::OrderRequest orders = orders_of(session, args);
    orders.filter = {request.as_of, value::period_read(report, request)};
    return report.takes("support")
               ? value::baskets_sql(session.resolver(), session.env.clock, orders)
               : value::purchases_sql(session.resolver(), session.env.clock, orders);
}

ComputedReport computed(const ValueReport& report) {
    const bool of_orders = report.noun == "order";
    const bool forecasts = report.takes("method");
    return {.name = report.name,
            .title = report.title,
            .help = report.help,
            .noun = report.noun,
            .period = of_orders   ? "order_date"
                      : forecasts ? "close_date"
                                  : "",
            .options = report.options,
            .sums = report.sums,
            .about_record = report.name == "cross-sell",
            .run = run_by_name,
            .columns = columns,
            .sql = of_orders ? value_sql : nullptr};
}

}  // namespace

std::span<const Option> value_options() {
    return options_of_value;
}

std::span<const ComputedReport> value_reports() {
    static const std::vector<ComputedReport> all = [] {
        std::vector<ComputedReport> out;
        for (const ValueReport& report : value::value_reports())
            out.push_back(computed(report));
        return out;
    }();
    return all;
}

std::span<const ComputedReport> value_methods() {
    static const std::vector<ComputedReport> all = [] {
        ComputedReport cohort = computed(value::cohort_forecast());
        cohort.method = "cohort";
        cohort.total = value::all_deals;
        cohort.run = run_cohort;
        return std::vector{cohort};
    }();
    return all;
}

std::vector<std::string> forecast_notes(Session& session, const Arguments& args) {
    value::Request request = value_request(session, args);
    if (!request.forecast_period.first || !request.forecast_period.last)
        request.forecast_period = *read_dates("this quarter", session.env.clock);
    return value::forecast_notes(session.resolver(), session.env.clock, args.text("where"),
                                 args.text("in"), request);
}

std::string value_reports_help() {
    return "A report of customer value is computed from the orders of the database, or from a "
           "table (--from). A purchase is an order that is not Draft or Cancelled, on its "
           "order_date; a total of 0 counts, one below 0 does not. The customer is the account, of "
           "an order without one the contact. Each currency is an analysis of its own, unless --in "
           "converts the amounts. The roles of --map are customer, date, amount (or quantity and "
           "price) and order; for baskets order and item, without --map each line is a basket; for "
           "clv also customer, x, t_x, T and z of a table with one customer a row. A column whose "
           "header is the name of a role needs no --map. lead-model, deal-model and their factors "
           "learn from leads and deals that are decided, or from a table (--target); "
           "forecast-error and forecast --method cohort are about deals. crm-intelligence(7) has "
           "the definitions.\n\n";
}

}  // namespace crm::cmd
