#pragma once

#include <string_view>

namespace crm::sql {

/// The SQL of a computed field (meta::More::computed names it). In it, $ is the record, or the row
/// of a field of rows; @ is its noun; {$:@.total} is another field, {r:@.lines.net} one of a row
/// known as r; {now} is the present instant; a part in [] is left out where a noun that it reads
/// has no records.
struct Formula {
    std::string_view name;
    std::string_view value;
    std::string_view currency{};  ///< of an amount
};

/// Throws internal when there is none of that name.
const Formula& formula(std::string_view name);

}  // namespace crm::sql
