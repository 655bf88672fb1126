#include "cmd/report/value.hpp"

#include "base/text.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/session.hpp"
#include "form/charset.hpp"
#include "value/reports.hpp"
#include "value/store_purchases.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {
namespace {

using value::ValueReport;

constexpr std::string_view customer_words[] = {"account", "contact"};

const Option options[] = {
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
     .help = "what counts: revenue (default) or margin",
     .words = {"revenue", "margin"}},
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

value::InputFile input_file(Session& session, const Arguments& args) {
    const std::string path = args.text("from");
    auto text = form::decoded(path == "-" ? session.read_input() : read_file(path));
    if (!text)
        throw text.error();
    value::InputFile out{path, std::move(*text), {}};
    if (args.has("map"))
        out.map = value::read_map(args.text("map"));
    return out;
}

value::Request request_of(Session& session, const Arguments& args) {
    const Clock& clock = session.env.clock;
    value::Request out;
    out.as_of = args.date("as-of", clock).value_or(clock.today());
    out.period_text = args.text("period");
    out.period = args.dates("period", clock).value_or(DateSpan{});
    out.against = args.dates("against", clock);
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
    if (args.has("from"))
        out.file = input_file(session, args);
    return out;
}

void check_input(const Arguments& args) {
    if (args.has("map") && !args.has("from"))
        throw Error(Fault::usage, "missing", "--map requires --from", "--from FILE --map …");
    for (const std::string_view option : {"where", "in", "of", "of-value"})
        if (args.has("from") && args.has(option))
            throw Error(
                Fault::usage, "contradiction",
                fmt::format("--{} is about the orders of the database, not about a file", option),
                "leave out one of them");
}

value::OrderRequest orders_of(const Arguments& args) {
    return {.where = args.text("where"),
            .currency = args.text("in"),
            .of_contacts = args.text("of") == "contact",
            .margin = args.text("of-value") == "margin",
            .count_lines = args.text("count") == "lines"};
}

value::Source source_of(Session& session, const Arguments& args, const value::Request& request) {
    if (request.file)
        return [&request](const value::PurchaseFilter& filter) {
            return value::purchases_of_file(*request.file, filter);
        };
    return [&session, orders = orders_of(args)](const value::PurchaseFilter& filter) mutable {
        orders.filter = filter;
        return value::purchases_of_store(session.resolver(), session.env.clock, orders);
    };
}

report::Result run(Session& session, const Arguments& args) {
    check_input(args);
    const value::Request request = request_of(session, args);
    return value::find_value_report(args.words[0])->run(request, source_of(session, args, request));
}

std::vector<report::Column> columns(std::string_view name) {
    value::Request request;
    request.against = DateSpan{};
    request.period_text = "all days";
    return value::find_value_report(name)
        ->run(request, [](const value::PurchaseFilter&) { return value::PurchaseData(); })
        .columns;
}

/// That of the orders.
std::string sql(Session& session, const Arguments& args) {
    const value::Request request = request_of(session, args);
    value::OrderRequest orders = orders_of(args);
    orders.filter = {request.as_of, request.period};
    return value::purchases_sql(session.resolver(), session.env.clock, orders);
}

}  // namespace

std::span<const Option> value_options() {
    return options;
}

std::span<const ComputedReport> value_reports() {
    static const std::vector<ComputedReport> all = [] {
        std::vector<ComputedReport> out;
        for (const ValueReport& report : value::value_reports())
            out.push_back({.name = report.name,
                           .title = report.title,
                           .help = report.help,
                           .noun = "order",
                           .period = "order_date",
                           .options = report.options,
                           .sums = report.sums,
                           .run = run,
                           .columns = columns,
                           .sql = sql});
        return out;
    }();
    return all;
}

std::string value_reports_help() {
    return "A report of customer value is computed from the orders of the database, or from a "
           "table "
           "(--from). A purchase is an order "
           "that is not Draft or Cancelled, on its order_date; a total of "
           "0 counts, one below 0 does not. The customer is the account, of an order without one "
           "the contact. Each currency is an analysis of its own, unless --in converts the "
           "amounts. The roles of --map are customer, date, amount (or quantity and price) and "
           "order; for clv also customer, x, t_x, T and z of a table with one customer a row. A "
           "column whose header is the name of a role needs no --map. crm-intelligence(7) has the "
           "definitions.\n\n";
}

}  // namespace crm::cmd
