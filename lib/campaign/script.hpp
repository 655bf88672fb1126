#pragma once

#include "store/record.hpp"
#include "store/resolve.hpp"

#include <cstdint>
#include <string>

/// What a seller says: a template of kind Script.
namespace crm::campaign {

/// Reads a script and all its versions as for records of a noun. Throws usage for a field that
/// these do not have.
void check_script(store::Resolver& resolver, const Clock& clock, std::int64_t script,
                  const meta::Entity& noun);

/// The script of a call list, filled for one person in their language; empty where it has none.
/// {{me.…}} is the user, {{about.…}} the list.
std::string script_for(store::Resolver& resolver, const Clock& clock, const store::Record& list,
                       const store::Record& who, std::int64_t user);

}  // namespace crm::campaign
