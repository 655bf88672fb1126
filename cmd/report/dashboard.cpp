#include "cmd/report/dashboard.hpp"

#include "base/money.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/report/ask.hpp"
#include "cmd/report/computed.hpp"
#include "cmd/report/page.hpp"
#include "cmd/report/print_result.hpp"
#include "cmd/report/reports.hpp"
#include "cmd/report/words.hpp"
#include "meta/type.hpp"
#include "report/totals.hpp"
#include "show/cell.hpp"
#include "show/figures_page.hpp"
#include "time/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <set>
#include <string_view>

namespace crm::cmd {
namespace {

using report::Column;
using report::ColumnType;
using report::Dashboard;
using report::DashboardPanel;
using report::Result;

/// Asks the panels one after the other.
class Asker {
public:
    Asker(Session& session, const Dashboard& dashboard, const Arguments& args)
        : session_(session), dashboard_(dashboard), args_(args) {}

    AnsweredPanel ask(const DashboardPanel& panel) {
        AnsweredPanel out{.declared = panel, .title = panel.title};
        const std::string_view source = panel.figure.empty() ? "report" : "figure";
        try {
            Arguments words = report_arguments(session_, panel.words);
            add_defaults(panel, words);
            if (panel.figure.empty())
                out.answer = ask_report(
                    session_, words, session_.format == "html" ? AnswerFor::page : AnswerFor::rows);
            else
                ask_figure(panel, words, out);
        } catch (const Error& e) {
            const bool of_args =
                panel.words.size() > 1 && e.code != "unknown_report" && e.code != "unknown_column";
            throw report::panel_error(dashboard_, panel, of_args ? "args" : source, e);
        }
        if (out.title.empty())
            out.title = out.answer.title;
        return out;
    }

private:
    /// -p and --in of the command line come before those of the file; a panel's own come first.
    void add_defaults(const DashboardPanel& panel, Arguments& words) const {
        const std::string period = args_.has("period") ? args_.text("period") : dashboard_.period;
        if (!words.has("period") && !period.empty())
            words.options["period"] = period;
        if (!words.has("in") && args_.has("in"))
            words.options["in"] = args_.text("in");
        if (!panel.figure.empty() && !words.has("by") && has_groups(words))
            words.options["by"] = "";
    }

    /// Whether --by says what a report is grouped by.
    bool has_groups(const Arguments& words) const {
        return find_computed(words.words[0], words.text("method")) == nullptr &&
               !report_named(session_, words.words[0], words.text("method")).noun.empty();
    }

    void ask_figure(const DashboardPanel& panel, const Arguments& words, AnsweredPanel& out) {
        out.answer = ask_figures(words);
        const std::size_t column = figure_column(panel, out.answer);
        Result figures = only(out.answer.result, column);
        out.title = panel.title.empty()
                        ? fmt::format("{}: {}", out.answer.title, figures.columns[0].heading())
                        : panel.title;
        if (const auto before = days_before(out.answer)) {
            Arguments earlier = words;
            out.period_before = fmt::format("{}..{}", before->first.iso(), before->last.iso());
            earlier.options["period"] = out.period_before;
            Result earlier_figures = only(ask_figures(earlier).result, column);
            add_zero(earlier_figures);
            add_change(figures, earlier_figures);
        }
        add_zero(figures);
        drop_currency(figures);
        out.answer.result = std::move(figures);
    }

    /// A count of no records is 0.
    static void add_zero(Result& figures) {
        if (!figures.rows.empty() || figures.columns[0].type != ColumnType::integer)
            return;
        figures.rows.emplace_back(figures.columns.size()).front() = std::int64_t{0};
    }

    /// The totals of a computed report that has groups; of others the figures without groups.
    report::Answer ask_figures(const Arguments& words) const {
        const ComputedReport* computed = find_computed(words.words[0], words.text("method"));
        if (computed == nullptr)
            return ask_report(session_, words);
        report::Answer out = ask_report(session_, words, AnswerFor::page);
        if (!computed->total.empty())
            out.totals = totals_among(out.result, computed->total);
        if (out.totals.empty() || out.result.groups() == 0)
            return out;
        out.result.rows = out.totals;
        out.result.ids.clear();
        for (Column& column : out.result.columns)
            column.group = false;
        return out;
    }

    static std::vector<report::Row> totals_among(const Result& result, std::string_view total) {
        std::vector<report::Row> out;
        std::ranges::copy_if(result.rows, std::back_inserter(out), [&](const report::Row& row) {
            return report::text_of(row[0]) == total;
        });
        return out;
    }

    std::size_t figure_column(const DashboardPanel& panel, const report::Answer& answer) const {
        const Result& result = answer.result;
        const std::size_t column = result.place_of(panel.figure);
        if (column == result.columns.size() || !result.columns[column].numeric()) {
            std::vector<std::string> figures;
            for (const Column& each : result.columns)
                if (each.numeric())
                    figures.push_back(each.name);
            Error e(
                Fault::usage, "unknown_column",
                fmt::format("{} has no figure '{}'", answer.name, text::clipped(panel.figure, 40)));
            suggest_values(e, panel.figure, figures);
            throw e;
        }
        if (result.groups() > 0 || !has_row_per_currency(result))
            throw Error(Fault::usage, "no_totals",
                        fmt::format("{} has no total: its rows cannot be added up", answer.name),
                        fmt::format("report = \"{}\"", answer.name));
        return column;
    }

    /// Whether there is at most one row, or one for each currency.
    static bool has_row_per_currency(const Result& result) {
        std::set<std::string> currencies;
        return std::ranges::all_of(result.rows, [&](const report::Row& row) {
            const std::size_t at = result.currency();
            return currencies.insert(at < row.size() ? report::text_of(row[at]) : "").second;
        });
    }

    /// The figure and its currency. Counts are added; nothing else is across currencies.
    static Result only(const Result& result, std::size_t column) {
        Result out;
        out.notes = result.notes;
        const bool counts = result.columns[column].type == ColumnType::integer;
        const bool has_currency = !counts && result.currency() < result.columns.size();
        out.columns.push_back(result.columns[column]);
        if (has_currency)
            out.columns.push_back(result.columns[result.currency()]);
        for (const report::Row& row : result.rows) {
            report::Row kept{row[column]};
            if (has_currency)
                kept.push_back(row[result.currency()]);
            if (!report::text_of(row[column]).empty())
                out.rows.push_back(std::move(kept));
        }
        return counts ? report::summed(out, {}, std::vector{out.columns[0].name}) : out;
    }

    /// What is no amount says its currency only where there are several.
    static void drop_currency(Result& figures) {
        if (figures.columns[0].type == ColumnType::money || figures.rows.size() > 1 ||
            figures.currency() == figures.columns.size())
            return;
        figures.columns.erase(figures.columns.begin() + 1);
        for (report::Row& row : figures.rows)
            row.erase(row.begin() + 1);
    }

    std::optional<Days> days_before(const report::Answer& answer) const {
        if (!answer.days || !answer.days->first || !answer.days->last)
            return {};
        return span_before({*answer.days->first, *answer.days->last});
    }

    /// The value before and the change as a share of it, or of shares their difference.
    static void add_change(Result& now, const Result& before) {
        const bool has_currency = now.columns.size() > 1;
        const Column figure = now.columns[0];
        Column value = figure;
        value.name = "before";
        value.title.clear();
        value.help = "the same in the period before";
        now.columns.push_back(std::move(value));
        now.columns.push_back({.name = "change",
                               .type = ColumnType::share,
                               .help = "as a share of the value before; of shares and per cent the "
                                       "difference"});
        add_missing(now, before);
        for (report::Row& row : now.rows) {
            const auto same = std::ranges::find_if(before.rows, [&](const report::Row& other) {
                return !has_currency || other[1] == row[1];
            });
            const Value earlier = same == before.rows.end() ? Value() : (*same)[0];
            row.push_back(earlier);
            row.push_back(change_of(figure.type, row[0], earlier));
        }
    }

    /// Counts and amounts that only the period before has are 0 now.
    static void add_missing(Result& now, const Result& before) {
        const ColumnType type = now.columns[0].type;
        if (type != ColumnType::money && type != ColumnType::integer)
            return;
        const auto currency = [](const report::Row& row) {
            return row.size() > 1 ? report::text_of(row[1]) : std::string();
        };
        for (const report::Row& row : before.rows) {
            if (std::ranges::any_of(now.rows, [&](const report::Row& other) {
                    return currency(other) == currency(row);
                }))
                continue;
            report::Row zero = row;
            zero[0] = type == ColumnType::integer ? Value(std::int64_t{0})
                                                  : Value(money_text(0, currency(row)));
            now.rows.push_back(std::move(zero));
        }
    }

    static Value change_of(ColumnType type, const Value& now, const Value& before) {
        const auto value = report::number_of(now);
        const auto earlier = report::number_of(before);
        if (!value || !earlier)
            return {};
        double change = *value - *earlier;
        if (type == ColumnType::percent)
            change /= 100;
        else if (type != ColumnType::share && *earlier == 0)
            return {};
        else if (type != ColumnType::share)
            change /= std::abs(*earlier);
        std::string text = fmt::format("{:.6f}", change);
        return text == "-0.000000" ? "0.000000" : text;
    }

    Session& session_;
    const Dashboard& dashboard_;
    const Arguments& args_;
};

bool is_difference(const Result& figures) {
    const ColumnType type = figures.columns[0].type;
    return type == ColumnType::share || type == ColumnType::percent;
}

std::string with_currency(const Result& figures, const report::Row& row, std::size_t column) {
    std::string exact = report::text_of(row[column]);
    if (exact.empty())
        return {};
    const bool money = figures.columns[0].type == ColumnType::money;
    if (money && exact.ends_with(".00"))
        exact.resize(exact.size() - 3);
    std::string out = show::figure_text(figures.columns[column], exact);
    if (const std::size_t at = figures.currency(); at < row.size())
        out += fmt::format(fmt::runtime(money ? " {}" : " ({})"), report::text_of(row[at]));
    return out;
}

/// up 20.0 % on 1,000 EUR
std::string change_text(const Result& figures, const report::Row& row) {
    const std::size_t change = figures.place_of("change");
    if (change == figures.columns.size())
        return {};
    const std::string before = with_currency(figures, row, change - 1);
    const auto share = report::number_of(row[change]);
    if (before.empty())
        return "no value in the period before";
    if (!share)
        return fmt::format("{} in the period before", before);
    if (*share == 0)
        return fmt::format("unchanged from {}", before);
    return fmt::format("{} {:.1f} {} on {}", *share > 0 ? "up" : "down", std::abs(*share) * 100,
                       is_difference(figures) ? "points" : "%", before);
}

std::vector<show::LargeFigure> large_figures(const Result& figures) {
    std::vector<show::LargeFigure> out;
    for (const report::Row& row : figures.rows)
        out.push_back({with_currency(figures, row, 0), change_text(figures, row)});
    return out;
}

// --- formats

/// The period of all panels; empty where they differ.
std::string shared_period(std::span<const AnsweredPanel> panels) {
    const report::Answer& first = panels.front().answer;
    for (const AnsweredPanel& panel : panels)
        if (panel.answer.period != first.period)
            return {};
    return first.period.empty() ? std::string() : period_text(first.period, first.days);
}

std::string page_of(const Session& session, const DashboardAnswer& answer) {
    show::FiguresPage page;
    page.title = answer.dashboard.title;
    page.facts = {time_text(session)};
    if (std::string period = shared_period(answer.panels); !period.empty())
        page.facts.push_back(std::move(period));
    for (const AnsweredPanel& panel : answer.panels) {
        show::Panel& out = page.panels.emplace_back();
        out.title = panel.title;
        out.help = panel.answer.help;
        out.result = panel.answer.result;
        out.totals = panel.answer.totals;
        out.wide = panel.declared.wide;
        out.chart = show::chart_named(panel.declared.chart.empty() ? panel.answer.chart
                                                                   : panel.declared.chart);
        if (!panel.declared.figure.empty())
            out.large = large_figures(panel.answer.result);
    }
    page.version = "crm " CRM_VERSION;
    page.command = answer.line;
    return show::figures_page(page);
}

/// One panel after another: a line with its title, its rows, and an empty line.
void print_sections(Session& session, std::span<const AnsweredPanel> panels) {
    const bool markdown = session.format == "md";
    for (std::size_t i = 0; i < panels.size(); ++i) {
        const AnsweredPanel& panel = panels[i];
        const std::string title = text::visible(panel.title);
        if (i > 0)
            session.out.write("\n");
        if (panel.answer.result.rows.empty()) {
            session.out.write(fmt::format("{}{}: nothing to show\n", markdown ? "## " : "", title));
            continue;
        }
        session.out.write(
            fmt::format("{}{}\n{}", markdown ? "## " : "", title, markdown ? "\n" : ""));
        print_result(session, panel.answer, false);
    }
}

/// `panel`, `title` and `rows` of each panel.
void print_json(Session& session, std::span<const AnsweredPanel> panels) {
    const bool array = session.format == "json";
    session.format = "json";
    std::string out;
    for (const AnsweredPanel& panel : panels) {
        std::string rows = session.captured([&] { print_result(session, panel.answer, false); });
        std::erase(rows, '\n');  // between rows only: those of texts are escaped
        out += array ? out.empty() ? "[\n" : ",\n" : "";
        out += "{\"panel\":";
        meta::json_string(panel.declared.name, out);
        out += ",\"title\":";
        meta::json_string(panel.title, out);
        out += ",\"rows\":" + rows + "}";
        out += array ? "" : "\n";
    }
    session.out.write(array ? out + "\n]\n" : out);
}

/// One table of all panels: panel, title, and every column that one of them has.
void print_one_table(Session& session, std::span<const AnsweredPanel> panels) {
    std::vector<Column> columns;
    for (const AnsweredPanel& panel : panels)
        for (const Column& column : panel.answer.result.columns) {
            const auto same = std::ranges::find(columns, column.name, &Column::name);
            if (same == columns.end())
                columns.push_back(column);
            else if (shape_of(same->type) != shape_of(column.type))
                same->type = ColumnType::text;
        }
    std::vector<Rows::Head> heads = {"panel", "title"};
    for (const Column& column : columns) {
        heads.emplace_back(column.name, shape_of(column.type));
        if (has_id(column))
            heads.emplace_back(column.name + "_id");
    }
    Rows rows(session, heads);
    for (const AnsweredPanel& panel : panels) {
        const Result& result = panel.answer.result;
        for (std::size_t i = 0; i < result.rows.size(); ++i) {
            std::vector<Value> cells = {panel.declared.name, panel.title};
            for (const Column& column : columns) {
                const std::size_t at = result.place_of(column.name);
                const bool known = at < result.columns.size();
                cells.push_back(known ? result.rows[i][at] : Value());
                if (has_id(column))
                    cells.push_back(known ? id_cell(result.id_of(i, at)) : Value());
            }
            rows.row(cells);
        }
    }
    rows.end();
}

void refuse_others(const Arguments& args, const std::string& name) {
    static constexpr std::string_view valid[] = {"period", "in", "out", "output", "exit-empty"};
    static constexpr std::string_view own[] = {"by",    "where",  "method", "drill",
                                               "pivot", "figure", "totals", "sort",
                                               "limit", "chart",  "sql"};
    for (const std::string_view option : own)
        if (args.has(option))
            throw Error(Fault::usage, "unknown_option",
                        fmt::format("{} is a dashboard: --{} cannot be used here", name, option),
                        fmt::format("valid options are --{}", fmt::join(valid, ", --")));
    if (!args.list("fail-if").empty())
        throw Error(Fault::usage, "unknown_option",
                    fmt::format("{} is a dashboard: --fail-if cannot be used here", name),
                    "use it with the report of a panel, or write a gate");
    if (args.words.size() > 1)
        throw Error(Fault::usage, "too_many",
                    fmt::format("unexpected argument '{}'", text::clipped(args.words[1], 40)),
                    "a dashboard has no parameters");
}

void check_period(const Session& session, const Dashboard& dashboard) {
    if (dashboard.period.empty())
        return;
    const auto days = read_dates(dashboard.period, session.env.clock);
    if (days)
        return;
    Error e = days.error();
    e.message = fmt::format("{}:{}: period: {}", dashboard.file, dashboard.period_line, e.message);
    throw e;
}

}  // namespace

report::Dashboard read_dashboard_file(const std::string& path) {
    report::Dashboard out = report::read_dashboard(text::sanitised(path), read_file(path));
    if (out.title.empty())
        out.title = std::filesystem::path(path).stem().string();
    return out;
}

DashboardAnswer ask_dashboard(Session& session, const Arguments& args, const std::string& path) {
    refuse_others(args, path);
    DashboardAnswer out;
    out.dashboard = read_dashboard_file(path);
    out.line = args.line;
    check_period(session, out.dashboard);
    Asker asker(session, out.dashboard, args);
    for (const DashboardPanel& panel : out.dashboard.panels)
        out.panels.push_back(asker.ask(panel));
    for (const AnsweredPanel& panel : out.panels)
        for (const std::string& note : panel.answer.result.notes)
            session.remark(fmt::format("note: {}: {}", text::visible(panel.title), note));
    return out;
}

std::size_t DashboardAnswer::rows() const {
    std::size_t out = 0;
    for (const AnsweredPanel& panel : panels)
        for (const report::Row& row : panel.answer.result.rows)
            out += panel.declared.figure.empty() || report::number_of(row[0]) != 0.0 ? 1 : 0;
    return out;
}

void print_dashboard(Session& session, const DashboardAnswer& answer) {
    const std::string& format = session.format;
    if (format == "html")
        session.out.write(page_of(session, answer));
    else if (format == "json" || format == "jsonl")
        print_json(session, answer.panels);
    else if (format == "csv" || format == "xlsx")
        print_one_table(session, answer.panels);
    else
        print_sections(session, answer.panels);
}

}  // namespace crm::cmd
