#pragma once

#include "store/store.hpp"
#include "store/writer.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What people see of the outbox and do with it.
namespace crm::mail {

struct Delivery;

/// What people name a delivery by: the id of the mail, or of the member of a campaign.
std::string queue_id(store::Store& store, const Delivery& delivery);

struct QueueRow {
    std::string id;  ///< queue_id
    std::string address, state;
    std::int64_t attempts = 0;
    std::string next_at, verdict, message_id;
};
/// Those in one of the states; what is not settled where none is given. Throws usage for a word
/// that is not a state.
std::vector<QueueRow> queue_rows(store::Store& store, std::span<const std::string> states);

// `what` is a mail, with all its recipients, or a member of a campaign, with the mail to them.

enum class QueueChange { hold, release, cancel };
/// Holds, releases or cancels what has not left. The number of mails that were changed: 0 where
/// that is done already. Throws refused where nothing can be.
std::size_t change_queued(store::Store& store, const store::Record& what, QueueChange change);

/// To how many members of a campaign a mail is; 0 for any other mail.
std::size_t members_of(store::Store& store, const store::Record& mail);

/// How many mails are unsure or failed. Throws refused where none is. `address`: to one recipient;
/// to all of them where it is empty.
std::size_t unresolved(store::Store& store, const store::Record& what, std::string_view address);
/// Says what happened to what is unsure or failed, in a transaction of the caller.
void resolve(store::Store& store, const store::Record& what, bool sent, std::string_view address,
             Instant now);
/// Writes and queues the same mails anew, with other Message-IDs.
std::vector<store::Record> queue_again(store::Writer& writer, const store::Record& what,
                                       std::string_view address);

}  // namespace crm::mail
