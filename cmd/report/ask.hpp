#pragma once

#include "cmd/cli/arguments.hpp"
#include "report/answer.hpp"
#include "report/compile.hpp"

#include <string>
#include <vector>

/// Reports, as a command line asks for them.
namespace crm::cmd {

class Session;

/// Who reads the answer. A page also needs the number of records and the totals, which cost further
/// statements.
enum class AnswerFor : unsigned char { rows, page };

/// What a report answers to a command line: its name and the options that say what is asked (-p,
/// --by, --where, --in, --method, --totals, --pivot, -s, --limit). Nothing is printed: notes are in
/// the Result. Throws usage for a word that is not valid.
report::Answer ask_report(Session& session, const Arguments& args,
                          AnswerFor reader = AnswerFor::rows);

/// What --sql prints: the statement, or that of the input of what is computed. Throws usage where a
/// computed report has none.
std::string sql_of_report(Session& session, const Arguments& args);

/// The statement of a report that is not computed, for --drill.
report::Statement compile_report(Session& session, const Arguments& args);

}  // namespace crm::cmd
