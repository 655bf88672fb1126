#pragma once

#include <cstddef>

namespace crm {

/// Brings in what nearly every command touches by two calls instead of a fault for each page: its
/// first heap, and where faults take long (a sixth of the time of a look-up on some virtual
/// machines) the program's text. Where the system cannot (before Linux 5.14) nothing happens, and
/// the faults come as ever.
void touch_memory();

/// The calling thread is going to hold about so many bytes: they come in huge pages where the
/// system has such. Nothing is taken before it is used.
void expect_memory(std::size_t bytes);

}  // namespace crm
