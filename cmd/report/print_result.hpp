#pragma once

#include "cmd/cli/print.hpp"
#include "report/answer.hpp"

#include <string>

/// What a report answers as rows of -o.
namespace crm::cmd {

/// The rows, with bars in a last column where a person reads them.
void print_result(Session& session, const report::Answer& answer, bool bars);

/// A table for reading has per cent, other formats have the number itself.
bool is_for_reading(const Session& session);
/// What is below the heading of a column.
show::Shape shape_of(report::ColumnType type);
/// A cell of such a column.
Value cell_of(const report::Column& column, const Value& value, bool for_reading);
/// Whether a program gets the short id of a record beside its name, in a column NAME_id.
bool has_id(const report::Column& column);
Value id_cell(std::string id);
/// The format that the name of a file asks for. Throws usage for an ending that is not known.
std::string format_of_file(const std::string& file);
/// Whether there is one.
bool names_a_format(std::string_view file);

}  // namespace crm::cmd
