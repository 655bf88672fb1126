#pragma once

#include "query/check.hpp"

#include <span>
#include <string>
#include <vector>

namespace crm::query {

/// What a path ends at, after its steps.
struct Target {
    enum class Kind {
        field,   ///< a scalar field, or one part of it
        record,  ///< records or rows as such, one more step away: `account`, `contact` (reverse),
                 ///< `accounts`
        self,    ///< the record or row itself; only within every(…)
        id,
        uid,
        is,
    };
    Kind kind = Kind::field;
    Place place;                             ///< where the steps lead
    const meta::FieldInfo* field = nullptr;  ///< field; record by a link field
    std::vector<std::string> columns{};      ///< of the field or its part
    std::string words{};                     ///< the words column; empty where there is none
    Step step{};                             ///< record
};

struct Route {
    std::vector<Step> steps;
    Target target;
};

/// Follows a path. Throws unknown_field with the nearest names where it leads nowhere. `skip` names
/// have been followed already, to `from`.
Route follow(std::span<const Name> path, std::size_t skip, Place from, const Context& context,
             std::string_view query);

/// All that may begin a path at a place, for completion and suggestions.
std::vector<std::string> path_words(Place place, const meta::Model& model);

}  // namespace crm::query
