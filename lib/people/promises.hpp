#pragma once

#include "store/resolve.hpp"
#include "time/date.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What colleagues promised a customer, and whether it was kept.
namespace crm::people {

enum class PromiseState {
    broken,  ///< open past its day
    open,
    kept,
    taken_back,
};
std::string_view state_name(PromiseState state);

/// A task that was with promised_to or promised_in.
struct Promise {
    std::string id;
    std::string subject;
    std::string due;
    std::string to;  ///< the name of the contact
    std::string in;  ///< where it was said
    std::string by;  ///< the name of the owner
    std::string about;
    std::string about_id;
    std::string uid;
    std::string updated_at;
    PromiseState state = PromiseState::open;
    std::vector<std::string> contradicts;  ///< ids of other promises

    /// Neither kept nor cancelled.
    bool pending() const { return state == PromiseState::open || state == PromiseState::broken; }
};

/// The promises that are about an account or one of its deals, quotes, orders or tickets, or were
/// made to one of its contacts. First those that contradict each other: two colleagues promised the
/// same for different days, or different things about the same deal, quote, order or ticket. Then
/// what is broken, what is open, and the rest, each by its day.
std::vector<Promise> promises_to(store::Resolver& resolver, const Clock& clock,
                                 const store::Found& account);

/// The promises that were made to a person or are about them, the last one first; of an account all
/// of promises_to.
std::vector<Promise> promises_with(store::Resolver& resolver, const Clock& clock,
                                   const store::Found& who);

}  // namespace crm::people
