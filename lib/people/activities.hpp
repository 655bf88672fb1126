#pragma once

#include "store/resolve.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What was and is to be done about a record.
namespace crm::people {

/// A note, call, meeting, task or mail.
struct Activity {
    const meta::Entity* entity = nullptr;
    std::int64_t id = 0;
    std::string at;                             ///< when: an instant or a day
    const meta::FieldInfo* at_field = nullptr;  ///< which of them
};

/// Whether the records of a noun are activities.
bool is_activity(const meta::Entity& entity);

/// The activities that link to a record, those of an account also by way of its people and deals;
/// each once, the newest first.
std::vector<Activity> activities(store::Store& store, const store::Found& about);

}  // namespace crm::people
