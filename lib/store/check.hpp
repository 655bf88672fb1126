#pragma once

#include "meta/type.hpp"
#include "store/store.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace crm::store {

/// A problem in the database. Of no record in particular: id 0.
struct Finding {
    const meta::Entity* entity = nullptr;
    std::int64_t id = 0;
    std::string_view what;  ///< file, link, mirror, value, rule, look-up, words, full text, due
                            ///< time, counter
    std::string says;
    bool derived = false;          ///< rebuilding repairs it
    std::string hint{};            ///< how to correct it
    Fault fault = Fault::refused;  ///< with which this would have been refused
};

/// The error of a stored value that could not be entered: from a change in SQL, an older release or
/// another configuration. Links and rows have none of their own.
std::optional<Error> invalid_value(const meta::FieldInfo& field, std::span<const View> cells,
                                   const meta::Reading& how);

/// Checks everything in the database: the file itself, links, first values of lists, values, rules,
/// look-ups, words, full text, due times and counters. `user`: who `me` is in a stored query.
/// `progress` hears how many records are done.
void check(Store& store, const Clock& clock, const std::string& user,
           const std::function<void(Finding)>& found,
           const std::function<void(std::int64_t)>& progress = {});

/// The same of what the records say themselves: first values of lists, values, rules and links to
/// any noun. Everything that was changed is written already.
void check_contents(Store& store, const Clock& clock, const std::string& user,
                    const std::function<void(Finding)>& found);

/// Rebuilds look-up keys, search text, the full-text index and due times of tickets from the
/// records, in one transaction. What people entered does not change, so it is not an operation of
/// the history.
void rebuild(Store& store, const Clock& clock, std::chrono::milliseconds wait);

}  // namespace crm::store
