#pragma once

#include "store/resolve.hpp"
#include "time/date.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Segments: queries with a name, and lists that were frozen. Views: lists with a name.
namespace crm::segment {

/// NAME of @NAME.
std::string name_of(std::string_view reference);
/// Throws usage where a query could not refer to the name as @NAME.
void check_name(std::string_view name);

/// What a segment finds now.
struct Members {
    const meta::Entity* noun = nullptr;
    std::vector<std::int64_t> ids;  ///< ascending
};
Members members(store::Resolver& resolver, const Clock& clock, const store::Record& segment);

/// A new segment with a fixed list of records, which says where they came from. Throws refused
/// where there are none.
store::Record frozen(const store::Record& segment, const Members& members, std::string_view name,
                     Date day);

/// A record that only one of two segments finds.
struct Difference {
    std::int64_t id;
    bool in_first;
};
/// By id. Throws usage where the two are segments of different nouns.
std::vector<Difference> difference(const store::Record& first, const Members& in_first,
                                   const store::Record& second, const Members& in_second);

}  // namespace crm::segment
