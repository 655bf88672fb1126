#pragma once

#include "report/gate.hpp"
#include "store/resolve.hpp"
#include "time/date.hpp"

#include <chrono>

/// Counting what gates are about.
namespace crm::report {

/// The records of a gate's noun that its queries find. The sample are those that fail: what is
/// found where there may be at most so many, what is not found where there must be a share. Throws
/// usage with FILE:LINE.
GateCount count_records(store::Resolver& resolver, const Clock& clock, const Gate& gate);

/// The rows of a gate's statement, which may only read, takes no longer than `most`, and has no
/// more than a million of them. The connection can be used for nothing else afterwards. Throws
/// usage or refused with FILE:LINE.
GateCount count_rows(sql::Connection& connection, const Gate& gate, std::chrono::milliseconds most);

}  // namespace crm::report
