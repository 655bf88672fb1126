#pragma once

#include <string>
#include <string_view>

/// Structured values of cards, read to the text of fields and written from it. Within form only.
namespace crm::form {

/// N: five components, each of which may be a list (RFC 6350 6.2.2).
struct NameParts {
    std::string family, given, middle, prefix, suffix;

    bool operator==(const NameParts&) const = default;
    bool empty() const { return *this == NameParts(); }
};
NameParts read_name(std::string_view value);
std::string written(const NameParts& name);
/// The parts as one name, in the order in which it is spoken.
std::string whole_name(const NameParts& name);

/// ORG: the company and its units, which make one text: "Research; Lab".
struct Organization {
    std::string name, department;

    bool operator==(const Organization&) const = default;
    bool empty() const { return *this == Organization(); }
};
Organization read_organization(std::string_view value);
std::string written(const Organization& organization);

/// ADR: the post office box and the extended address become lines of the street.
struct PostalAddress {
    std::string street, city, region, postcode, country;

    bool operator==(const PostalAddress&) const = default;
    bool empty() const { return *this == PostalAddress(); }
};
PostalAddress read_address(std::string_view value);
std::string written(const PostalAddress& address);

/// Values that reading joins to one text by `between` are parted by `separator` again; a text that
/// it would not join so is one value.
std::string parted(std::string_view text, std::string_view between, char separator);

}  // namespace crm::form
