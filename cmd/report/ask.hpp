#pragma once

#include "cmd/cli/arguments.hpp"
#include "report/answer.hpp"
#include "report/compile.hpp"

#include <string>
#include <vector>

/// Reports, asked as a person asks them.
namespace crm::cmd {

class Session;

/// Who reads the answer. A page also needs the number of records and the totals, which cost further
/// statements.
enum class AnswerFor : unsigned char { rows, page };

/// What a report answers to the words that a person types after `crm report`: the name, PARAM=VALUE
/// and the options that say what is asked (-p, --by, --where, --in, --method, --pivot):
///
///     const report::Answer answer = ask_report(session, {"targets", "-p", "this quarter"});
///
/// Works for every report that has a name or a path. Nothing is printed: notes are in the Result.
/// Throws as the command does: usage for a word that is not valid, and for an option that says how
/// to print (-o, --out, --sql, --drill).
report::Answer ask_report(Session& session, const std::vector<std::string>& words,
                          AnswerFor reader = AnswerFor::rows);
/// The same of a command line that is parsed; options of printing are not looked at.
report::Answer ask_report(Session& session, const Arguments& args,
                          AnswerFor reader = AnswerFor::rows);

/// The statement of a report, for --sql and --drill.
report::Statement compile_report(Session& session, const Arguments& args);

}  // namespace crm::cmd
