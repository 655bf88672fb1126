#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Numbers as tables write them, before they are read as amounts or quantities.
namespace crm {

/// 6.0E7 as other programs write it: 60000000. What is written otherwise stays.
std::string without_exponent(std::string_view number);

/// The digits with their marks, every blank between thousands as an apostrophe; empty if there is
/// anything else.
std::string digits_and_marks(std::string_view number);

/// What may separate the decimals: one bit for each mark.
enum DecimalMark : std::uint8_t { no_mark = 0, point = 1, comma = 2 };

/// The marks that may be the decimal one in a number such as 1.234,50, with or without a currency:
/// both for 1.234, which has two readings; none for what has no separator or is no number.
std::uint8_t decimal_marks(std::string_view number);

/// A number of two readings, rewritten so that it has the one with this decimal mark: 1.234 is 1234
/// with a comma and 1.2340 with a point. Any other stays.
std::string with_decimal_mark(std::string_view number, DecimalMark mark);

/// A whole number without its separators of thousands, whatever they are: 1.200, 1,200, 1 200 and
/// 1'200 are 1200; 1.200,00 too. What is written otherwise stays.
std::string without_thousands(std::string_view number);

/// A share of one as per cent: 0.9 is 90, 1.0 is 100. Nothing for what is not between 0 and 1.
std::optional<std::string> share_as_percent(std::string_view number);

}  // namespace crm
