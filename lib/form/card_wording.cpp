#include "form/card_wording.hpp"

#include "form/card.hpp"
#include "form/vcard_parse.hpp"

#include <algorithm>
#include <array>
#include <ranges>

namespace crm::form {
namespace {

constexpr std::string_view field_parameter = "X-CRM-FIELD";

/// Parameters that change nothing (VALUE: the value shows what it is) or that the order of values
/// stands for.
bool is_silent(const Parameter& parameter) {
    return parameter.name == "PREF" || parameter.name == "VALUE" ||
           (parameter.name == "TYPE" && same_word(parameter.value, "PREF"));
}

}  // namespace

std::string wording_line(const Property& property, std::string_view field) {
    Property marked = property;
    marked.parameters.push_back({std::string(field_parameter), std::string(field)});
    return content_line(marked);
}

std::string take_wording_field(Property& property) {
    const auto found = std::ranges::find(property.parameters, field_parameter, &Parameter::name);
    if (found == property.parameters.end())
        return {};
    std::string field = std::move(found->value);
    property.parameters.erase(found);
    return field;
}

bool has_wordings(std::string_view extra) {
    return extra.find(field_parameter) != std::string_view::npos;
}

bool has_more_parameters(const Property& property) {
    return !std::ranges::all_of(property.parameters, is_silent);
}

bool is_delivery_word(std::string_view type) {
    static constexpr std::array<std::string_view, 4> words = {"DOM", "INTL", "POSTAL", "PARCEL"};
    return std::ranges::any_of(words, [&](std::string_view word) { return same_word(type, word); });
}

bool has_more_than_labels(const Property& property) {
    return std::ranges::any_of(property.parameters, [](const Parameter& parameter) {
        if (parameter.name == "TYPE")
            return is_delivery_word(parameter.value);
        return !is_silent(parameter);
    });
}

bool has_lists(std::string_view value, std::size_t most) {
    const auto parts = components(value);
    const auto is_list = [](std::string_view part) { return components(part, ',').size() > 1; };
    const auto is_given = [](std::string_view part) {
        return part.find_first_not_of(" \t") != std::string_view::npos;
    };
    return std::ranges::any_of(parts, is_list) ||
           std::ranges::any_of(parts | std::views::drop(most), is_given);
}

}  // namespace crm::form
