#pragma once

#include "mail/write.hpp"

#include <string>

namespace crm::cmd {

class Session;

/// Who gets a mail: a record with an address, or an address, with the record that has it. Throws
/// not_found, and usage for a record of a noun that has none.
mail::Recipient recipient(Session& session, const std::string& word);

}  // namespace crm::cmd
