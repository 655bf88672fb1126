#pragma once

#include "store/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The reporting lines of a company.
namespace crm::people {

struct OrgEntry {
    std::int64_t id = 0;  ///< of the contact
    std::string name;
    std::string title;
    std::string department;
    std::int64_t reports_to = 0;  ///< 0: not known
    int level = 0;                ///< 0: at the top
    std::string gap;              ///< what is missing or does not fit; empty where all is known
};

/// Those who work at an account on that day, each after the person they report to. A gap is named
/// where no manager is known, where a department has several heads, where the manager works
/// elsewhere, and where people report in a circle.
std::vector<OrgEntry> org_chart(store::Store& store, std::int64_t account, std::string_view day);

}  // namespace crm::people
