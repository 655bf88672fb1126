#include "form/card_kind.hpp"

#include "form/card_parts.hpp"
#include "form/card_values.hpp"
#include "form/vcard_parse.hpp"

#include <algorithm>
#include <array>
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

/// Whether something on the card is only said of people.
bool describes_person(const Card& card) {
    static constexpr std::array<std::string_view, 6> words = {"TITLE",    "ROLE",   "BDAY",
                                                              "NICKNAME", "GENDER", "ANNIVERSARY"};
    return says(card, "KIND", "individual") ||
           std::ranges::any_of(card.properties, [](const Property& property) {
               return std::ranges::find(words, property.name) != words.end() &&
                      !one_line(property.value).empty();
           });
}

}  // namespace

bool is_company(const Card& card) {
    if (says(card, "KIND", "org") || says(card, "KIND", "group"))
        return !names_person(card);
    const Property* organization = first(card, "ORG");
    if (organization == nullptr)
        return false;
    const std::string company = read_organization(organization->value).name;
    const Property* name = first(card, "FN");
    const std::string shown = name == nullptr ? std::string() : one_line(name->value);
    if (company.empty() || (!shown.empty() && shown != company))
        return false;
    return says(card, "X-ABSHOWAS", "COMPANY") || (!names_person(card) && !describes_person(card));
}

}  // namespace crm::form
