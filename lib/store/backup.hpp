#pragma once

#include "store/store.hpp"
#include "time/date.hpp"

#include <string>
#include <vector>

/// Copies of the whole database. A copy is checked before it gets its name, so what has the name is
/// complete, also after a crash. All throw Error io where the copy is damaged or cannot be written.
namespace crm::store {

/// Copies the database to a file that does not exist yet, even while others write. Throws refused
/// `exists`.
void back_up(Store& store, const std::string& path);

/// Copies the database into a folder, under a name by the time that no other file has:
/// crm-20261125T100000Z.db, crm-20261125T100000.2Z.db, … Returns the path.
std::string back_up_by_time(Store& store, const std::string& folder, Instant now);
/// The path that `back_up_by_time` would choose now.
std::string next_backup(const std::string& folder, Instant now);

/// Deletes all but the newest `keep` copies that are named by the time.
void delete_old_backups(const std::string& folder, std::size_t keep);

}  // namespace crm::store
