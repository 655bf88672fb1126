#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crm {

/// Minor units (cents) of an ISO 4217 currency.
struct Money {
    std::int64_t minor = 0;
    std::string currency;
    bool operator==(const Money&) const = default;
};

/// A number as typed: `digits` × 10^-`scale`, and the currency where one was named (else empty).
struct Amount {
    std::int64_t digits = 0;
    int scale = 0;
    std::string currency;

    enum class Round { down, up };
    /// In units of 10^-`places`, rounded towards minus or plus infinity; saturates at the ends of
    /// the type.
    std::int64_t units(int places, Round round) const;
    bool whole(int places) const;  ///< nothing is lost in units of 10^-`places`
    std::string text() const;      ///< 10000, 12.5, 10000 EUR
};

/// Decimal places of a currency by ISO 4217: 2 for most and for unknown ones, JPY 0, KWD 3, CLF 4.
int minor_digits(std::string_view currency);
/// All currencies with that many decimals, where it is not 2: what a comparison in SQL must
/// distinguish apart.
std::vector<std::string_view> currencies_of(int digits);
/// Whether it is a current code of ISO 4217, in capitals.
/// The codes of all currencies.
std::vector<std::string_view> all_currencies();
bool known_currency(std::string_view currency);

/// What a lone separator before three digits is: 1.234 or 1,234.
enum class LoneMark : std::uint8_t { ambiguous, decimal, thousands };
struct LoneMarks {
    LoneMark point = LoneMark::ambiguous, comma = LoneMark::ambiguous;
};

/// 1200 · 1,200.50 · 1.200,50 · 1 200,50 · 10k · 2.5M · 1bn · $125000 · €5 · 10kEUR · 1200 EUR ·
/// -5. A lone separator before three digits (1,200) has two readings and is refused with both,
/// unless `lone` or the decimals of the currency decide: 1.234 KWD, 1,234 JPY. `$` and `¥` are the
/// default currency where it is of that kind, else USD and JPY.
Expected<Amount> read_amount(std::string_view text, std::string_view default_currency,
                             std::optional<LoneMarks> lone = {});
/// A number in the same notations, without a currency and without k, M and bn.
Expected<Amount> read_number(std::string_view text, LoneMarks lone);
/// The same in minor units. More decimals than the currency has, and more than the type holds, are
/// refused.
Expected<Money> read_money(std::string_view text, std::string_view default_currency);
/// One unit of a quantity, which is kept in thousandths, and one per cent of a discount or a tax,
/// kept in hundredths.
inline constexpr std::int64_t one_unit = 1000, one_percent = 100;
/// A number kept as a whole one of its last digit, without idle zeros: 1500 with a scale of 3
/// is 1.5.
std::string decimal_text(std::int64_t units, int scale);
/// quantity x price less the discount, rounded half up to the currency's smallest unit: the same as
/// the computed field `net`. Throws refused where that is more than a hundredth of what the type
/// holds.
std::int64_t net_of(std::int64_t thousandths, std::int64_t price, std::int64_t discount);
/// Tax on a net amount, rounded half up, line by line.
std::int64_t tax_on(std::int64_t net, std::int64_t hundredths);
/// A decimal string: 1200.00, without the currency.
std::string money_text(std::int64_t minor, std::string_view currency);

}  // namespace crm
