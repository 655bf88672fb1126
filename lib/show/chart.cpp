#include "show/chart.hpp"

#include "show/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

namespace crm::show {
namespace {

void append_head(Html& out, const Figures& figures) {
    out += "<tr>";
    for (std::size_t i = 0; i < figures.titles.size(); ++i) {
        if (i < figures.groups)
            out += "<th class=\"k\">";
        else
            out += "<th>";
        out += escaped(figures.titles[i]);
        out += "</th>";
    }
    out += "<th></th></tr>\n";
}

void append_row(Html& out, const std::vector<std::string>& row, std::size_t groups, double part) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (i < groups)
            out += "<td class=\"k\">";
        else
            out += "<td>";
        const bool nameless = i < groups && row[i].empty();
        out += escaped(nameless ? "none" : row[i]);
        out += "</td>";
    }
    out += "<td class=\"b\"><div style=\"width:";
    out += escaped(fmt::format("{:.1f}%", part * 100));
    out += "\"></div></td></tr>\n";
}

}  // namespace

std::vector<double> parts_of_largest(const Figures& figures) {
    std::map<std::string, double> largest;  // by currency
    const auto currency_of = [&](const std::vector<std::string>& row) {
        return figures.currency < row.size() ? row[figures.currency] : std::string();
    };
    std::vector<double> out;
    for (const auto& row : figures.rows) {
        const bool has_figure = figures.charted < row.size();
        out.push_back(has_figure ? std::strtod(row[figures.charted].c_str(), nullptr) : 0);
        double& most = largest[currency_of(row)];
        most = std::max(most, out.back());
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double most = largest[currency_of(figures.rows[i])];
        out[i] = most > 0 && out[i] > 0 ? out[i] / most : 0;
    }
    return out;
}

std::string bar(double part, int columns) {
    static constexpr std::string_view eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const int n = static_cast<int>(part * columns * 8 + 0.5);
    std::string out;
    for (int i = 0; i < n / 8; ++i)
        out += "█";
    return out + std::string(eighths[n % 8]);
}

std::string figures_page(const Figures& figures, std::string_view title, std::string_view about) {
    Html out("<h1>");
    out += escaped(title);
    out += "</h1>\n<p>";
    out += escaped(about);
    out += "</p>\n<table>\n";
    append_head(out, figures);
    const std::vector<double> parts = parts_of_largest(figures);
    for (std::size_t i = 0; i < figures.rows.size(); ++i)
        append_row(out, figures.rows[i], figures.groups, parts[i]);
    out += "</table>\n";
    return page(title,
                Html("body{max-width:60em}td,th{text-align:right}td.k,th.k{text-align:left}"
                     "td.b{width:16em}td.b div{background:#47a;height:1em}"
                     "@media print{td.b div{print-color-adjust:exact}}"),
                out);
}

}  // namespace crm::show
