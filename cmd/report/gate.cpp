#include "report/gate.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/limits.hpp"
#include "cmd/cli/session.hpp"
#include "cmd/report/ask.hpp"
#include "cmd/report/words.hpp"
#include "report/gate_count.hpp"
#include "report/gate_log.hpp"
#include "show/gates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

/// gate: limits on figures, for cron and continuous integration.
namespace crm::cmd {
namespace {

using report::Gate;
using report::GateResult;
using report::GateState;

std::vector<Gate> read_files(Session& session, const std::vector<std::string>& files) {
    std::vector<Gate> out;
    for (const std::string& file : files) {
        const std::string bytes = file == "-" ? session.read_input() : read_file(file);
        std::vector<Gate> gates =
            report::read_gates(file == "-" ? "standard input" : text::sanitised(file), bytes);
        std::ranges::move(gates, std::back_inserter(out));
    }
    return out;
}

/// --only: the gates of these names, and what is wrong with a file itself.
std::vector<Gate> chosen(std::vector<Gate> gates, const std::vector<std::string>& names) {
    if (names.empty())
        return gates;
    std::vector<std::string> known;
    for (const Gate& gate : gates)
        known.push_back(gate.name);
    for (const std::string& name : names) {
        if (std::ranges::find(known, name) != known.end())
            continue;
        Error e(Fault::usage, "unknown_gate",
                fmt::format("there is no gate '{}'", text::clipped(name, 60)));
        suggest_values(e, name, known);
        throw e;
    }
    std::erase_if(gates, [&](const Gate& gate) {
        const bool is_fault_of_file = gate.fault && gate.name == gate.file;
        return !is_fault_of_file && std::ranges::find(names, gate.name) == names.end();
    });
    return gates;
}

/// Asks one gate after the other. What is wrong with one does not keep the others from running.
class GateRunner {
public:
    explicit GateRunner(Session& session) : session_(session) {}

    GateResult run(const Gate& gate) {
        if (gate.fault)
            return report::broken(gate, *gate.fault);
        try {
            return ask(gate);
        } catch (const Error& e) {
            if (e.fault == Fault::io || e.fault == Fault::busy || e.fault == Fault::internal)
                throw;
            return report::broken(gate, e);
        }
    }

private:
    GateResult ask(const Gate& gate) {
        switch (gate.source) {
            case Gate::Source::records:
                return report::judge(
                    gate, report::count_records(session_.resolver(), session_.env.clock, gate));
            case Gate::Source::report:
                return ask_report_of(gate);
            case Gate::Source::sql:
                break;
        }
        return count_rows(gate);
    }

    GateResult ask_report_of(const Gate& gate) {
        report::Result figures;
        try {
            figures = ask_report(session_, report_arguments(session_, gate.report)).result;
        } catch (const Error& e) {
            throw report::gate_error(gate, "report", e);
        }
        std::vector<std::string> notes;
        GateResult out = report::judge(gate, figures, notes);
        for (const std::string& note : notes)
            session_.remark(fmt::format("note: {}: {}", text::visible(gate.name), note));
        return out;
    }

    GateResult count_rows(const Gate& gate) {
        if (!memory_is_limited_)
            limit_memory(most_memory_of_sql);
        memory_is_limited_ = true;
        const Error too_long = report::gate_error(
            gate, "sql",
            Error(Fault::refused, "too_long", "the statement took too long and was stopped",
                  "ask for less"));
        const Deadline deadline(most_time_of_sql + grace_of_sql, too_long, session_.json_errors);
        return report::judge(gate,
                             report::count_rows(session_.store().db(), gate, most_time_of_sql));
    }

    Session& session_;
    bool memory_is_limited_ = false;
};

std::string printed(const std::string& format, std::span<const GateResult> results) {
    if (format == "json" || format == "jsonl")
        return show::gates_json(results, format == "json");
    return format == "tap" ? show::gates_tap(results) : show::gates_text(results);
}

int exit_code(std::span<const GateResult> results) {
    const auto has = [&](GateState state) {
        return std::ranges::find(results, state, &GateResult::state) != results.end();
    };
    if (has(GateState::error))
        return static_cast<int>(Fault::usage);
    return has(GateState::fail) ? 1 : 0;
}

int run_gate(Session& session, const Arguments& args) {
    const std::vector<Gate> gates = chosen(read_files(session, args.words), args.list("only"));
    GateRunner runner(session);
    std::vector<GateResult> results;
    for (const Gate& gate : gates)
        results.push_back(runner.run(gate));
    session.out.write(printed(session.format, results));
    if (args.has("junit"))
        write_file(args.text("junit"), show::gates_junit(results), !session.dry_run);
    if (args.flag("record") && !session.dry_run) {
        session.open(sql::Mode::writing);
        report::record_gates(session.store(), results, session.env.clock.now, session.lock_wait);
    }
    return exit_code(results);
}

}  // namespace

Command gate_command() {
    return {
        .help = "Check limits on records, reports and SQL, for cron and CI",
        .needs = Needs::reading,
        .arguments = {{.name = "FILE",
                       .kind = Kind::input_file,
                       .required = true,
                       .many = true,
                       .help = "gates in TOML; - reads standard input"}},
        .options = {{.name = "only",
                     .kind = Kind::word,
                     .value = "NAME",
                     .help = "only the gate of this name; may be given several times",
                     .many = true},
                    {.name = "junit",
                     .kind = Kind::output_file,
                     .value = "FILE",
                     .help = "write the results as JUnit XML, too"},
                    {.name = "record",
                     .help = "keep the results in the database, for crm report gates"}},
        .formats = formats::gates,
        .run = run_gate,
        .details =
            "A gate is a limit on the records that a query finds, on the figures of a report or on "
            "the rows of an SQL statement. crm-gate(1) describes the file. The exit code is 0 if "
            "all gates pass or warn, 1 if one fails, and 2 if one is wrong: a wrong gate is never "
            "a pass, and the others still run. With --record the database is changed, but not its "
            "history.",
        .examples = {
            {"gate gates.toml", "check them all"},
            {"gate gates.toml -o tap --junit gates.xml", "for a CI job"},
            {"gate gates.toml --record", "every night, from cron; crm report gates shows them"}}};
}

}  // namespace crm::cmd
