#pragma once

#include "store/store.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace crm::campaign {

/// Which steps of a campaign have been queued, for which addresses and members. What an undo took
/// back before it left, or was stopped, counts as not queued.
class Progress {
public:
    struct Last {
        std::int64_t step = 0;
        std::string sent_at;  ///< empty where it was not sent
        std::string state;    ///< of the delivery; empty where its mail is gone
    };

    Progress(store::Store& store, std::int64_t campaign);

    bool has(const std::string& key) const { return keys_.contains(key); }
    /// The last step that a member was queued for; step 0 where there is none.
    const Last& of(std::int64_t member) const;

private:
    std::unordered_set<std::string> keys_;
    std::unordered_map<std::int64_t, Last> members_;
};

}  // namespace crm::campaign
