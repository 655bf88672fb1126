#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Telephone numbers: kept elsewhere as typed, here only what is compared.
namespace crm {

/// The digits that are dialled, in ASCII, "+" and prefixes as typed left out of account: up to the
/// first pause, extension or word behind them. A trunk zero in parentheses, +44 (0)20 …, is not
/// dialled from abroad and is left out.
std::string phone_digits(std::string_view typed);

/// The extension: 123 of "x123", "ext. 123", ";ext=123", "#123"; empty without one.
std::string phone_extension(std::string_view typed);

/// ITU-T E.164, "+4930123456": numbers with + (or the prefix for calls abroad, 00 or 011) by their
/// digits, without a trunk zero that was left standing behind the code of a country that has one;
/// others as dialled within `country` (ISO 3166, two letters, may be empty). Nothing where that
/// does not make a complete number.
std::optional<std::string> e164(std::string_view typed, std::string_view country);

/// The last seven digits, under which a number is looked up in any notation; all of a shorter one.
std::string phone_key(std::string_view typed);

/// Whether two notations may be one number. Where both are complete within `country` (as in e164)
/// these are compared; else one is the other with more in front, and at least seven digits agree.
/// Two numbers with different extensions are two.
bool same_phone(std::string_view a, std::string_view b, std::string_view country = {});

/// Whether the numbering plan of a country (ISO 3166, two letters) is known.
bool knows_country(std::string_view country);

}  // namespace crm
