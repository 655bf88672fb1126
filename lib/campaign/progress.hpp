#pragma once

#include "store/store.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace crm::campaign {

/// Which steps of a campaign have been queued, for which addresses and members. What was cancelled
/// before it left counts as not queued.
class Progress {
public:
    struct Last {
        std::int64_t step = 0;
        std::string sent_at;     ///< empty where it was not sent
        std::string state;       ///< of the delivery; empty where its mail is gone
        bool cancelled = false;  ///< the step after it was cancelled before it left
    };

    Progress(store::Store& store, std::int64_t campaign);

    /// By the key alone: it outlives the record of the campaign.
    bool has(const std::string& key);
    /// The last step that a member was queued for; step 0 where there is none.
    const Last& of(std::int64_t member) const;

private:
    sql::Statement with_key_;
    bool any_ = false;
    std::unordered_map<std::int64_t, Last> members_;
};

}  // namespace crm::campaign
