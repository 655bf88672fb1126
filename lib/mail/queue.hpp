#pragma once

#include "store/store.hpp"
#include "store/writer.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What people see of the outbox and do with it.
namespace crm::mail {

struct QueueRow {
    std::string id;  ///< of the mail, or of the member of a campaign
    std::string address, state;
    std::int64_t attempts = 0;
    std::string next_at, verdict, message_id;
};
/// Those in one of the states; what is not settled where none is given. Throws usage for a word
/// that is not a state.
std::vector<QueueRow> queue_rows(store::Store& store, std::span<const std::string> states);

enum class QueueChange { hold, release, cancel };
/// Holds, releases or cancels what has not left of a mail. False where that is done already.
/// Throws refused where nothing of it can be.
bool change_queued(store::Store& store, const store::Record& mail, QueueChange change);

/// Says what happened to a mail that is unsure or failed, in a transaction of the caller.
/// `address`: to one recipient; to all of them where it is empty. Throws refused where it is
/// neither.
void resolve(store::Store& store, const store::Record& mail, bool sent, std::string_view address,
             Instant now);
/// Writes and queues the same mail anew, with another Message-ID.
store::Record queue_again(store::Writer& writer, const store::Record& mail,
                          std::string_view address);

}  // namespace crm::mail
