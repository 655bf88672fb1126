#include "cmd/report/catalogue.hpp"

#include "base/text.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/report/ask.hpp"
#include "cmd/report/computed.hpp"
#include "cmd/report/dashboard.hpp"
#include "cmd/report/page.hpp"
#include "cmd/report/print_result.hpp"
#include "cmd/report/reports.hpp"
#include "report/script.hpp"
#include "show/figures_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace crm::cmd {
namespace {

using report::Parameter;
using report::Report;

constexpr std::string_view built_in = "built-in";

/// What the catalogue says of a report.
struct Known {
    std::string name, from;
    std::optional<Report> report;                ///< nothing for a dashboard
    std::optional<report::Dashboard> dashboard;  ///< nothing for a report

    std::string help() const { return dashboard ? dashboard->title : report->help; }
};

/// A file that cannot be read is named in a warning, and does not hide the others.
std::optional<Known> readable(Session& session, const OwnReport& own) {
    Known out{own.name, own.path, {}, {}};
    try {
        if (own.is_dashboard())
            out.dashboard = read_dashboard_file(own.path);
        else
            out.report = read_report_file(own.path);
    } catch (const Error& e) {
        session.say("warning: " + e.message);
        return {};
    }
    if (out.report)
        out.name = out.report->name;
    return out;
}

/// All reports with where they come from.
std::vector<Known> all_reports(Session& session) {
    std::vector<Known> out;
    for (const Report& report : known_reports(session.config))
        out.push_back({report.name, std::string(built_in), report, {}});
    std::vector<OwnReport> hidden;
    for (const OwnReport& own : own_reports(session.config, &hidden))
        if (const auto known = readable(session, own))
            out.push_back(*known);
    for (const OwnReport& own : hidden)
        session.say(fmt::format("warning: {} is not used: {} is a name of the program", own.path,
                                own.name));
    return out;
}

/// The names of its columns, the groups before all others.
std::string groups_text(const Report& report) {
    if (report.by.empty() || report.group_name.empty())
        return report.by.empty() ? report.group_name : report.by;
    return report.group_name + "," + report.by;
}

std::string type_text(const report::FileColumn& column) {
    return column.type == report::ColumnType::link ? column.noun : column.type_text;
}

/// The groups, by their names.
std::string groups_text(std::span<const report::Column> columns) {
    std::vector<std::string> names;
    for (const report::Column& column : columns)
        if (column.group)
            names.push_back(column.name);
    return text::joined(names, ",");
}

std::vector<report::Column> columns_of(const Report& report) {
    if (report.computed)
        return computed_report(report.name).columns(report.name);
    return {report.columns.begin(), report.columns.end()};
}

std::string default_text(const Parameter& parameter) {
    if (parameter.optional)
        return "optional";
    return parameter.fallback.value_or("required");
}

/// What a report requires that a person has to say; empty where it can be run with all others.
std::string requires_text(const Report& report) {
    if (!report.basis.empty() && !report.plan)
        return "a commission plan";
    if (report.computed && computed_report(report.name).about_record)
        return "an account";
    const bool needs_value = std::ranges::any_of(
        report.parameters, [](const Parameter& parameter) { return parameter.required(); });
    return needs_value ? "parameters" : "";
}

std::vector<std::string> names_to_run(Session& session, const Arguments& args) {
    std::vector<std::string> names(args.words.begin() + 1, args.words.end());
    if (names.empty() != args.flag("all"))
        throw Error(Fault::usage, "missing",
                    "report run requires names of reports or --all, not both",
                    "crm report run pipeline won --out DIR");
    if (!names.empty())
        return names;
    for (const Known& known : all_reports(session)) {
        if (!names.empty() && names.back() == known.name)
            continue;  // the plans of commissions
        const std::string missing = known.report ? requires_text(*known.report) : "";
        if (missing.empty())
            names.push_back(known.name);
        else if (!session.quiet)
            session.say(fmt::format("note: {} is left out: it requires {}", known.name, missing));
    }
    return names;
}

/// The page that leads to the others.
std::string index_page(const Session& session, const Arguments& args,
                       const std::vector<show::IndexEntry>& entries) {
    show::FiguresPage page;
    page.title = "Reports";
    page.facts = {time_text(session)};
    page.version = "crm " CRM_VERSION;
    page.command = args.line;
    return show::index_page(page, entries);
}

}  // namespace

std::string file_name(const std::string& name, const std::string& format) {
    const bool is_path = name.ends_with(".sql") || name.ends_with(".toml");
    const std::string stem = is_path ? name.substr(0, name.rfind('.')) : name;
    return fmt::format("{}.{}", stem.substr(stem.rfind('/') + 1), format);
}

int list_reports(Session& session) {
    Rows rows(session, {"report", "about", "by", "help", "from"});
    for (const Known& known : all_reports(session)) {
        if (known.dashboard) {
            rows.row({known.name, Value(), Value(), known.help(), known.from});
            continue;
        }
        const Report& report = *known.report;
        const std::string plan = report.plan ? ", plan " + report.plan->name : "";
        const std::string groups =
            report.computed ? groups_text(columns_of(report)) : groups_text(report);
        const auto text_or_null = [](const std::string& text) {
            return text.empty() ? Value() : Value(text);
        };
        rows.row({report.name, text_or_null(report.noun), text_or_null(groups), report.help + plan,
                  known.from});
    }
    rows.end();
    return 0;
}

/// The panels of a dashboard, with what they ask for.
int show_dashboard(Session& session, const std::string& path) {
    const report::Dashboard dashboard = read_dashboard_file(path);
    Rows rows(session, {"part", "name", "type", "default", "help"});
    rows.row({"dashboard", dashboard.title, path, Value(), Value()});
    if (!dashboard.period.empty())
        rows.row({"period", dashboard.period, Value(), Value(), Value()});
    for (const report::DashboardPanel& panel : dashboard.panels)
        rows.row({panel.figure.empty() ? "report" : "figure", panel.name, panel.chart,
                  text::joined({panel.words.begin() + 1, panel.words.end()}, " "), panel.title});
    rows.end();
    return 0;
}

/// The options and the columns of a computed report.
void show_computed(Rows& rows, const ComputedReport& report) {
    const std::vector<report::Column> columns = report.columns(report.name);
    if (const std::string groups = groups_text(columns); !groups.empty())
        rows.row({"groups", groups, Value(), Value(), Value()});
    const std::vector<std::string> taken = words_of(report.options);
    for (const Option& option : computed_options())
        if (std::ranges::find(taken, option.name) != taken.end())
            rows.row({"option", "--" + std::string(option.name), std::string(option.value), Value(),
                      std::string(option.help)});
    for (const report::Column& column : columns)
        rows.row({column.charted ? "column, charted" : "column", column.name,
                  report::type_text(column), Value(), column.help});
}

int show_report(Session& session, const Arguments& args) {
    if (args.words.size() != 2)
        throw Error(Fault::usage, "missing", "report show requires the name of one report",
                    "crm report show pipeline");
    if (args.flag("sql")) {
        Arguments of_report = args;
        of_report.words.erase(of_report.words.begin());
        session.out.write(sql_of_report(session, of_report));
        return 0;
    }
    if (const auto dashboard = dashboard_named(session.config, args.words[1]))
        return show_dashboard(session, *dashboard);
    const Report report = report_named(session, args.words[1], args.text("method"));
    check_names(report, session.model());
    Rows rows(session, {"part", "name", "type", "default", "help"});
    rows.row({"report", report.name, report.path.empty() ? std::string(built_in) : report.path,
              Value(), report.help});
    if (!report.noun.empty())
        rows.row({"noun", report.noun, Value(), report.query, Value()});
    if (!report.period.empty())
        rows.row({"period", report.period, Value(), Value(), Value()});
    if (report.computed)
        show_computed(rows, computed_report(report.name));
    if (!groups_text(report).empty())
        rows.row({"groups", groups_text(report), Value(), Value(), Value()});
    for (const Parameter& parameter : report.parameters)
        rows.row({"parameter", parameter.name, parameter.type_text, default_text(parameter),
                  parameter.help});
    for (const report::Method& method : report.methods)
        rows.row({"method", method.name, Value(), Value(), method.help});
    for (const report::FileColumn& column : report.columns)
        rows.row({column.charted ? "column, charted" : "column", column.name, type_text(column),
                  Value(), column.title.empty() ? column.help : column.title});
    rows.end();
    return 0;
}

PrintedReport print_named_report(Session& session, const Arguments& args, const std::string& name) {
    Arguments of_report = args;
    of_report.words = {name};
    of_report.line = "crm report " + name;
    if (const auto dashboard = dashboard_named(session.config, name)) {
        const DashboardAnswer answer = ask_dashboard(session, of_report, *dashboard);
        print_dashboard(session, answer);
        const std::size_t panels = answer.panels.size();
        return {answer.dashboard.title,
                fmt::format("a dashboard of {} panel{}", panels, panels == 1 ? "" : "s"),
                answer.rows()};
    }
    const report::Answer answer = print_report(session, of_report);
    return {answer.title, answer.help, answer.result.rows.size()};
}

namespace {

/// Writes reports into a folder, and an index of the pages. One that fails is named, and the
/// others are written.
class ReportFolder {
public:
    ReportFolder(Session& session, const Arguments& args, const std::string& folder)
        : session_(session), args_(args), folder_(folder) {
        if (session.format.empty())
            session.format = "html";
        if (!is_folder(folder) && !session.dry_run)
            create_private_folder(folder);
    }

    void write(const std::string& name) {
        PrintedReport printed;
        std::string text;
        try {
            text = session_.captured([&] { printed = print_named_report(session_, args_, name); });
        } catch (const Error& e) {
            if (!args_.flag("all") && args_.words.size() == 2)
                throw;
            ++failed_;
            session_.say(fmt::format("crm: {}: {}", name, e.message));
            if (!e.hint.empty())
                session_.say("hint: " + e.hint);
            return;
        }
        const std::string file = file_name(name, session_.format);
        write_file(folder_ + "/" + file, text, !session_.dry_run);
        entries_.push_back({file, printed.title, printed.help, printed.rows});
    }

    int finish() {
        if (session_.format == "html")
            write_file(folder_ + "/index.html", index_page(session_, args_, entries_),
                       !session_.dry_run);
        if (!session_.quiet)
            session_.say(fmt::format("{} report{} in {}", entries_.size(),
                                     entries_.size() == 1 ? "" : "s", folder_));
        return failed_ == 0 ? 0 : static_cast<int>(Fault::rejected);
    }

private:
    Session& session_;
    const Arguments& args_;
    const std::string folder_;
    std::vector<show::IndexEntry> entries_;
    std::size_t failed_ = 0;
};

}  // namespace

int run_reports(Session& session, const Arguments& args) {
    const std::string out = args.text("out");
    if (out.empty())
        throw Error(Fault::usage, "missing", "report run requires a folder", "--out DIR");
    const std::vector<std::string> names = names_to_run(session, args);
    const bool is_file = names_a_format(out) && !is_folder(out);
    if (is_file && (names.size() > 1 || args.flag("all")))
        throw Error(Fault::usage, "not_a_folder",
                    fmt::format("several reports require a folder, and {} is the name of a file",
                                text::clipped(out, 60)),
                    "--out DIR");
    if (is_file) {
        if (session.format.empty())
            session.format = format_of_file(out);
        const auto text =
            session.captured([&] { print_named_report(session, args, names.front()); });
        write_file(out, text, !session.dry_run);
        return 0;
    }
    ReportFolder folder(session, args, out);
    for (const std::string& name : names)
        folder.write(name);
    return folder.finish();
}

}  // namespace crm::cmd
