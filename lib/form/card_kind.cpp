#include "form/card_kind.hpp"

#include "form/card_parts.hpp"
#include "form/card_values.hpp"
#include "form/vcard_parse.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace crm::form {
namespace {

const Property* first(const Card& card, std::string_view name) {
    const auto found = std::ranges::find(card.properties, name, &Property::name);
    return found == card.properties.end() ? nullptr : &*found;
}

bool says(const Card& card, std::string_view name, std::string_view word) {
    return std::ranges::any_of(card.properties, [&](const Property& property) {
        return property.name == name && same_word(property.value, word);
    });
}

bool names_person(const Card& card) {
    const Property* name = first(card, "N");
    return name != nullptr && name->value.find_first_not_of("; \t") != std::string::npos;
}

}  // namespace

bool is_company(const Card& card) {
    if (says(card, "KIND", "org") || says(card, "KIND", "group"))
        return !names_person(card);
    const Property* organization = first(card, "ORG");
    if (organization == nullptr || !says(card, "X-ABSHOWAS", "COMPANY"))
        return false;
    const std::string company = read_organization(organization->value).name;
    const Property* name = first(card, "FN");
    const std::string shown = name == nullptr ? std::string() : one_line(name->value);
    return !company.empty() && (shown.empty() || shown == company);
}

}  // namespace crm::form
