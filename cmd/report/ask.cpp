#include "cmd/report/ask.hpp"

#include "base/text.hpp"
#include "cmd/cli/limits.hpp"
#include "cmd/cli/session.hpp"
#include "cmd/report/computed.hpp"
#include "cmd/report/reports.hpp"
#include "cmd/report/value.hpp"
#include "report/gate_log.hpp"
#include "report/parameters.hpp"
#include "report/pivot.hpp"
#include "report/run.hpp"
#include "report/script.hpp"
#include "report/totals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iterator>
#include <new>
#include <optional>
#include <utility>

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

/// What --totals and --pivot ask of the source of a result.
struct Source {
    std::vector<std::string> groups;  ///< their names
    /// The rows of the report that is grouped by fewer fields.
    std::function<report::Result(const std::vector<std::string>& groups)> grouped_by;
    std::string no_totals;  ///< why it has none; empty where it has
    /// Figures of the values of one group cannot be added.
    bool always_grouped = false;
};

/// What the report shows, by the groups that are asked for: "won deals by owner".
std::string help_of(const Report& report, const report::Request& request) {
    std::string out = report.help;
    const std::size_t at = out.find(" by ");
    if (!request.by || *request.by == report.by || !report.group_sql.empty() || at == out.npos)
        return out;
    const std::size_t end = std::min(out.find(',', at), out.size());
    std::vector<std::string> names;
    for (const std::string_view name : text::split(std::string_view(*request.by), ','))
        names.emplace_back(text::trimmed(name));
    std::string groups = text::joined(names, " and ");
    std::ranges::replace(groups, '_', ' ');
    out.replace(at, end - at, groups.empty() ? "" : " by " + groups);
    return out;
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

/// The columns of a result that it is grouped by.
std::vector<std::string> group_columns(const report::Result& result) {
    std::vector<std::string> out;
    for (const report::Column& column : result.columns)
        if (column.group)
            out.push_back(column.name);
    return out;
}

/// Rows whose columns are added up.
Source sums_of(const report::Result& whole, std::vector<std::string> sums) {
    Source out;
    out.groups = group_columns(whole);
    out.grouped_by = [whole, sums = std::move(sums)](const std::vector<std::string>& groups) {
        return report::summed(whole, groups, sums);
    };
    return out;
}

Source source_of(Session& session, const Report& report, const report::Request& request,
                 const report::Result& whole) {
    if (!report.sums.empty())
        return sums_of(whole, report.sums);
    Source out;
    out.groups = groups_of(report, request);
    out.grouped_by = [&](const std::vector<std::string>& groups) {
        report::Request fewer = request;
        fewer.by = text::joined(groups, ",");
        return report::run(session.store(),
                           report::compile(report, fewer, session.resolver(), session.env.clock));
    };
    if (report.noun.empty())
        out.no_totals = fmt::format("{} has no totals: it has no groups", report.name);
    else if (!report.group_sql.empty())
        out.no_totals =
            fmt::format("{} has no totals: a record counts in several rows", report.name);
    out.always_grouped = !report.always.empty();
    return out;
}

void refuse_totals(const Source& source) {
    if (!source.no_totals.empty())
        throw Error(Fault::usage, "no_totals", source.no_totals, "leave out --totals");
}

/// A row for each prefix of the groups, and those of the whole report last. The figures are those
/// of the source, so that rates and means are right. What cannot be added stays apart in all.
void add_all_totals(const Source& source, report::Result& out) {
    refuse_totals(source);
    std::vector<std::string> names = source.groups;
    report::add_level(out);
    while (!names.empty()) {
        names.pop_back();
        report::add_totals(out, source.grouped_by(names), names.size());
    }
}

/// --pivot, with --totals a column and a row of them. The row stays last, whatever is sorted.
void pivot_result(const Source& source, const Arguments& args, report::Result& result) {
    const std::string figure = args.text("figure");
    std::vector<std::string> names = source.groups;
    if (!args.flag("totals") || names.size() < 2) {
        result = report::pivot(result, figure);
        return;
    }
    refuse_totals(source);
    if (source.always_grouped)
        throw Error(Fault::usage, "no_totals", "the report has no totals across its columns",
                    "leave out --totals");
    names.pop_back();
    const report::Result by_row = source.grouped_by(names);
    result = report::pivot(result, figure, &by_row);
}

std::vector<report::Row> grand_totals(const Source& source, const report::Result& result) {
    report::Result out{result.columns, {}, {}, {}};
    const bool has_level = out.place_of("level") < out.columns.size();
    if (!has_level)
        report::add_level(out);
    report::add_totals(out, source.grouped_by({}), 0);
    if (!has_level)
        for (report::Row& row : out.rows)
            row.pop_back();
    return out.rows;
}

/// The limits of SQL that a user wrote, while it runs. After the deadline the process ends.
class Limits {
public:
    Limits(const Session& session, const Report& report) : report_(report) {
        if (report.path.empty())
            return;
        limit_memory(most_memory_of_sql);
        deadline_.emplace(report::longest_run + grace_of_sql, too_long(), session.json_errors);
    }

    /// Calls `work`; that it needs more memory than it may is its fault, not that of the program.
    template <class Work>
    auto run(Work&& work) {
        try {
            return work();
        } catch (const std::bad_alloc&) {
            if (!deadline_)
                throw;
            throw too_large();
        } catch (const Error& e) {
            if (deadline_ && e.code == "too_long")
                throw too_long();
            if (deadline_ && e.code == "memory")
                throw too_large();
            throw;
        }
    }

private:
    /// With the line at which the statement begins.
    Error refused(std::string code, std::string_view what, std::string hint) const {
        const Error at = report_.fault_at(report_.sql_line, what);
        return {Fault::refused, std::move(code), at.message, std::move(hint)};
    }
    Error too_long() const {
        return refused("too_long", "the report took too long and was stopped",
                       "ask for less: LIMIT, GROUP BY or a condition");
    }
    Error too_large() const {
        return refused("too_much_memory",
                       "the report requires more memory than it may use: 256 MiB",
                       "ask for less: LIMIT, GROUP BY or fewer columns");
    }

    const Report& report_;
    std::optional<Deadline> deadline_;
};

/// -s, --limit, --totals and --pivot.
void shape_result(const Source& source, const Arguments& args, report::Result& result) {
    if (args.has("figure") && !args.flag("pivot"))
        throw Error(Fault::usage, "missing", "--figure requires --pivot",
                    "--by stage,owner --pivot --figure deals");
    if (args.flag("pivot"))
        pivot_result(source, args, result);
    if (args.has("sort"))
        report::sort_rows(result, args.text("sort"));
    if (const auto most = args.number("limit"))
        report::limit_rows(result, static_cast<std::size_t>(*most));
    if (args.flag("totals") && args.flag("pivot"))
        report::add_pivot_totals(result, args.text("figure"),
                                 source.grouped_by({source.groups.back()}), source.grouped_by({}));
    else if (args.flag("totals"))
        add_all_totals(source, result);
}

/// What is known before there are rows.
report::Answer answer_for(const Session& session, const Arguments& args, const Report& report,
                          const report::Request& request) {
    report::Answer out;
    out.name = report.name;
    out.title = title_of(report);
    out.help = help_of(report, request);
    out.noun = report.noun;
    out.period_field = report.period;
    out.chart = report.chart;
    out.period = request.period;
    out.days = args.dates("period", session.env.clock);
    out.filter = request.where;
    out.currency = request.currency;
    out.method = request.method;
    out.command = args.line;
    return out;
}

/// What C++ computes. Totals are the sums of the columns that can be added.
report::Answer ask_computed(Session& session, const Arguments& args, const Report& known,
                            const ComputedReport& report, AnswerFor reader) {
    check_options(report, args);
    Arguments of_rows = args;
    if (report.about_record)
        of_rows.words.resize(1);
    const report::Request request = request_of(of_rows);
    if (!request.parameters.empty())
        report::read_parameters(known, request.parameters, session.resolver(), session.env.clock);
    report::Answer out = answer_for(session, args, known, request);
    out.result = report.run(session, args);
    // Very many rows are not copied where nothing is added up.
    Source source;
    if (!report.sums.empty())
        source = sums_of(out.result, words_of(report.sums));
    if (source.groups.empty())
        source.no_totals = fmt::format("{} has no totals: its rows cannot be added up", out.name);
    shape_result(source, args, out.result);
    if (reader == AnswerFor::page && source.no_totals.empty() && !args.flag("pivot"))
        out.totals = grand_totals(source, out.result);
    return out;
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

report::Answer ask_sql(Session& session, const Arguments& args, const Report& report,
                       const report::Request& request, AnswerFor reader) {
    const report::Statement statement =
        report::compile(report, request, session.resolver(), session.env.clock);
    report::Answer out = answer_for(session, args, report, request);
    out.currency = statement.currency;
    out.result = report::run(session.store(), statement);
    if (report.name == "forecast" && !out.result.rows.empty())
        for (std::string& note : forecast_notes(session, args))
            out.result.notes.push_back(std::move(note));
    report::chart_order(report, out.result);
    const Source source = source_of(session, report, request, out.result);
    shape_result(source, args, out.result);
    if (reader == AnswerFor::page) {
        out.sql = report::as_script(statement);
        if (statement.entity != nullptr)
            out.records = report::count_records(session.store(), statement);
        if (source.no_totals.empty() && !args.flag("pivot"))
            out.totals = grand_totals(source, out.result);
    }
    return out;
}

}  // namespace

report::Statement compile_report(Session& session, const Arguments& args) {
    const Report report = report_named(session, args.words[0], args.text("method"));
    if (report.computed || computed_method(args.words[0], args.text("method")) != nullptr)
        throw Error(Fault::usage, "no_drill",
                    fmt::format("{} is computed: its rows are not groups of records", report.name),
                    "--drill works with reports that --by groups");
    refuse_computed_options(args);
    return report::compile(report, request_of(args), session.resolver(), session.env.clock);
}

std::string sql_of_report(Session& session, const Arguments& args) {
    const ComputedReport* method = computed_method(args.words[0], args.text("method"));
    if (method == nullptr && !report_named(session, args.words[0], args.text("method")).computed)
        return report::as_script(compile_report(session, args));
    const ComputedReport& report = method != nullptr ? *method : computed_report(args.words[0]);
    check_options(report, args);
    if (report.sql == nullptr || args.has("from"))
        throw Error(Fault::usage, "no_sql",
                    fmt::format("{} is computed, not selected", report.name),
                    fmt::format("crm report show {} says what it shows", report.name));
    return report.sql(session, args);
}

report::Answer ask_report(Session& session, const Arguments& args, AnswerFor reader) {
    if (args.words[0] == "gates")
        return ask_gates(session, args);
    if (const auto* computed = computed_method(args.words[0], args.text("method")))
        return ask_computed(session, args, described(*computed), *computed, reader);
    const Report report = report_named(session, args.words[0], args.text("method"));
    if (report.computed)
        return ask_computed(session, args, report, computed_report(report.name), reader);
    refuse_computed_options(args);
    const report::Request request = request_of(args);
    Limits limits(session, report);
    return limits.run([&] { return ask_sql(session, args, report, request, reader); });
}

}  // namespace crm::cmd
