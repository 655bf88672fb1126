#include "cmd/report/catalogue.hpp"

#include "base/text.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/report/ask.hpp"
#include "cmd/report/reports.hpp"
#include "show/html.hpp"
#include "value/reports.hpp"

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

/// A report file that cannot be read is named in a warning, and does not hide the others.
std::optional<Report> readable(Session& session, const std::string& path) {
    try {
        return read_report_file(path);
    } catch (const Error& e) {
        session.say("warning: " + e.message);
        return {};
    }
}

/// All reports with where they come from.
std::vector<std::pair<Report, std::string>> all_reports(Session& session) {
    std::vector<std::pair<Report, std::string>> out;
    for (const Report& report : known_reports(session.config))
        out.emplace_back(report, built_in);
    std::vector<OwnReport> hidden;
    for (const OwnReport& own : own_reports(session.config, &hidden))
        if (const auto report = readable(session, own.path))
            out.emplace_back(*report, own.path);
    for (const OwnReport& own : hidden)
        session.say(fmt::format("warning: {} is not used: {} is a name of the program", own.path,
                                own.name));
    return out;
}

/// The names of its columns, the groups before all others.
std::string groups_text(const Report& report) {
    return report.by.empty() ? report.group_name : report.by;
}

std::string type_text(const report::FileColumn& column) {
    return column.type == report::ColumnType::link ? column.noun : column.type_text;
}

std::string default_text(const Parameter& parameter) {
    if (parameter.optional)
        return "optional";
    return parameter.fallback.value_or("required");
}

/// Reports that a person has to say more about cannot be run with all others.
bool runs_alone(const Report& report) {
    const bool has_no_plan = !report.basis.empty() && !report.plan;
    return !has_no_plan &&
           std::ranges::none_of(report.parameters, [](const Parameter& p) { return p.required(); });
}

std::vector<std::string> names_to_run(Session& session, const Arguments& args) {
    std::vector<std::string> names(args.words.begin() + 1, args.words.end());
    if (names.empty() != args.flag("all"))
        throw Error(Fault::usage, "missing",
                    "report run requires names of reports or --all, not both",
                    "crm report run pipeline won --out DIR");
    if (!names.empty())
        return names;
    for (const auto& [report, from] : all_reports(session)) {
        if (!names.empty() && names.back() == report.name)
            continue;  // the plans of commissions
        if (runs_alone(report))
            names.push_back(report.name);
        else if (!session.quiet)
            session.say(fmt::format("note: {} is left out: it needs {}", report.name,
                                    report.basis.empty() ? "parameters" : "a commission plan"));
    }
    return names;
}

struct Entry {
    std::string name, title, help, file;
    std::size_t rows = 0;
};

/// The page that links to the others.
std::string index_page(const Session& session, std::span<const Entry> entries) {
    show::Html body("<h1>Reports</h1>\n<p>");
    body += show::escaped(session.env.clock.local(session.env.clock.now));
    body +=
        "</p>\n<table>\n<caption>Reports</caption>\n<thead><tr><th scope=\"col\">Report</th>"
        "<th scope=\"col\">Shows</th><th scope=\"col\">Rows</th></tr></thead>\n<tbody>\n";
    for (const Entry& entry : entries) {
        body += "<tr><td><a href=\"";
        body += show::escaped(entry.file);
        body += "\">";
        body += show::escaped(text::visible(entry.title));
        body += "</a></td><td>";
        body += show::escaped(text::visible(entry.help));
        body += "</td><td>";
        body += show::Html(entry.rows);
        body += "</td></tr>\n";
    }
    body += "</tbody>\n</table>\n";
    return show::page("Reports", show::Html(""), body);
}

std::string file_name(const std::string& name, const std::string& format) {
    const std::string stem = name.ends_with(".sql") ? name.substr(0, name.size() - 4) : name;
    return fmt::format("{}.{}", stem.substr(stem.rfind('/') + 1), format);
}

}  // namespace

int list_reports(Session& session) {
    Rows rows(session, {"report", "about", "by", "help", "from"});
    for (const auto& [report, from] : all_reports(session)) {
        const std::string plan = report.plan ? ", plan " + report.plan->name : "";
        rows.row({report.name, report.noun, groups_text(report), report.help + plan, from});
    }
    for (const value::ValueReport& report : value::value_reports())
        rows.row({std::string(report.name), std::string("order"), Value(), std::string(report.help),
                  std::string(built_in)});
    rows.end();
    return 0;
}

int show_report(Session& session, const Arguments& args) {
    if (args.words.size() != 2)
        throw Error(Fault::usage, "missing", "report show requires the name of one report",
                    "crm report show pipeline");
    if (args.flag("sql")) {
        Arguments of_report = args;
        of_report.words.erase(of_report.words.begin());
        session.out.write(report::as_script(compile_report(session, of_report)));
        return 0;
    }
    const Report report = report_named(session, args.words[1], args.text("method"));
    check_names(report, session.model());
    Rows rows(session, {"part", "name", "type", "default", "help"});
    rows.row({"report", report.name, report.path.empty() ? std::string(built_in) : report.path,
              Value(), report.help});
    if (!report.noun.empty())
        rows.row({"noun", report.noun, Value(), report.query, Value()});
    if (!report.period.empty())
        rows.row({"period", report.period, Value(), Value(), Value()});
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

int run_reports(Session& session, const Arguments& args) {
    const std::string folder = args.text("out");
    if (folder.empty())
        throw Error(Fault::usage, "missing", "report run requires a folder", "--out DIR");
    if (!is_folder(folder) && !session.dry_run)
        create_private_folder(folder);
    const std::string format = session.format.empty() ? "html" : session.format;
    session.format = format;
    std::vector<Entry> entries;
    for (const std::string& name : names_to_run(session, args)) {
        Arguments of_report = args;
        of_report.words = {name};
        of_report.line = "crm report " + name;
        Entry entry{.name = name, .file = file_name(name, format)};
        const auto text = session.captured([&] {
            const report::Answer answer = print_report(session, of_report);
            entry.title = answer.title;
            entry.help = answer.help;
            entry.rows = answer.result.rows.size();
        });
        write_file(folder + "/" + entry.file, text, !session.dry_run);
        entries.push_back(std::move(entry));
    }
    if (format == "html")
        write_file(folder + "/index.html", index_page(session, entries), !session.dry_run);
    if (!session.quiet)
        session.say(fmt::format("{} reports in {}", entries.size(), folder));
    return 0;
}

}  // namespace crm::cmd
