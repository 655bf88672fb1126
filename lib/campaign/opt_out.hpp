#pragma once

#include "store/record.hpp"
#include "store/writer.hpp"

namespace crm::campaign {

/// Writes that a member who opted out objects, for all addresses of the channel of the campaign: to
/// its topic, or to everything where it has none. False where the ledger says that already, or
/// the member has no address.
bool keep_opt_out(store::Writer& writer, const store::Record& member);

}  // namespace crm::campaign
