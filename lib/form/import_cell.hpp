#pragma once

#include "meta/type.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Single cells of foreign tables. Within form only.
namespace crm::form {

/// The orders in which the numbers of 03/04/2026 or 26-11-30 can be read: one bit for each
/// DateOrder; 0 where the cell is none such, or the order makes no difference.
std::uint8_t reading_orders(std::string_view cell);

/// A date, or a date and time, as ISO text; what cannot be read, or has two readings, stays as it
/// is for the field to refuse. Dates of nothing but zeros are empty.
std::string iso_cell(std::string_view cell, meta::Type type, std::optional<DateOrder> order);
/// A birthday of its parts, each of which may be missing: 1970-11-15, --11-15, 1970.
std::string birthday_of(std::string_view year, std::string_view month, std::string_view day);

/// "* Work" -> work, and whether the star marked it as preferred. Usual words are lower case,
/// others stay.
std::vector<std::string> labels_of(std::string_view cell, bool& preferred);

/// The names joined; names in Han, kana or hangul without blank, the family's first.
std::string whole_name(std::string_view given, std::string_view middle, std::string_view family);

/// "Weber, Hanna" in its parts; nothing for what is no name in this order: names of companies,
/// "John Smith, PhD".
struct InvertedName {
    std::string given;
    std::string family;
};
std::optional<InvertedName> inverted_name(std::string_view name);

/// Herr, Mrs., Mme …: what comes before a title.
bool is_salutation(std::string_view word);

/// What stands for an empty cell where no text is expected: -, n/a, unknown, NULL …
bool is_placeholder(std::string_view cell);

/// A long number as a spreadsheet shortens it, 4.91715E+11: its last digits are lost.
bool is_rounded_number(std::string_view cell);

/// A number that is not known exactly: 11-50, 1,000+, ~50, "over 200", "10,001+ employees".
bool is_vague_number(std::string_view cell);

/// The name that Exchange gives a mailbox within itself (X.500), /o=Corp/cn=Recipients/cn=ann: no
/// mail can be sent to it.
bool is_exchange_name(std::string_view cell);

/// The items of ["vip","gold"], as JSON and other languages write lists; nothing for what is no
/// such list.
std::optional<std::vector<std::string>> bracketed_items(std::string_view cell);

/// The part of an address that is put behind its street.
inline constexpr std::string_view house_number = "house_number";

/// Without white space at both ends; quick where there is none.
std::string_view bare(std::string_view cell);

/// Pieces of a cell that holds several values, cut at " ::: " or, for lists of words, at ; else |
/// else comma.
std::vector<std::string_view> pieces(std::string_view cell, bool words);

}  // namespace crm::form
