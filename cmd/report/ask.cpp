#include "cmd/report/ask.hpp"

#include "base/text.hpp"
#include "cmd/cli/limits.hpp"
#include "cmd/cli/session.hpp"
#include "cmd/report/reports.hpp"
#include "report/gate_log.hpp"
#include "report/pivot.hpp"
#include "report/run.hpp"
#include "report/totals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>

namespace crm::cmd {
namespace {

using report::Report;

report::Request request_of(const Arguments& args) {
    report::Request out;
    if (args.has("by"))
        out.by = args.text("by");
    out.where = args.text("where");
    out.period = args.text("period");
    out.method = args.text("method");
    out.currency = args.text("in");
    out.parameters.assign(args.words.begin() + 1, args.words.end());
    return out;
}

/// A title for people: "Win rate".
std::string title_of(const Report& report) {
    if (!report.title.empty())
        return report.title;
    std::string name = report.name;
    std::ranges::replace(name, '-', '_');
    return report::Column{.name = name}.heading();
}

/// Whether it can be run with fewer groups.
bool has_totals(const Report& report) {
    return report.group_sql.empty() && (!report.over_views() || !report.noun.empty());
}

/// The rows of a report that is grouped by fewer fields.
report::Result grouped_by(Session& session, const Report& report, report::Request request,
                          std::string by) {
    request.by = std::move(by);
    return report::run(session.store(),
                       report::compile(report, request, session.resolver(), session.env.clock));
}

void refuse_totals(const Report& report) {
    if (report.over_views() && report.noun.empty())
        throw Error(Fault::usage, "no_totals",
                    fmt::format("{} has no totals: it has no groups", report.name),
                    "leave out --totals");
    if (!report.group_sql.empty())
        throw Error(Fault::usage, "no_totals",
                    fmt::format("{} has no totals: a record counts in several rows", report.name),
                    "leave out --totals");
}

/// The fields that a report is grouped by, without the one that it always is.
std::vector<std::string> groups_of(const Report& report, const report::Request& request) {
    const std::string by = request.by.value_or(report.by);
    std::vector<std::string> out;
    for (const std::string_view name : text::split(std::string_view(by), ','))
        if (!text::trimmed(name).empty() && text::trimmed(name) != report.always)
            out.emplace_back(text::trimmed(name));
    return out;
}

/// A row for each prefix of the groups, and those of the whole report last. The figures are those
/// of the source, so that rates and means are right. What cannot be added stays apart in all.
void add_all_totals(Session& session, const Report& report, const report::Request& request,
                    report::Result& out) {
    refuse_totals(report);
    std::vector<std::string> names = groups_of(report, request);
    report::add_level(out);
    while (!names.empty()) {
        names.pop_back();
        const report::Result fewer = grouped_by(session, report, request, text::joined(names, ","));
        report::add_totals(out, fewer, names.size());
    }
}

/// --pivot, with --totals a column and a row of them. The row stays last, whatever is sorted.
void pivot_result(Session& session, const Report& report, const report::Request& request,
                  const Arguments& args, report::Result& result) {
    const std::string figure = args.text("figure");
    std::vector<std::string> names = groups_of(report, request);
    if (!args.flag("totals") || names.size() < 2) {
        result = report::pivot(result, figure);
        return;
    }
    refuse_totals(report);
    if (!report.always.empty())
        throw Error(Fault::usage, "no_totals",
                    fmt::format("{} has no totals across its columns", report.name),
                    "leave out --totals");
    names.pop_back();
    const report::Result by_row = grouped_by(session, report, request, text::joined(names, ","));
    result = report::pivot(result, figure, &by_row);
}

void add_totals_of_pivot(Session& session, const Report& report, const report::Request& request,
                         const Arguments& args, report::Result& result) {
    const std::string last = groups_of(report, request).back();
    report::add_pivot_totals(result, args.text("figure"),
                             grouped_by(session, report, request, last),
                             grouped_by(session, report, request, ""));
}

std::vector<report::Row> grand_totals(Session& session, const Report& report,
                                      const report::Request& request,
                                      const report::Result& result) {
    report::Result out{result.columns, {}, {}, {}};
    const bool has_level = out.place_of("level") < out.columns.size();
    if (!has_level)
        report::add_level(out);
    report::add_totals(out, grouped_by(session, report, request, ""), 0);
    if (!has_level)
        for (report::Row& row : out.rows)
            row.pop_back();
    return out.rows;
}

/// The limits of SQL that a user wrote, while it runs. After the deadline the process ends.
class Limits {
public:
    Limits(const Session& session, const Report& report) {
        if (report.path.empty())
            return;
        limit_memory(most_memory_of_sql);
        deadline_.emplace(report::longest_run + grace_of_sql,
                          Error(Fault::refused, "too_long",
                                "the report took too long and was stopped", "ask for less"),
                          session.json_errors);
    }

private:
    std::optional<Deadline> deadline_;
};

/// -s, --limit, --totals and --pivot.
void shape_result(Session& session, const Report& report, const report::Request& request,
                  const Arguments& args, report::Result& result) {
    if (args.has("figure") && !args.flag("pivot"))
        throw Error(Fault::usage, "missing", "--figure requires --pivot",
                    "--by stage,owner --pivot --figure deals");
    if (args.flag("pivot"))
        pivot_result(session, report, request, args, result);
    if (args.has("sort"))
        report::sort_rows(result, args.text("sort"));
    if (const auto most = args.number("limit"))
        report::limit_rows(result, static_cast<std::size_t>(*most));
    if (args.flag("totals") && args.flag("pivot"))
        add_totals_of_pivot(session, report, request, args, result);
    else if (args.flag("totals"))
        add_all_totals(session, report, request, result);
}

/// What `gate --record` has kept.
report::Answer ask_gates(Session& session, const Arguments& args) {
    for (const std::string_view option :
         {"by", "where", "period", "method", "in", "totals", "pivot", "figure"})
        if (args.has(option))
            throw Error(Fault::usage, "unknown_option",
                        fmt::format("gates: --{} cannot be used here", option),
                        "-s and --limit can");
    report::Answer out;
    out.name = "gates";
    out.title = "Gates";
    out.help = "how the gates did that crm gate --record has kept";
    out.command = args.line;
    out.result = report::gate_history(session.store(), session.env.clock);
    if (args.has("sort"))
        report::sort_rows(out.result, args.text("sort"));
    if (const auto most = args.number("limit"))
        report::limit_rows(out.result, static_cast<std::size_t>(*most));
    return out;
}

}  // namespace

report::Statement compile_report(Session& session, const Arguments& args) {
    const Report report = report_named(session, args.words[0], args.text("method"));
    return report::compile(report, request_of(args), session.resolver(), session.env.clock);
}

report::Answer ask_report(Session& session, const Arguments& args, AnswerFor reader) {
    if (args.words[0] == "gates")
        return ask_gates(session, args);
    const Report report = report_named(session, args.words[0], args.text("method"));
    const report::Request request = request_of(args);
    const Limits limits(session, report);
    const report::Statement statement =
        report::compile(report, request, session.resolver(), session.env.clock);
    report::Answer out;
    out.name = report.name;
    out.title = title_of(report);
    out.help = report.help;
    out.noun = report.noun;
    out.period_field = report.period;
    out.period = request.period;
    out.days = args.dates("period", session.env.clock);
    out.filter = request.where;
    out.currency = statement.currency;
    out.method = request.method;
    out.command = args.line;
    out.sql = report::as_script(statement);
    out.result = report::run(session.store(), statement);
    shape_result(session, report, request, args, out.result);
    if (reader == AnswerFor::page) {
        if (statement.entity != nullptr)
            out.records = report::count_records(session.store(), statement);
        if (has_totals(report) && !args.flag("pivot"))
            out.totals = grand_totals(session, report, request, out.result);
    }
    return out;
}

}  // namespace crm::cmd
