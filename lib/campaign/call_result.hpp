#pragma once

#include "campaign/call_list.hpp"
#include "store/record.hpp"
#include "store/writer.hpp"

#include <optional>
#include <string>

/// What becomes of a member by the result of a call.
namespace crm::campaign {

/// The call as it is before it is added: about whom, in which list, by whom. `number`: dialled.
store::Record call_of(const store::Record& list, const store::Record& member,
                      const store::Record& who, const std::string& number, std::int64_t user);

/// Whether somebody was spoken to.
bool is_reached(std::string_view result);

/// Puts a result on a member, in memory: when they are called again, how far they got, and that
/// nobody calls them now. `callback`: of Callback, and of Interested. That nobody answered does not
/// change a result that ended it. Throws refused for one who objected to calls.
void put_result(store::Record& member, std::string_view result, std::optional<Instant> callback,
                std::int64_t user, const Clock& clock, const CallSettings& settings);

}  // namespace crm::campaign
