#pragma once

#include "store/store.hpp"
#include "time/date.hpp"

#include <functional>
#include <string>
#include <string_view>

/// Contracts that are drafted from a quote and a template.
namespace crm::sales {

/// The template where none is given.
std::string_view default_contract_template();

/// A new sales contract with the customer and the owner of the quote, which starts today. Throws
/// refused for a quote without line items.
store::Record contract_from_quote(const store::Record& quote, Date today);
/// A contract that has a start and no end lasts a year.
void default_contract_end(store::Record& contract);

struct ContractTexts {
    std::string name;    ///< of the template, for errors
    std::string today;   ///< an ISO date
    std::string seller;  ///< who sells; may be empty
    /// What a field of the quote says; a path such as account.name. Throws usage for an unknown
    /// one.
    std::function<std::string(const std::string& path)> quote_field;
};

/// A template (base/template.hpp) filled with fields of the quote, contract.FIELD, lines, today and
/// seller. Throws usage for an unknown field and where the template is wrong.
std::string contract_text(store::Store& store, std::string_view pattern, const store::Record& quote,
                          const store::Record& contract, const ContractTexts& texts);

}  // namespace crm::sales
