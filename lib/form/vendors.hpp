#pragma once

#include <span>
#include <string_view>

/// What the columns of other programs' tables mean, as data.
namespace crm::form {

// clang-format off
/// Column headers and what they are for. Headers are separated by '|' and matched without regard to
/// case, blanks, hyphens and underscores; '#' stands for any digits or none. Targets:
///   FIELD                 a field of the noun; part of an address as address.city, the number of
///                         a house as address.house_number; `id`, `uid`
///   currency              the currency of all amounts of the row; FIELD.currency of one of them
///   FIELD(LABEL, …)       one value of a list, with labels; a label @HEADER is read from that
///                         column, '#' being the same digits
///   address(LABEL).PART   part of one of several addresses; the first that has anything is used
///   FIELD=WORD            sets WORD when the cell is anything but empty, no, false or 0
///   FIELD=WORD:A,B/C,D    sets WORD when the cell is A or B, and no when it is C or D; other cells
///                         are kept as text
///   TARGET & TARGET       both
///   ref                   the record's number in the program; FIELD=ref a link by such a number
///   account.TARGET        of the company that the person of the row belongs to
///   extra                 kept without meaning; extra!WORD: unless it is WORD
///   (nothing)             ignored
// clang-format on
struct Spelling {
    std::string_view headers;
    std::string_view target;
};

struct Vendor {
    std::string_view name;  ///< as in --from, and the system of external references
    /// Headers that only this program has: "a & b | c"; *x is any that ends in x.
    std::string_view signatures;
    std::span<const Spelling> columns{};  ///< where the program differs from `spellings`
    std::string_view company{};  ///< headers of a column that says whether the row is a company
};

/// In the order in which they are tried.
std::span<const Vendor> vendors();
/// What headers mean in any program's table of the noun, besides field names and their
/// `more.headers`.
/// In the order in which they are tried.
std::span<const std::span<const Spelling>> spellings(std::string_view noun);

}  // namespace crm::form
