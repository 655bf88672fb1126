#pragma once

#include "time/date.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

/// How far one mail to one address got: the states of the outbox and what leads from one to the
/// next. Pure functions; what is stored is in outbox.hpp.
namespace crm::mail {

enum class State : std::uint8_t {
    draft,
    queued,
    held,
    trying,  ///< may be under way; committed before the first command to the server
    sent,
    failed,
    unsure,  ///< all of it was sent and no answer came: never sent again by itself
    cancelled,
};
/// The words of `recipients.state`.
std::string_view word(State state);
std::optional<State> state_named(std::string_view word);

/// What became of one attempt.
enum class Outcome : std::uint8_t {
    accepted,     ///< 250 after the final dot
    deferred,     ///< 4xx
    refused,      ///< 5xx, or it cannot be composed or offered
    not_reached,  ///< no connection, or it ended before the final dot
    unanswered,   ///< the final dot was written, and no answer came
};

struct RetryPolicy {
    std::int64_t first = 300;           ///< seconds until the second attempt; doubled each time
    std::int64_t most = 4 * 60 * 60;    ///< seconds between two attempts
    std::int64_t life = 5 * 24 * 3600;  ///< seconds after which a mail that is deferred fails
};

struct Settled {
    State state;
    int attempts;                      ///< counted so far
    std::optional<Instant> next_at{};  ///< of a queued one that waits
};

/// What follows from an attempt. `attempts` were counted before it; `due` is when the mail was to
/// be sent first.
Settled settle(Outcome outcome, int attempts, Instant due, Instant now, const RetryPolicy& policy);

/// A mark of the journal (journal.hpp).
enum class Mark : char {
    none = 0,
    dot = 'D',  ///< written before the bytes that hold the final dot
    sent = 'S',
    queued = 'Q',  ///< nothing left, or the server wants it later
    failed = 'F',
};

/// What a mail that was under way when the program ended has become. `journal`: it is that of the
/// batch and was written since the machine started, so that the absence of a mark counts.
State recovered(Mark mark, bool journal);

/// What people may do.
bool may_hold(State state);     ///< queued
bool may_release(State state);  ///< held
bool may_cancel(State state);   ///< queued and held
bool may_resolve(State state);  ///< unsure and failed
/// Whether the world may have seen it.
bool has_left(State state);

}  // namespace crm::mail
