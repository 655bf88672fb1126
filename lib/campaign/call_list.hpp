#pragma once

#include "campaign/call_hours.hpp"
#include "store/resolve.hpp"
#include "store/writer.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// Call lists: campaigns of type Telesales whose members are called, each number once.
namespace crm::campaign {

struct CallSettings {
    std::int64_t retry = std::int64_t{2} * 3600;  ///< seconds until nobody answered is tried again
    std::int64_t attempts = 5;                    ///< how often
};

/// How long whoever calls a member has them, and how long a callback waits for its seller; in
/// seconds.
inline constexpr std::int64_t lease = std::int64_t{30} * 60;

/// The call list that a reference names. Throws not_found; refused for another campaign.
store::Record call_list(store::Resolver& resolver, std::string_view reference);
/// All that are planned or active.
std::vector<store::Record> call_lists(store::Store& store);

/// A member with all that a call needs.
struct Callee {
    store::Record member, who;
    std::string number;
    std::string key;                 ///< of the number, as it is compared
    std::vector<std::string> zones;  ///< in which they may be; the first and the last of many

    /// The zone in which they are; empty where it is not known.
    std::string zone() const { return zones.size() == 1 ? zones.front() : std::string(); }
};

/// The members of lists that can still be called, as one user sees them at one time.
class CallQueue {
public:
    CallQueue(store::Store& store, const Clock& clock, std::vector<store::Record> lists,
              CallSettings settings, std::int64_t user);

    /// Who is next: callbacks whose time has come, those of the user first; then who was never
    /// called; then by the time at which they are to be called. Nobody who must not be called, is
    /// outside of their hours, or whose number another member has. Whom `accept` declines is passed
    /// over, here and in `next_time`.
    std::optional<Callee> first(const std::function<bool(const Callee&)>& accept = {});
    /// When the next of the others can be called; nothing where nobody is left.
    std::optional<Instant> next_time();
    /// Whom `next_time` found to be never within the hours, since they may be in several zones.
    std::int64_t without_hours() const { return without_hours_; }
    /// Members whom others are calling now.
    std::int64_t held() const { return held_; }

private:
    struct Entry {
        std::int64_t member = 0, list = 0, user = 0, attempts = 0;
        store::Found who;
        std::string next_at, leased_until, result;

        bool is_callback() const { return result == "Callback" || result == "Interested"; }
    };
    void read(const store::Record& list);
    bool is_left(const Entry& entry) const;
    bool is_held(const Entry& entry) const;
    /// From when on the user may call; nothing where somebody else does.
    std::optional<Instant> due(const Entry& entry) const;
    std::optional<Callee> callee(const Entry& entry);
    bool has_number_of_another(const Entry& entry, const Callee& callee);
    std::int64_t holder_of(std::int64_t list, const Callee& callee);
    void sort();

    store::Store& store_;
    const Clock& clock_;
    CallSettings settings_;
    std::int64_t user_;
    std::set<std::int64_t> away_;  ///< users who do not work here any more
    std::map<std::int64_t, CallHours> hours_;
    std::vector<Entry> entries_;
    std::map<std::pair<std::int64_t, std::string>, std::int64_t> holders_;  ///< by list and number
    std::set<std::int64_t> passed_over_;                                    ///< members
    std::int64_t held_ = 0, without_hours_ = 0;
};

/// Gives a member to the user who calls them for the time of the lease, and counts the attempt.
store::Record claim(store::Writer& writer, const store::Record& member, std::int64_t user);

/// The member that a user has: by `reference` (of the member or the person), else the only one that
/// was claimed and is not done. Throws not_found where there is none, ambiguous for several,
/// refused where somebody else has them.
store::Record held_member(store::Resolver& resolver, const Clock& clock, std::int64_t user,
                          std::string_view reference);

/// Gives a member back to the list. False where nobody had them. Throws refused where somebody else
/// has them.
bool release(store::Writer& writer, store::Record& member, std::int64_t user);

}  // namespace crm::campaign
