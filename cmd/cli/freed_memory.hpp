#pragma once

namespace crm::cmd {

/// Memory that a command frees is needed again a moment later: it is kept, since each page that
/// goes back to the system and is asked for again costs some microseconds.
void keep_freed_memory();

}  // namespace crm::cmd
