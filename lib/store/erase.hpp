#pragma once

#include "store/writer.hpp"

#include <string>
#include <vector>

/// Erasing personal data: from the records, the history, the full text and the free
/// pages of the file.
namespace crm::store {

/// What is about a person and not about others: the leads that they were, mails from, to and about
/// them, notes, calls, tasks and attachments about them, records that were merged into them; from
/// the trash too.
std::vector<Record> personal_records(Store& store, const Record& person);

struct Erased {
    std::vector<std::string> ids;  ///< what was removed: personal_records, and the person
    bool suppressed = false;       ///< that they may not be written to or called stays, as a hash
};

/// Erases a person, or anybody whose noun has e-mail addresses. Commands of the history that name
/// them say "(erased)"; in notes and queries of others "erased" stands for their full name, their
/// addresses and numbers, those that they had, too.
Erased erase(Writer& writer, const Record& person);

/// After the commit: rewrites the file, so that nothing is left in it of what earlier commands
/// freed.
void wipe_free_pages(sql::Connection& db);

}  // namespace crm::store
