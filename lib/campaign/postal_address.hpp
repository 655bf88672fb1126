#pragma once

#include "store/record.hpp"
#include "store/store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Postal addresses as letters have them.
namespace crm::campaign {

struct PostalAddress {
    std::string street, postcode, city, region, country;

    bool empty() const;
    /// In one line, as the consent ledger has it: Hauptstr. 1, 10115 Berlin.
    std::string line() const;
};

/// That of a person, else of their company; of a company where bills go, else where goods go. Empty
/// where there is none.
PostalAddress postal_address_of(store::Store& store, const store::Record& who);

/// What is missing for a letter: "street", "postcode", "city"; empty where it is complete. A
/// country without postcodes requires none.
std::string_view missing_part(const PostalAddress& address);

/// The lines in the order of the country, whose name in capitals comes last unless it is `home`
/// (ISO 3166, two letters). A country that is not known has the postcode before the city.
std::vector<std::string> address_lines(const PostalAddress& address, std::string_view home);

/// ISO 3166, two letters, of a country by its code or its name; empty where it is not known.
std::string_view country_code(std::string_view name);

}  // namespace crm::campaign
