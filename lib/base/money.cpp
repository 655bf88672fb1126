#include "base/money.hpp"

#include "base/ascii.hpp"
#include "base/decimal.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

namespace crm {
namespace {

constexpr std::string_view no_decimals =
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ";
constexpr std::string_view three_decimals = "BHD IQD JOD KWD LYD OMR TND ";
constexpr std::string_view four_decimals = "CLF UYW ";
constexpr std::string_view two_decimals =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN "
    "BZD CAD CDF CHE CHF "
    "CHW "
    "CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ "
    "GYD HKD HNL HTG HUF "
    "IDR "
    "ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU "
    "MUR MVR MWK MXN MXV "
    "MYR "
    "MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD "
    "SHP SLE SOS SRD SSP "
    "STN "
    "SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD YER ZAR ZMW "
    "ZWG ZWL ";

constexpr std::string_view dollars =
    "USD AUD BBD BMD BND BSD BZD CAD FJD GYD HKD JMD KYD LRD NAD NZD SBD SGD SRD TTD TWD XCD ";

bool among(std::string_view codes, std::string_view code) {
    if (code.size() != 3)
        return false;
    for (std::size_t i = 0; i + 4 <= codes.size(); i += 4)
        if (codes.substr(i, 3) == code)
            return true;
    return false;
}

struct Symbol {
    std::string_view sign, currency;
};
constexpr Symbol symbols[] = {
    {"R$", "BRL"}, {"€", "EUR"}, {"£", "GBP"}, {"₹", "INR"},  {"₩", "KRW"}, {"₽", "RUB"},
    {"₺", "TRY"},  {"₴", "UAH"}, {"₪", "ILS"}, {"₫", "VND"},  {"฿", "THB"}, {"₱", "PHP"},
    {"₦", "NGN"},  {"₸", "KZT"}, {"₵", "GHS"}, {"zł", "PLN"}, {"Kč", "CZK"}};

bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::unexpected<Error> wrong(std::string_view text, std::string_view why,
                             std::string hint = "write 1200, 1200.50, 10k or 1200 EUR") {
    return failure(Fault::usage, "bad_amount", fmt::format("'{}' {}", text::clipped(text, 60), why),
                   std::move(hint));
}

/// The currency that a sign or code at one end of `rest` names, taken off. Empty when there is
/// none.
std::string take_currency(std::string_view& rest, std::string_view preferred) {
    const auto take = [&](std::string_view sign) {
        if (rest.starts_with(sign))
            rest.remove_prefix(sign.size());
        else if (rest.ends_with(sign))
            rest.remove_suffix(sign.size());
        else
            return false;
        rest = text::trimmed(rest);
        return true;
    };
    for (const auto& s : symbols)
        if (take(s.sign))
            return std::string(s.currency);
    const bool united = rest.starts_with("US$") && take("US$");
    if (united)
        return "USD";
    if (take("$"))
        return among(dollars, preferred) ? std::string(preferred) : "USD";
    if (take("¥") || take("￥"))
        return preferred == "CNY" ? "CNY" : "JPY";
    if (rest.size() < 4)
        return {};
    const auto code_of = [](std::string_view s) {
        std::string code;
        for (char c : s) {
            if (!letter(c))
                return std::string();
            code += static_cast<char>(c & ~0x20);
        }
        return known_currency(code) ? code : std::string();
    };
    if (auto code = code_of(rest.substr(0, 3)); !code.empty() && !letter(rest[3])) {
        take(rest.substr(0, 3));
        return code;
    }
    if (auto code = code_of(rest.substr(rest.size() - 3)); !code.empty()) {
        take(rest.substr(rest.size() - 3));
        return code;
    }
    return {};
}

/// Three zeros for k, six for M, nine for bn (B); the word is taken off.
std::optional<int> take_multiple(std::string_view& rest) {
    std::size_t n = rest.size();
    while (n > 0 && letter(rest[n - 1]))
        --n;
    const std::string word = text::lower_ascii(rest.substr(n));
    int zeros = 0;
    if (word.empty())
        return 0;
    if (word == "k")
        zeros = 3;
    else if (word == "m" || word == "mio" || word == "mn")
        zeros = 6;
    else if (word == "b" || word == "bn" || word == "mrd")
        zeros = 9;
    else
        return std::nullopt;
    rest = text::trimmed(rest.substr(0, n));
    return zeros;
}

struct Marks {
    char decimal = 0;   ///< 0: there are no decimals
    bool lone = false;  ///< it is the only one and has three digits behind it
    bool valid = true;
};

/// Which of the separators in `s` (digits, dots, commas and ' for blanks) is the decimal one.
Marks marks_of(std::string_view s) {
    const auto dots = std::ranges::count(s, '.'), commas = std::ranges::count(s, ',');
    Marks m;
    if (dots > 0 && commas > 0)
        m.decimal = s.rfind('.') > s.rfind(',') ? '.' : ',';
    else if (dots + commas == 1) {
        m.decimal = dots == 1 ? '.' : ',';
        const auto at = s.find(m.decimal);
        const bool grouped = s.find('\'') != std::string_view::npos;
        m.lone = !grouped && s.size() - at == 4 && at >= 1 && at <= 3 && s[0] != '0';
    }
    // Whatever else separates must leave groups of three between it and the decimals.
    const std::size_t end = m.decimal ? s.find(m.decimal) : s.size();
    std::size_t run = 0;
    bool grouped = false;
    for (std::size_t i = 0; i < end; ++i) {
        if (is_digit(s[i])) {
            ++run;
            continue;
        }
        if (grouped ? run != 3 : run < 1 || run > 3)
            m.valid = false;
        grouped = true;
        run = 0;
    }
    if (grouped && run != 3)
        m.valid = false;
    for (std::size_t i = end + 1; i < s.size(); ++i)
        if (!is_digit(s[i]))
            m.valid = false;
    // 1.234, is cut off somewhere.
    if (grouped && end + 1 == s.size())
        m.valid = false;
    return m;
}

constexpr std::size_t most_length = 60;  // of an amount as typed

/// Takes a sign off the front; whether it is a minus.
std::optional<bool> take_sign(std::string_view& rest) {
    constexpr std::string_view minus = "−";
    if (rest.starts_with(minus)) {
        rest = text::trimmed(rest.substr(minus.size()));
        return true;
    }
    if (!rest.starts_with('-') && !rest.starts_with('+'))
        return std::nullopt;
    const bool negative = rest[0] == '-';
    rest = text::trimmed(rest.substr(1));
    return negative;
}

/// Sets the value of the digits, times ten to the power of `zeros`; false if it is too large.
bool set_digits(Amount& amount, std::string_view digits, char decimal, int zeros) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    const auto dot = decimal ? digits.find(decimal) : digits.size();
    __int128 value = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (!is_digit(digits[i]))
            continue;
        value = value * 10 + (digits[i] - '0');
        if (i > dot)
            ++amount.scale;
        if (value > most)
            return false;
    }
    for (; amount.scale > 0 && value % 10 == 0; --amount.scale)
        value /= 10;
    for (; zeros > 0; --zeros) {
        if (amount.scale > 0)
            --amount.scale;
        else
            value *= 10;
        if (value > most)
            return false;
    }
    amount.digits = static_cast<std::int64_t>(value);
    return true;
}

/// What a lone separator before three digits is in an amount. In a currency of three decimals a
/// point is as money_text writes it, and a currency without decimals has thousands.
LoneMarks lone_marks_of(std::string_view currency) {
    switch (minor_digits(currency)) {
        case 3:
            return {LoneMark::decimal, LoneMark::ambiguous};
        case 0:
            return {LoneMark::thousands, LoneMark::thousands};
        default:
            return {};
    }
}

std::unexpected<Error> two_readings(std::string_view text, const std::string& digits, char mark) {
    std::string without = digits;
    std::string decimal = digits;
    std::erase(without, mark);
    std::ranges::replace(decimal, ',', '.');
    return wrong(text, fmt::format("may mean {} or {}", without, decimal),
                 fmt::format("write {} or {}0", without, decimal));
}

/// Reads digits and separators into the amount, times ten to the power of `zeros`. `text` is the
/// whole text, for errors.
Expected<void> read_digits(Amount& amount, std::string_view text, std::string_view rest, int zeros,
                           LoneMarks lone) {
    const std::string digits = digits_and_marks(rest);
    if (std::ranges::none_of(digits, is_digit))
        return wrong(text, "is not a number");
    const Marks marks = marks_of(digits);
    if (!marks.valid)
        return wrong(text, "is not a number");
    char decimal = marks.decimal;
    if (marks.lone && zeros == 0) {
        const LoneMark mark = decimal == '.' ? lone.point : lone.comma;
        if (mark == LoneMark::ambiguous)
            return two_readings(text, digits, decimal);
        if (mark == LoneMark::thousands)
            decimal = 0;
    }
    if (!set_digits(amount, digits, decimal, zeros))
        return wrong(text, "is too large", "");
    return {};
}

void add_codes(std::string_view codes, std::vector<std::string_view>& out) {
    for (std::size_t i = 0; i + 4 <= codes.size(); i += 4)
        out.push_back(codes.substr(i, 3));
}

}  // namespace

bool known_currency(std::string_view c) {
    return among(two_decimals, c) || among(no_decimals, c) || among(three_decimals, c) ||
           among(four_decimals, c);
}

int minor_digits(std::string_view currency) {
    return among(no_decimals, currency)      ? 0
           : among(three_decimals, currency) ? 3
           : among(four_decimals, currency)  ? 4
                                             : 2;
}

std::vector<std::string_view> currencies_of(int digits) {
    const auto codes = digits == 0   ? no_decimals
                       : digits == 3 ? three_decimals
                       : digits == 4 ? four_decimals
                                     : std::string_view{};
    std::vector<std::string_view> out;
    add_codes(codes, out);
    return out;
}

std::vector<std::string_view> all_currencies() {
    std::vector<std::string_view> out;
    for (const std::string_view codes : {two_decimals, no_decimals, three_decimals, four_decimals})
        add_codes(codes, out);
    return out;
}

std::int64_t Amount::units(int places, Round round) const {
    __int128 value = digits;
    int shift = places - scale;
    for (; shift > 0; --shift) {
        value *= 10;
        if (value > std::numeric_limits<std::int64_t>::max() ||
            value < std::numeric_limits<std::int64_t>::min())
            break;
    }
    if (shift < 0) {
        __int128 divisor = 1;
        for (; shift < 0; ++shift)
            divisor *= 10;
        const __int128 quotient = value / divisor, rest = value % divisor;
        value = quotient + (rest > 0 && round == Round::up     ? 1
                            : rest < 0 && round == Round::down ? -1
                                                               : 0);
    }
    if (value > std::numeric_limits<std::int64_t>::max())
        return std::numeric_limits<std::int64_t>::max();
    if (value < std::numeric_limits<std::int64_t>::min())
        return std::numeric_limits<std::int64_t>::min();
    return static_cast<std::int64_t>(value);
}

bool Amount::whole(int places) const {
    return units(places, Round::down) == units(places, Round::up);
}

std::string Amount::text() const {
    std::string out = fmt::format("{}", digits);
    if (scale > 0) {
        const bool negative = digits < 0;
        if (negative)
            out.erase(0, 1);
        if (static_cast<int>(out.size()) <= scale)
            out.insert(0, static_cast<std::size_t>(scale) + 1 - out.size(), '0');
        out.insert(out.size() - static_cast<std::size_t>(scale), ".");
        if (negative)
            out.insert(0, "-");
    }
    return currency.empty() ? out : out + " " + currency;
}

Expected<Amount> read_amount(std::string_view text, std::string_view default_currency,
                             std::optional<LoneMarks> lone) {
    Amount amount;
    std::string_view rest = text::trimmed(text);
    if (rest.size() > most_length)
        return wrong(text, "is not a number");
    std::optional<bool> negative = take_sign(rest);
    amount.currency = take_currency(rest, default_currency);
    if (!negative)
        negative = take_sign(rest);
    const auto zeros = take_multiple(rest);
    if (!zeros)
        return wrong(text, "is not a number");
    if (!lone)
        lone = lone_marks_of(amount.currency.empty() ? default_currency : amount.currency);
    if (auto done = read_digits(amount, text, rest, *zeros, *lone); !done)
        return std::unexpected(std::move(done.error()));
    if (negative.value_or(false))
        amount.digits = -amount.digits;
    return amount;
}

Expected<Amount> read_number(std::string_view text, LoneMarks lone) {
    Amount number;
    std::string_view rest = text::trimmed(text);
    if (rest.size() > most_length)
        return wrong(text, "is not a number");
    const bool negative = take_sign(rest).value_or(false);
    if (auto done = read_digits(number, text, rest, 0, lone); !done)
        return std::unexpected(std::move(done.error()));
    if (negative)
        number.digits = -number.digits;
    return number;
}

Expected<Money> read_money(std::string_view text, std::string_view default_currency) {
    auto amount = read_amount(text, default_currency);
    if (!amount)
        return std::unexpected(std::move(amount.error()));
    Money money{
        0, amount->currency.empty() ? std::string(default_currency) : std::move(amount->currency)};
    const int places = minor_digits(money.currency);
    money.minor = amount->units(places, Amount::Round::down);
    constexpr auto limits = std::numeric_limits<std::int64_t>{};
    if (money.minor == limits.max() || money.minor == limits.min())
        return wrong(text, "is too large", "");
    if (!amount->whole(places))
        return wrong(text, fmt::format("has more decimals than {} ({})", money.currency, places),
                     "");
    return money;
}

std::string money_text(std::int64_t minor, std::string_view currency) {
    return Amount{minor, minor_digits(currency), {}}.text();
}

std::string decimal_text(std::int64_t units, int scale) {
    std::string out = Amount{units, scale, {}}.text();
    if (scale == 0)
        return out;
    while (out.ends_with('0'))
        out.pop_back();
    if (out.ends_with('.'))
        out.pop_back();
    return out;
}

std::int64_t net_of(std::int64_t thousandths, std::int64_t price, std::int64_t discount) {
    // A hundredth of what the type holds, so that lines can be added; asked before the discount,
    // with which even 128 bits may not do.
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 100;
    constexpr __int128 whole = one_unit * 100 * one_percent;
    const __int128 gross = static_cast<__int128>(thousandths) * price;
    if (gross / one_unit > most)
        throw Error(Fault::refused, "too_large", "the amount of a line item is too large",
                    "give a smaller quantity or price");
    return static_cast<std::int64_t>((gross * (100 * one_percent - discount) + whole / 2) / whole);
}

std::int64_t tax_on(std::int64_t net, std::int64_t hundredths) {
    constexpr std::int64_t whole = 100 * one_percent;
    return static_cast<std::int64_t>((static_cast<__int128>(net) * hundredths + whole / 2) / whole);
}

}  // namespace crm
