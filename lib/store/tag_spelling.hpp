#pragma once

#include "store/store.hpp"

#include <set>
#include <string>
#include <string_view>

namespace crm::store {

/// How tags are spelled: the first spelling that was used is kept for all who look for one.
class TagSpelling {
public:
    explicit TagSpelling(Store& store) : store_(store) {}

    /// Remembers a tag's spelling; returns the one that is kept.
    std::string keep(std::string_view tag);

private:
    Store& store_;
    std::set<std::string, std::less<>> kept_;  ///< those that are kept as they are
};

}  // namespace crm::store
