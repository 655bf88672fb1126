#include "cmd/report/report_show.hpp"

#include "base/error.hpp"
#include "show/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace crm::cmd {
namespace {

std::string plain(const Value& value) {
    if (const auto* n = std::get_if<std::int64_t>(&value))
        return std::to_string(*n);
    const auto* s = std::get_if<std::string>(&value);
    return s == nullptr ? std::string() : *s;
}

}  // namespace

Table pivoted(const Table& in) {
    if (in.keys < 2)
        throw Error(Fault::usage, "no_pivot",
                    "--pivot needs two groups: the last becomes the columns",
                    "--by stage,owner --pivot");
    const bool money = in.titles.back() == "currency";
    const std::size_t last = in.keys - 1, figure = in.figure;
    Table out{{in.titles.begin(), in.titles.begin() + static_cast<long>(last)}, {}, last, last};
    if (money)
        out.titles.emplace_back("currency");
    const std::size_t fixed = out.titles.size();
    for (const auto& row : in.rows)
        if (const std::string column = plain(row[last]).empty() ? "none" : plain(row[last]);
            std::find(out.titles.begin() + static_cast<long>(fixed), out.titles.end(), column) ==
            out.titles.end())
            out.titles.push_back(column);
    std::sort(out.titles.begin() + static_cast<long>(fixed), out.titles.end());
    for (const auto& row : in.rows) {
        std::vector<Value> head(row.begin(), row.begin() + static_cast<long>(last));
        if (money)
            head.push_back(row.back());
        auto it = std::ranges::find_if(out.rows, [&](const auto& r) {
            return std::equal(head.begin(), head.end(), r.begin());
        });
        if (it == out.rows.end()) {
            head.resize(out.titles.size());
            it = out.rows.insert(out.rows.end(), std::move(head));
        }
        const std::string column = plain(row[last]).empty() ? "none" : plain(row[last]);
        (*it)[static_cast<std::size_t>(
            std::find(out.titles.begin() + static_cast<long>(fixed), out.titles.end(), column) -
            out.titles.begin())] = row[figure];
    }
    return out;
}

std::vector<double> shares(const Table& table) {
    std::vector<double> out;
    for (const auto& row : table.rows)
        out.push_back(row.size() > table.keys ? std::strtod(plain(row[table.keys]).c_str(), nullptr)
                                              : 0);
    const double most = out.empty() ? 0 : std::ranges::max(out);
    for (double& part : out)
        part = most > 0 && part > 0 ? part / most : 0;
    return out;
}

std::string bar(double part) {
    static constexpr std::string_view eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const int n = static_cast<int>(part * 160 + 0.5);
    std::string out;
    for (int i = 0; i < n / 8; ++i)
        out += "█";
    return out + std::string(eighths[n % 8]);
}

std::string page(const Table& table, std::string_view title, std::string_view about) {
    using show::escaped;
    show::Html out("<h1>");
    out += escaped(title);
    out += "</h1>\n<p>";
    out += escaped(about);
    out += "</p>\n<table>\n<tr>";
    for (std::size_t i = 0; i < table.titles.size(); ++i) {
        if (i < table.keys)
            out += "<th class=\"k\">";
        else
            out += "<th>";
        out += escaped(table.titles[i]);
        out += "</th>";
    }
    out += "<th></th></tr>\n";
    const std::vector<double> parts = shares(table);
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        out += "<tr>";
        for (std::size_t i = 0; i < table.rows[r].size(); ++i) {
            if (i < table.keys)
                out += "<td class=\"k\">";
            else
                out += "<td>";
            const std::string text = plain(table.rows[r][i]);
            out += escaped(i < table.keys && text.empty() ? "none" : text);
            out += "</td>";
        }
        out += "<td class=\"b\"><div style=\"width:";
        out += escaped(fmt::format("{:.1f}%", parts[r] * 100));
        out += "\"></div></td></tr>\n";
    }
    out += "</table>\n";
    return show::page(
        title,
        show::Html(
            "body{max-width:60em}td,th{text-align:right}td.k,th.k{text-align:left}td.b{width:16em}"
            "td.b div{background:#47a;height:1em}@media print{td.b div{print-color-adjust:exact}}"),
        out);
}

}  // namespace crm::cmd
