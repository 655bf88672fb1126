#pragma once

#include "store/resolve.hpp"

#include <string>
#include <vector>

/// Linking two records, whichever of them has the field for it.
namespace crm::store {

/// The field in which the record `from` has, or can have, a link to the record `to`.
struct LinkPlace {
    Found from, to;
    const meta::FieldInfo* field = nullptr;
};

/// What a link has besides the record that it leads to.
struct LinkDetails {
    std::string role;                ///< empty: none
    std::vector<std::string> dates;  ///< as in a list's text: "since 2024-01-01"
};

/// The best field of either record: a list of such links, then one of links to any noun, then a
/// single link. Throws refused where neither has one.
LinkPlace link_between(const Found& one, const Found& other);

/// Links the record `from` in memory. Throws usage for a role where the field has none.
void put_link(Record& from, const LinkPlace& place, const LinkDetails& details, Resolver& resolver,
              const meta::Reading& how);
/// Removes the link in memory; nothing changes where it is not there.
void take_link(Record& from, const LinkPlace& place, Resolver& resolver, const meta::Reading& how);

}  // namespace crm::store
