#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace crm::cmd {

/// Prints the error on standard error, as at most four lines or as one JSON object. Returns its
/// exit code.
int print_error(const Error& error, bool as_json);

/// Prints the error of one row of a file as one JSON object with `file` and `line`.
void print_row_error(const Error& error, std::string_view file, long line);

/// Whether errors are to be JSON, for a command line that could not be read.
bool wants_json_errors(const std::vector<std::string>& args);

}  // namespace crm::cmd
