#pragma once

#include "store/store.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace crm::store {

/// Something that does not hold. Of no record in particular: id 0.
struct Finding {
    const meta::Entity* entity = nullptr;
    std::int64_t id = 0;
    std::string_view what;  ///< file, link, mirror, look-up, words, full text, counter
    std::string says;
    bool derived = false;  ///< rebuilding mends it
};

/// Looks whether everything in the store holds: the file itself, links, first values of lists,
/// look-ups, words, full text and counters. `progress` is told how many records are done.
void check(Store& store, const std::function<void(Finding)>& found,
           const std::function<void(std::int64_t)>& progress = {});

/// Makes look-ups, words and full text anew from the records, in one transaction. What people see
/// does not change, so it is no operation of the history.
void rebuild(Store& store, std::chrono::milliseconds wait);

}  // namespace crm::store
