#pragma once

#include "store/store.hpp"

#include <cstdint>
#include <string>

/// Which database sends: a copy, a restored backup and a loaded export are not the one that queued
/// the mail, and would send it a second time.
namespace crm::mail {

/// Within a transaction, when mail is queued first: this database, where it is now, sends.
void settle_home(store::Store& store);
/// Within a transaction: it was loaded from an export and does not send before `adopt`.
void leave_home(store::Store& store);
/// Within a transaction: this database sends from now on, wherever it is.
void move_home(store::Store& store);
/// Whether it was copied or restored.
bool is_copy(store::Store& store);
/// Throws refused where it was.
void require_home(store::Store& store);

/// What the outbox keeps of itself in the table "store".
std::int64_t outbox_number(store::Store& store, std::string_view key);
void put_outbox_number(store::Store& store, std::string_view key, std::int64_t number);

}  // namespace crm::mail
