#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// The words of printed documents, and how a language writes numbers and dates (CLDR 44).
namespace crm::sales {

struct DocumentLanguage {
    std::string_view code;  ///< ISO 639
    std::string_view quote, order, date, valid_until, due_on;
    std::string_view position, item, quantity, price, discount, tax, net, subtotal, total;
    std::string_view group_separator, decimal_point;
    std::string_view date_format;  ///< with y, m and d in place of the numbers

    /// An amount with its currency: 1,234.50 EUR.
    std::string money(std::int64_t minor, std::string_view currency) const;
    /// A number that is kept in units of its last digit, see decimal_text.
    std::string decimal(std::int64_t units, int scale) const;
    /// A percentage that is kept in hundredths.
    std::string percent(std::int64_t hundredths) const;
    /// An ISO date, or the date of an ISO instant.
    std::string day(std::string_view iso) const;
};

std::span<const DocumentLanguage> document_languages();
/// Null where there is no such language.
const DocumentLanguage* find_document_language(std::string_view code);

}  // namespace crm::sales
