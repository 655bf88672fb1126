#pragma once

#include <cstddef>

namespace crm {

/// Brings in what nearly every command touches, the program's text and its first heap, by two calls instead of a fault for
/// each page: the faults are a sixth of the time of a look-up, more on a virtual machine. Where the system cannot (before
/// Linux 5.14) nothing happens, and the faults come as ever.
void touch_memory();

/// The calling thread is going to hold about so many bytes: they come in huge pages where the system has such. Nothing is
/// taken before it is used.
void expect_memory(std::size_t bytes);

}  // namespace crm
