#include "value/clusters.hpp"

#include "base/error.hpp"
#include "base/money.hpp"
#include "base/text.hpp"
#include "insight/clusters.hpp"
#include "value/segments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace crm::value {
namespace {

using report::ColumnType;

/// Digits of a figure of --features, and of a mean of any figure but an amount.
constexpr int feature_digits = 4;
constexpr std::size_t default_clusters = 4;
constexpr std::size_t most_starts = 50;
/// Points times clusters of all starts together, so that many of both still end.
constexpr std::size_t most_distances = 5'000'000;

double transformed(double figure, Transform by) {
    switch (by) {
        case Transform::log:
            return std::log(figure);
        case Transform::log1p:
            return std::log1p(figure);
        default:
            return figure;
    }
}

/// The figures of the customers who have all of them, standardized, and their clusters.
struct Clustered {
    std::vector<std::size_t> rows;  ///< in the table
    insight::Points points{0};
    insight::Clustering clusters;
};

Clustered cluster(const FigureTable& table, const Request& request,
                  std::vector<std::string>& notes) {
    const Transform by =
        request.transform.value_or(request.features.empty() ? Transform::log1p : Transform::none);
    Clustered out;
    insight::Points raw(table.columns.size());
    for (std::size_t row = 0; row < table.figures.size(); ++row) {
        std::vector<double> figures;
        for (const double figure : table.figures[row])
            figures.push_back(transformed(figure, by));
        if (!std::ranges::all_of(figures, [](double figure) { return std::isfinite(figure); }))
            continue;
        out.rows.push_back(row);
        raw.add(figures);
    }
    note_left_out(notes, static_cast<std::int64_t>(table.figures.size() - out.rows.size()),
                  by == Transform::none ? "without a number" : "without a logarithm");
    out.points = insight::standardized(raw, insight::scale_of(raw));
    const std::size_t different = out.points.different();
    const std::size_t count = request.clusters.value_or(default_clusters);
    if (count > different) {
        const std::string found =
            fmt::format("there {} only {} different {}", different == 1 ? "is" : "are", different,
                        different == 1 ? "customer" : "customers");
        if (request.clusters && different > 0)
            throw Error(Fault::usage, "bad_value", fmt::format("--clusters {}: {}", count, found),
                        fmt::format("--clusters {}", std::max<std::size_t>(1, different / 2)));
        notes.push_back(different == 0 ? "no customers were found"
                                       : fmt::format("{}; {} are needed", found, count));
        out.rows.clear();
        return out;
    }
    const std::size_t starts =
        std::clamp(most_distances / (out.points.size() * count), std::size_t{1}, most_starts);
    out.clusters = insight::find_clusters(out.points, count, static_cast<int>(starts));
    return out;
}

std::vector<std::string> notes_of_tables(const std::vector<FigureTable>& tables) {
    std::vector<std::string> out;
    for (const FigureTable& table : tables)
        for (const std::string& note : table.notes)
            if (std::ranges::find(out, note) == out.end())
                out.push_back(note);
    return out;
}

/// A figure, or the mean of some.
Value cell_of(const report::Column& column, double figure, const std::string& currency,
              int digits) {
    if (column.type == ColumnType::money)
        return money(std::llround(figure * std::pow(10.0, minor_digits(currency))), currency);
    if (column.type == ColumnType::integer && digits == 0)
        return static_cast<std::int64_t>(figure);
    return decimals(figure, digits);
}

Value currency_of(const FigureTable& table) {
    return table.currency.empty() ? Value() : Value(table.currency);
}

bool has_money(const std::vector<report::Column>& columns) {
    return std::ranges::find(columns, ColumnType::money, &report::Column::type) != columns.end();
}

/// The columns of the figures, as all tables have them.
std::vector<report::Column> figure_columns(const std::vector<FigureTable>& tables,
                                           const Request& request) {
    if (!tables.empty())
        return tables.front().columns;
    return figures_of_purchases({}, request).columns;
}

}  // namespace

FigureTable figures_of_file(const InputFile& file, const std::vector<std::string>& names) {
    constexpr std::string_view valid[] = {"customer", "date", "amount"};
    const Table table(file);
    const Roles roles(table, file, valid);
    const auto customer = roles.find("customer");
    FigureTable out;
    std::vector<std::size_t> columns;
    for (const std::string& name : names) {
        columns.push_back(table.column(name));
        out.columns.push_back(number_column(text::sanitised(table.cell(0, columns.back())),
                                            feature_digits, "figure of the file"));
    }
    std::vector<std::size_t> numbers(columns.size());
    for (std::size_t at = 1; at < table.rows(); ++at) {
        std::vector<double> figures;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto number = read_plain_number(table.cell(at, columns[i]));
            numbers[i] += number ? 1 : 0;
            figures.push_back(number.value_or(std::numeric_limits<double>::quiet_NaN()));
        }
        const std::string id =
            customer ? text::sanitised(table.cell(at, *customer)) : std::to_string(at);
        out.customers.push_back({id, id});
        out.figures.push_back(std::move(figures));
    }
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (numbers[i] == 0 && !out.figures.empty())
            throw Error(Fault::usage, "bad_value",
                        fmt::format("--features: the column '{}' has no numbers",
                                    text::clipped(names[i], 40)),
                        "--features takes columns of numbers");
    note_left_out(out.notes, static_cast<std::int64_t>(table.unreadable()), "that cannot be read");
    return out;
}

FigureTable figures_of_purchases(const Purchases& purchases, const Request& request) {
    FigureTable out;
    out.columns = {integer_column("recency", "days since the last purchase"),
                   integer_column("frequency", "how often the customer has bought"),
                   money_column("monetary", "what the purchases were worth")};
    out.currency = purchases.currency;
    const double minor = std::pow(10.0, minor_digits(purchases.currency));
    for (const Rfm& row : rfm_of(purchases, request)) {
        out.customers.push_back(purchases.customers[row.customer]);
        out.figures.push_back({static_cast<double>(row.days), static_cast<double>(row.frequency),
                               static_cast<double>(row.amount) / minor});
    }
    return out;
}

report::Result clusters_report(const std::vector<FigureTable>& tables, const Request& request) {
    report::Result out;
    out.columns = {customer_column(request),
                   integer_column("cluster", "its number; 1 is the largest")};
    const std::vector<report::Column> figures = figure_columns(tables, request);
    out.columns.insert(out.columns.end(), figures.begin(), figures.end());
    if (has_money(figures))
        out.columns.push_back(currency_column());
    out.notes = notes_of_tables(tables);
    for (const FigureTable& table : tables) {
        const Clustered found = cluster(table, request, out.notes);
        for (std::size_t i = 0; i < found.rows.size(); ++i) {
            const std::size_t row = found.rows[i];
            report::Row values = {static_cast<std::int64_t>(found.clusters.cluster[i]) + 1};
            for (std::size_t c = 0; c < figures.size(); ++c)
                values.push_back(cell_of(table.columns[c], table.figures[row][c], table.currency,
                                         table.columns[c].digits));
            if (has_money(figures))
                values.push_back(currency_of(table));
            add_customer_row(out, table.customers[row], std::move(values));
        }
    }
    return out;
}

report::Result clusters_model_report(const std::vector<FigureTable>& tables,
                                     const Request& request) {
    report::Result out;
    report::Column number = integer_column("cluster", "its number; 1 is the largest");
    number.group = true;
    out.columns = {number, integer_column("customers", "how many there are"),
                   share_column("share", "of all customers")};
    const std::vector<report::Column> figures = figure_columns(tables, request);
    for (report::Column column : figures) {
        if (column.type == ColumnType::integer)
            column = number_column(column.name, 2, column.help);
        column.help = "mean of: " + column.help;
        out.columns.push_back(std::move(column));
    }
    out.columns.push_back(
        number_column("inertia", 4, "sum of the squared distances of all customers"));
    out.columns.push_back(
        number_column("silhouette", 4, "how well separated the clusters are, from -1 to 1"));
    if (has_money(figures))
        out.columns.push_back(currency_column());
    out.notes = notes_of_tables(tables);
    for (const FigureTable& table : tables) {
        const Clustered found = cluster(table, request, out.notes);
        if (found.rows.empty())
            continue;
        const auto separated = insight::silhouette(found.points, found.clusters);
        for (std::size_t k = 0; k < found.clusters.sizes.size(); ++k) {
            const auto size = static_cast<double>(found.clusters.sizes[k]);
            std::vector<double> sums(figures.size());
            for (std::size_t i = 0; i < found.rows.size(); ++i)
                for (std::size_t c = 0; c < sums.size() && found.clusters.cluster[i] == k; ++c)
                    sums[c] += table.figures[found.rows[i]][c];
            report::Row row = {static_cast<std::int64_t>(k) + 1,
                               static_cast<std::int64_t>(found.clusters.sizes[k]),
                               share(size, static_cast<double>(found.rows.size()))};
            for (std::size_t c = 0; c < figures.size(); ++c)
                row.push_back(cell_of(table.columns[c], sums[c] / size, table.currency,
                                      out.columns[3 + c].digits));
            row.push_back(decimals(found.clusters.inertia, 4));
            row.push_back(decimals(separated, 4));
            if (has_money(figures))
                row.push_back(currency_of(table));
            out.rows.push_back(std::move(row));
        }
    }
    return out;
}

}  // namespace crm::value
