#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Telephone numbers: kept elsewhere as typed, here only what is compared.
namespace crm {

/// The number without the scheme of a link, tel:, callto: or sms:, with %20 and other escapes
/// decoded; what has no scheme, or no digit behind it, as it is.
std::string bare_phone(std::string_view typed);

/// The digits that are dialled, in ASCII, without +: up to the first pause, extension or word. A
/// trunk zero in parentheses, +44 (0)20 …, is not dialled from abroad and is left out.
std::string phone_digits(std::string_view typed);

/// The extension: 123 of "x123", "ext. 123", ";ext=123", "#123"; empty without one.
std::string phone_extension(std::string_view typed);

/// The number in the form of ITU-T E.164, "+4930123456". Numbers with + or the prefix for calls
/// abroad (00 or 011) go by their digits, without a trunk zero after the code of a country that
/// has one. Others are national numbers of `country` (ISO 3166, two letters, may be empty): where
/// libphonenumber is installed it says whether they are valid, otherwise their length decides.
/// Nothing for a number that is invalid or lacks its area.
std::optional<std::string> e164(std::string_view typed, std::string_view country);

/// The last seven digits, under which a number is looked up in any notation; all of a shorter one.
std::string phone_key(std::string_view typed);

/// Whether two notations may be the same number. Two complete numbers (as in e164) are compared as
/// a whole; an invalid national number is never a complete one; otherwise one is the other with
/// more in front, and at least seven digits agree. Numbers with different extensions differ.
bool same_phone(std::string_view a, std::string_view b, std::string_view country = {});

/// Whether the numbering plan of a country (ISO 3166, two letters) is known.
bool knows_country(std::string_view country);

}  // namespace crm
