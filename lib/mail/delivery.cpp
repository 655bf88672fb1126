#include "mail/delivery.hpp"

#include <algorithm>
#include <array>

namespace crm::mail {
namespace {

constexpr std::array<std::string_view, 8> words{"Draft", "Queued", "Held",   "Trying",
                                                "Sent",  "Failed", "Unsure", "Cancelled"};

}  // namespace

std::string_view word(State state) {
    return words[static_cast<std::size_t>(state)];
}

std::optional<State> state_named(std::string_view word) {
    const auto* it = std::ranges::find(words, word);
    if (it == words.end())
        return {};
    return static_cast<State>(it - words.begin());
}

Settled settle(Outcome outcome, int attempts, Instant due, Instant now, const RetryPolicy& policy) {
    switch (outcome) {
        case Outcome::accepted:
            return {State::sent, attempts + 1};
        case Outcome::refused:
            return {State::failed, attempts + 1};
        case Outcome::unanswered:
            return {State::unsure, attempts + 1};
        case Outcome::not_reached:
            return {State::queued, attempts};
        case Outcome::deferred:
            break;
    }
    if (now.seconds - due.seconds >= policy.life)
        return {State::failed, attempts + 1};
    const int doublings = std::min(attempts, 20);
    const std::int64_t delay = std::min(policy.first << doublings, policy.most);
    return {State::queued, attempts + 1, Instant{now.seconds + delay}};
}

State recovered(Mark mark, bool journal) {
    switch (mark) {
        case Mark::sent:
            return State::sent;
        case Mark::failed:
            return State::failed;
        case Mark::queued:
            return State::queued;
        case Mark::dot:
            return State::unsure;
        case Mark::none:
            break;
    }
    return journal ? State::queued : State::unsure;
}

bool may_hold(State state) {
    return state == State::queued;
}
bool may_release(State state) {
    return state == State::held;
}
bool may_cancel(State state) {
    return state == State::queued || state == State::held;
}
bool may_resolve(State state) {
    return state == State::unsure || state == State::failed;
}
bool has_left(State state) {
    return state == State::trying || state == State::sent || state == State::unsure;
}

}  // namespace crm::mail
