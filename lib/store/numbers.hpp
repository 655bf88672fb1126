#pragma once

#include "store/store.hpp"

#include <cstdint>

namespace crm::store {

/// The numbers of a noun's records while one operation adds some: the counter, and the run of
/// records that was added.
class Numbers {
public:
    Numbers(Store& store, const meta::Entity& entity);

    /// Takes the next number for a new record.
    std::int64_t take();
    /// A record is added under a number of its own. A dump may leave numbers out: its records count
    /// as one run, from the first to the last.
    void include(std::int64_t id);
    /// Further records are numbered above this.
    void count_from(std::int64_t last);

    std::int64_t last() const { return last_; }
    /// The counter as the database has it.
    std::int64_t stored_last() const { return stored_last_; }
    /// The run that was added; 0 while there is none.
    std::int64_t first_added() const { return first_added_; }
    std::int64_t last_added() const { return last_added_; }
    std::int64_t added() const { return first_added_ == 0 ? 0 : last_added_ - first_added_ + 1; }
    bool is_new(std::int64_t id) const {
        return first_added_ != 0 && id >= first_added_ && id <= last_added_;
    }

    /// Writes the counter if it has changed.
    void write();

private:
    Store& store_;
    const meta::Entity& entity_;
    std::int64_t last_ = 0, stored_last_ = 0;
    std::int64_t first_added_ = 0, last_added_ = 0;
};

}  // namespace crm::store
