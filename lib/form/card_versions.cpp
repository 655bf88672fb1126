#include "form/card_versions.hpp"

#include "base/text.hpp"
#include "form/card_birthday.hpp"
#include "form/card_rules.hpp"
#include "form/card_values.hpp"
#include "form/card_wording.hpp"
#include "form/vcard_parse.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace crm::form {
namespace {

/// The names of one property in both versions. The name without X- is the one that it is kept
/// under.
struct VersionName {
    std::string_view three, four;

    std::string_view kept() const { return four.starts_with("X-") ? three : four; }
};

constexpr VersionName version_names[] = {
    // RFC 6350
    {"X-ANNIVERSARY", "ANNIVERSARY"},
    {"X-GENDER", "GENDER"},
    {"X-LANG", "LANG"},
    {"X-RELATED", "RELATED"},
    {"X-XML", "XML"},
    {"X-CLIENTPIDMAP", "CLIENTPIDMAP"},
    {"X-ADDRESSBOOKSERVER-KIND", "KIND"},
    {"X-ADDRESSBOOKSERVER-MEMBER", "MEMBER"},
    // RFC 6474, 6715, 8605 and 9554
    {"X-BIRTHPLACE", "BIRTHPLACE"},
    {"X-DEATHPLACE", "DEATHPLACE"},
    {"X-DEATHDATE", "DEATHDATE"},
    {"X-EXPERTISE", "EXPERTISE"},
    {"X-HOBBY", "HOBBY"},
    {"X-INTEREST", "INTEREST"},
    {"X-ORG-DIRECTORY", "ORG-DIRECTORY"},
    {"X-CONTACT-URI", "CONTACT-URI"},
    {"X-GRAMGENDER", "GRAMGENDER"},
    {"X-PRONOUNS", "PRONOUNS"},
    // Removed from 4.0 (RFC 6350 appendix A.2)
    {"LABEL", "X-LABEL"},
    {"MAILER", "X-MAILER"},
    {"CLASS", "X-CLASS"},
    {"SORT-STRING", "X-SORT-STRING"},
    {"AGENT", "X-AGENT"},
};

/// GENDER is one letter, which may be followed by a text (RFC 6350 6.2.7).
bool is_gender(std::string_view value) {
    const std::string_view letter = value.substr(0, value.find(';'));
    return letter.size() <= 1 && std::string_view("MFONU").find(letter) != none;
}

/// Dates of 4.0 are without dashes (RFC 6350 4.3.1); others than dates stay as they are.
void write_date(Property& property) {
    if (const auto day = read_birthday(property.value); day && property.value.find('T') == none)
        property.value = birthday_property(*day, 4).value;
}

const VersionName* find_name(const Property& property) {
    const auto found = std::ranges::find_if(version_names, [&](const VersionName& name) {
        return property.name == name.three || property.name == name.four;
    });
    const bool other_form = property.name == "X-GENDER" && !is_gender(property.value);
    return found == std::end(version_names) || other_form ? nullptr : &*found;
}

void rename(Property& property, int version) {
    const VersionName* name = find_name(property);
    if (name == nullptr)
        return;
    property.name = version == 3 ? name->three : name->four;
    if (property.name == "ANNIVERSARY" || property.name == "DEATHDATE")
        write_date(property);
}

/// A place is GEO:geo:37.4,-122.1 in 4.0 (RFC 6350 6.5.2) and GEO:37.4;-122.1 in 3.0 (RFC 2426
/// 3.4.2).
void write_place(Property& property, int version) {
    constexpr std::string_view number = "+-.0123456789";
    std::string_view value = property.value;
    const bool is_uri = value.starts_with("geo:");
    if (is_uri)
        value.remove_prefix(4);
    const auto between = value.find(is_uri ? ',' : ';');
    if (is_uri == (version != 3) || between == none)
        return;
    const std::string latitude(value.substr(0, between));
    const std::string longitude(value.substr(between + 1));
    if (latitude.find_first_not_of(number) != none || longitude.find_first_not_of(number) != none)
        return;
    property.value = is_uri ? latitude + ";" + longitude : "geo:" + latitude + "," + longitude;
}

/// TYPE=pref of 3.0 and PREF=1 of 4.0. Extensions may mean something else by them.
void write_preference(Property& property, int version) {
    if (property.name.starts_with("X-") || rank(property) != 1)
        return;
    prefer(property, version);
}

/// The words of TYPE that are said of an address or its label; `all` counts those, too, that 4.0
/// has not (dom, parcel).
std::set<std::string> types(const Property& property, bool all) {
    std::set<std::string> words;
    for (const Parameter& parameter : property.parameters) {
        if (parameter.name != "TYPE")
            continue;
        if (auto label = type_label(parameter.value))
            words.insert(std::move(*label));
        else if (all && is_delivery_word(parameter.value))
            words.insert(text::lower_ascii(parameter.value));
    }
    return words;
}

/// LABEL of an address becomes a property after it.
void part_labels(std::vector<Property>& card) {
    std::vector<Property> parted;
    parted.reserve(card.size() + 1);
    for (Property& property : card) {
        const std::string* text = property.name == "ADR" ? property.parameter("LABEL") : nullptr;
        if (text == nullptr) {
            parted.push_back(std::move(property));
            continue;
        }
        // Its line ends may have come as \n.
        Property label{{}, "LABEL", property.parameters, escaped(unescaped(*text)), 0};
        std::erase_if(label.parameters, [](const Parameter& one) { return one.name != "TYPE"; });
        std::erase_if(property.parameters,
                      [](const Parameter& one) { return one.name == "LABEL"; });
        parted.push_back(std::move(property));
        parted.push_back(std::move(label));
    }
    card = std::move(parted);
}

/// The address that a label belongs to: the one of its kind, or the first where it says no kind.
Property* labelled_address(std::vector<Property>& card, const Property& label) {
    const bool says_delivery = has_more_than_labels(label);
    const auto words = types(label, says_delivery);
    for (Property& property : card)
        if (property.name == "ADR" && property.parameter("LABEL") == nullptr &&
            (words.empty() || types(property, says_delivery) == words))
            return &property;
    return nullptr;
}

bool has_types_alone(const Property& property) {
    return std::ranges::all_of(property.parameters, [](const Parameter& parameter) {
        return parameter.name == "TYPE" || parameter.name == "PREF";
    });
}

void join_labels(std::vector<Property>& card) {
    std::erase_if(card, [&](const Property& label) {
        if (label.name != "LABEL" || !has_types_alone(label))
            return false;
        Property* address = labelled_address(card, label);
        if (address == nullptr)
            return false;
        address->parameters.push_back({"LABEL", unescaped(label.value)});
        return true;
    });
}

}  // namespace

void prefer(Property& property, int version) {
    std::erase_if(property.parameters, [](const Parameter& parameter) {
        return parameter.name == "PREF" ||
               (parameter.name == "TYPE" && same_word(parameter.value, "PREF"));
    });
    const Parameter preferred = version == 3 ? Parameter{"TYPE", "pref"} : Parameter{"PREF", "1"};
    property.parameters.insert(property.parameters.begin(), preferred);
}

void normalise(std::vector<Property>& card) {
    join_labels(card);
    for (Property& property : card)
        if (const VersionName* name = find_name(property))
            property.name = name->kept();
}

void put_into_version(std::vector<Property>& card, int version) {
    if (version == 3)
        part_labels(card);
    else
        join_labels(card);
    for (Property& property : card) {
        rename(property, version);
        write_preference(property, version);
        if (property.name == "GEO")
            write_place(property, version);
    }
}

}  // namespace crm::form
