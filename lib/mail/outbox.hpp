#pragma once

#include "mail/delivery.hpp"
#include "mail/journal.hpp"
#include "store/consent.hpp"
#include "store/record.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The outbox: the rows of `mail.recipients`. They say what happened in the world, so they are not
/// in the history and no undo changes them. All of it happens in a transaction of the caller.
namespace crm::mail {

/// One mail to one address.
struct Delivery {
    std::int64_t mail = 0;
    std::int64_t position = 0;
    std::string address;
    State state = State::queued;
    std::string verdict;
    int attempts = 0;
    Instant due;  ///< when it was to be sent first
    const meta::Entity* who_noun = nullptr;
    std::int64_t who = 0;
    std::int64_t campaign = 0;  ///< 0: of no campaign
    std::int64_t member = 0;
    std::int64_t step = 0;

    /// Its number in the journal.
    std::int64_t id() const { return mail << 10 | position; }
};
inline constexpr std::size_t most_recipients = 1000;  ///< of one mail

/// Which deliveries are looked for.
struct DeliveryFilter {
    std::optional<State> state{};
    std::optional<Instant> due{};  ///< queued ones that may be sent by then
    std::optional<std::int64_t> mail{};
    std::optional<std::int64_t> member{};  ///< of a campaign
};
/// In the order of the mails. Mails that were removed or undone are among them.
std::vector<Delivery> deliveries(store::Store& store, const DeliveryFilter& filter,
                                 std::size_t most = static_cast<std::size_t>(-1));
/// Whether the database ever had one.
bool has_outbox(store::Store& store);

/// Writes the state of a delivery. An empty verdict leaves the one that is there.
void put_state(store::Store& store, const Delivery& delivery, State state,
               std::string_view verdict = {});
/// What an attempt came to; a mail that was sent first has the time of it.
void put_settled(store::Store& store, const Delivery& delivery, const Settled& settled,
                 std::string_view verdict, Instant now);
void put_next_at(store::Store& store, const Delivery& delivery, Instant at);

/// Why a delivery must not leave any more: its mail or its recipient was removed, or the owner of
/// the address objects. Nothing when it may.
std::optional<std::string> reason_to_cancel(store::Store& store, store::ConsentLedger& ledger,
                                            const Delivery& delivery);

/// Settles what was under way when a program that sent ended without doing so. Returns what failed
/// then, or may have been sent, with the reason.
std::vector<Delivery> recover(store::Store& store, const Journal& journal, Instant now);

/// What `crm mail adopt` did.
struct Adopted {
    std::int64_t held = 0;
    std::int64_t unsure = 0;
};
/// The database sends from now on: its journal settles what that knows, what else was under way is
/// unsure, what was queued is held.
Adopted adopt(store::Store& store, const Journal& journal, Instant now);

/// When the database was changed last, as its history has it: a copy knows what happened until
/// then. Empty where it never was.
std::string last_change(store::Store& store);

/// Gives a mail that was added its Message-ID, which follows from its number.
void put_message_id(store::Store& store, store::Record& mail);

/// Keys of the numbers in home.hpp: the batch under way, and the journal that knows it.
inline constexpr std::string_view batch_key = "outbox_batch", journal_key = "outbox_journal";

}  // namespace crm::mail
