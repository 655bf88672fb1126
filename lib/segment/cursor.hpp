#pragma once

#include "store/store.hpp"

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace crm::segment {

/// Remembers which records of a segment a job has done. Each change but `mark_within` is a
/// transaction of its own.
class Cursor {
public:
    Cursor(store::Store& store, std::string name, const meta::Entity& noun,
           std::chrono::milliseconds lock_wait);

    /// The members that are not done: those that entered the segment since the job ran.
    std::vector<std::int64_t> entered(const std::vector<std::int64_t>& members) const;
    /// Forgets records that are no members any more: who comes back has entered again. `members`
    /// ascend.
    void forget_others(const std::vector<std::int64_t>& members);
    void mark(const std::vector<std::int64_t>& records);
    /// Within the transaction that is open. False where another job was faster.
    bool mark_within(store::Store& store, std::int64_t record) const;

private:
    store::Store& store_;
    const std::string name_;
    const meta::Entity& noun_;
    const std::chrono::milliseconds lock_wait_;
    std::set<std::int64_t> done_;  ///< when the job began
};

}  // namespace crm::segment
