#include "cmd/report/ask.hpp"

#include "cmd/cli/parse.hpp"
#include "cmd/cli/session.hpp"
#include "cmd/report/reports.hpp"
#include "report/pivot.hpp"
#include "report/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

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
    return out;
}

/// The words after `crm report`, as the command line reads them.
Arguments read_words(Session& session, const std::vector<std::string>& words) {
    static constexpr std::string_view asked[] = {"by",     "period", "where",  "method", "in",
                                                 "totals", "pivot",  "figure", "sort",   "limit"};
    std::vector<std::string> line = {"report"};
    line.insert(line.end(), words.begin(), words.end());
    Arguments args = parse(line, session.model()).args;
    if (args.words.empty())
        throw Error(Fault::usage, "missing", "the name of a report is missing",
                    "crm report lists them");
    for (const auto& [name, value] : args.options)
        if (std::ranges::find(asked, name) == std::end(asked))
            throw Error(Fault::usage, "unknown_option",
                        fmt::format("{}: --{} cannot be used here", args.words[0], name),
                        "only options that say what is asked: -p, --by, --where, --in, --method");
    return args;
}

/// A title for people: "Win rate".
std::string title_of(const Report& report) {
    std::string name = report.name;
    std::ranges::replace(name, '-', '_');
    return report::Column{.name = name}.heading();
}

}  // namespace

report::Statement compile_report(Session& session, const Arguments& args) {
    const std::vector<Report> known = known_reports(session.config);
    const Report& report = report::find_report(known, args.words[0], args.text("method"));
    return report::compile(report, request_of(args), session.resolver(), session.env.clock);
}

report::Answer ask_report(Session& session, const Arguments& args, AnswerFor reader) {
    const std::vector<Report> known = known_reports(session.config);
    const Report& report = report::find_report(known, args.words[0], args.text("method"));
    report::Request request = request_of(args);
    const auto compile = [&] {
        return report::compile(report, request, session.resolver(), session.env.clock);
    };
    const report::Statement statement = compile();
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
    if (args.flag("pivot"))
        out.result = report::pivot(out.result);
    if (reader == AnswerFor::page)
        out.records = report::count_records(session.store(), statement);
    return out;
}

report::Answer ask_report(Session& session, const std::vector<std::string>& words,
                          AnswerFor reader) {
    return ask_report(session, read_words(session, words), reader);
}

}  // namespace crm::cmd
