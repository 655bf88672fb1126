#pragma once

#include "form/row_plan.hpp"
#include "form/vendors.hpp"
#include "meta/entity.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// How the headers of a table's columns are matched with fields.
namespace crm::form {

/// The header of a table: each column's name in three forms.
struct Header {
    std::vector<std::string> names;  ///< as in the file
    std::vector<std::string> lower;  ///< in lower case
    std::vector<std::string> keys;   ///< without case, blanks, hyphens and underscores
};
Header read_header(std::span<const std::string_view> cells);

/// Whether a header is one of the patterns, which are separated by '|'. `digits` gets what stood
/// for a '#'.
bool header_matches(std::string_view patterns, std::string_view key, std::string& digits);

/// The program whose export has such a header; null if none is known.
const Vendor* recognised_vendor(const Header& header);

/// Whether a column of that name is known to belong to the noun, whatever program wrote the table.
bool is_known_header(const meta::Entity& entity, std::string_view name);

/// Whether a column of that name is known to hold a field of the noun, such as emails.
bool is_header_of(const meta::Entity& entity, std::string_view name, std::string_view field);

/// Plans what a column is for. In this order decide: the program's own headers, headers that mean
/// different things beside others, our field names, what headers usually mean. False for a column
/// that nothing knows; it is kept as an extra property.
bool match_column(RowPlan& plan, std::size_t column, const Header& header, const Vendor* vendor);

}  // namespace crm::form
