#include "report/dashboard.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "base/toml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace crm::report {
namespace {

using Kind = TomlNode::Kind;

constexpr std::array<std::string_view, 3> file_keys = {"title", "period", "panel"};
constexpr std::array<std::string_view, 6> panel_keys = {"report", "figure", "args",
                                                        "title",  "chart",  "wide"};
constexpr std::array<std::string_view, 4> charts = {"bar", "column", "line", "none"};
constexpr std::size_t most_dashboard_bytes = 1u << 20;
constexpr std::size_t most_panels = 100;

class DashboardReader {
public:
    explicit DashboardReader(std::string file) { out_.file = std::move(file); }

    Dashboard read(std::string_view bytes) {
        if (bytes.size() > most_dashboard_bytes)
            wrong(1, "the file is larger than 1 MiB");
        const auto parsed = parse_toml(bytes);
        if (!parsed)
            wrong(parsed.error().line, text::visible(parsed.error().message));
        for (const TomlNode& member : parsed->items)
            read_member(member);
        if (out_.panels.empty())
            wrong(1, "the dashboard has no panels", R"([[panel]] and report = "leaderboard")");
        return std::move(out_);
    }

private:
    [[noreturn]] void wrong(std::size_t line, std::string_view message,
                            std::string hint = {}) const {
        throw Error(Fault::usage, "bad_dashboard",
                    fmt::format("{}:{}: {}", out_.file, line, message), std::move(hint));
    }

    void unknown(const TomlNode& node, std::string_view what, std::string_view word,
                 std::span<const std::string_view> known) const {
        Error e(Fault::usage, "bad_dashboard",
                fmt::format("{}:{}: {} '{}'", out_.file, node.line, what, text::clipped(word, 40)));
        suggest_values(e, word, std::vector<std::string>(known.begin(), known.end()));
        throw e;
    }

    std::string text_of(const TomlNode& node) const {
        const auto text = node.as_text();
        if (!text || text::trimmed(*text).empty())
            wrong(node.line, fmt::format("{} must be a text in quotation marks", node.key),
                  fmt::format("{} = \"…\"", node.key));
        return *text;
    }

    void read_member(const TomlNode& member) {
        if (std::ranges::find(file_keys, member.key) == file_keys.end())
            unknown(member, "a dashboard has no key", member.key, file_keys);
        if (member.key == "title") {
            out_.title = text_of(member);
        } else if (member.key == "period") {
            out_.period = text_of(member);
            out_.period_line = member.line;
        } else {
            if (!member.is(Kind::list))
                wrong(member.line, "panels are tables: [[panel]]");
            for (const TomlNode& item : member.items)
                read_panel(item);
        }
    }

    void read_panel(const TomlNode& table) {
        if (!table.is(Kind::table))
            wrong(table.line, "panels are tables: [[panel]]");
        if (out_.panels.size() == most_panels)
            wrong(table.line, fmt::format("a dashboard has at most {} panels", most_panels));
        DashboardPanel& panel = out_.panels.emplace_back();
        panel.line = table.line;
        for (const TomlNode& member : table.items) {
            panel.lines.emplace(member.key, member.line);
            if (std::ranges::find(panel_keys, member.key) == panel_keys.end())
                unknown(member, "a panel has no key", member.key, panel_keys);
        }
        read_source(table, panel);
        if (const TomlNode* args = table.find("args"))
            read_args(*args, panel);
        if (const TomlNode* title = table.find("title"))
            panel.title = text_of(*title);
        if (const TomlNode* chart = table.find("chart"))
            read_chart(*chart, panel);
        if (const TomlNode* wide = table.find("wide")) {
            if (!wide->is(Kind::boolean))
                wrong(wide->line, "wide must be true or false", "wide = true");
            panel.wide = wide->integer != 0;
        }
    }

    void read_source(const TomlNode& table, DashboardPanel& panel) const {
        const TomlNode* report = table.find("report");
        const TomlNode* figure = table.find("figure");
        if ((report == nullptr) == (figure == nullptr))
            wrong(panel.line,
                  report == nullptr ? "the panel has neither report nor figure"
                                    : "the panel has both report and figure",
                  R"(report = "leaderboard", or figure = "won.amount")");
        panel.name = text_of(report != nullptr ? *report : *figure);
        if (report != nullptr) {
            panel.words = {panel.name};
            return;
        }
        const std::size_t point = panel.name.rfind('.');
        if (point == std::string::npos || point == 0 || point + 1 == panel.name.size())
            wrong(figure->line, "figure must be REPORT.COLUMN", R"(figure = "won.amount")");
        panel.figure = panel.name.substr(point + 1);
        panel.words = {panel.name.substr(0, point)};
    }

    void read_args(const TomlNode& args, DashboardPanel& panel) const {
        if (!args.is(Kind::list))
            wrong(args.line, "args must be a list of texts", R"(args = ["--limit", "10"])");
        for (const TomlNode& item : args.items) {
            const auto word = item.as_text();
            if (!word)
                wrong(item.line, "args must be a list of texts",
                      "write each word in quotation marks");
            panel.words.push_back(*word);
        }
    }

    void read_chart(const TomlNode& node, DashboardPanel& panel) const {
        panel.chart = text_of(node);
        if (!panel.figure.empty())
            wrong(node.line, "a figure has no chart", "report = …, or leave out chart");
        if (std::ranges::find(charts, panel.chart) == charts.end())
            unknown(node, "there is no chart", panel.chart, charts);
    }

    Dashboard out_;
};

}  // namespace

Dashboard read_dashboard(const std::string& file, std::string_view bytes) {
    return DashboardReader(file).read(bytes);
}

Error panel_error(const Dashboard& dashboard, const DashboardPanel& panel, std::string_view key,
                  Error error) {
    if (error.fault == Fault::io || error.fault == Fault::busy || error.fault == Fault::internal)
        return error;
    const auto line = panel.lines.find(key);
    error.message =
        fmt::format("{}:{}: {}", dashboard.file,
                    line == panel.lines.end() ? panel.line : line->second, error.message);
    return error;
}

}  // namespace crm::report
