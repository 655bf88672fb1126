#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Standard input and the person at the terminal.
namespace crm::cmd {

/// All of standard input. Throws Error io.
std::string read_standard_input();

/// The references in what another command printed: the first column of each line, or the "id" of
/// each object of JSON (an array, or one object after the other). Throws usage for an object
/// without an "id" and for what is not JSON.
std::vector<std::string> references_in(std::string_view input, char separator);

/// Asks a question on standard error and reads the answer from the terminal; no is the default.
bool ask_yes_or_no(std::string_view question);

}  // namespace crm::cmd
