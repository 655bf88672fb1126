#pragma once

#include "knowledge/redaction.hpp"
#include "store/store.hpp"

#include <span>
#include <string>

namespace crm::knowledge {

/// Adds all that tells whose a ticket is to what is taken out: names, domains, streets, serial
/// numbers and references of its contact, its account, the people of the account, and those that
/// have one of the addresses, which are of the mail about it. Words of product names and common
/// words of the knowledge base stay.
void add_customer(store::Store& store, const store::Record& ticket,
                  std::span<const std::string> addresses, Redaction& out);

}  // namespace crm::knowledge
