#include "form/card_parts.hpp"

#include "base/text.hpp"
#include "form/card_values.hpp"
#include "form/vcard.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace crm::form {
namespace {

/// The component at a place of a structured value; empty where it has fewer.
std::string_view at(const std::vector<std::string_view>& parts, std::size_t i) {
    return i < parts.size() ? parts[i] : std::string_view();
}

}  // namespace

NameParts read_name(std::string_view value) {
    const auto parts = components(value);
    return {.family = component(at(parts, 0), " "),
            .given = component(at(parts, 1), " "),
            .middle = component(at(parts, 2), " "),
            .prefix = component(at(parts, 3), " "),
            .suffix = component(at(parts, 4), ", ")};
}

std::string written(const NameParts& name) {
    std::string value = escaped(name.family);
    for (const std::string* part : {&name.given, &name.middle, &name.prefix, &name.suffix})
        (value += ';') += escaped(*part);
    return value;
}

std::string whole_name(const NameParts& name) {
    if (east_asian(name.family) && east_asian(name.given))
        return name.family + name.given;
    std::string whole;
    for (const std::string* part :
         {&name.prefix, &name.given, &name.middle, &name.family, &name.suffix})
        add_word(whole, *part, " ");
    return whole;
}

Organization read_organization(std::string_view value) {
    const auto parts = components(value);
    Organization organization;
    organization.name = one_line(parts.front());
    for (std::size_t i = 1; i < parts.size(); ++i)
        add_word(organization.department, one_line(parts[i]), "; ");
    return organization;
}

std::string written(const Organization& organization) {
    std::string value = escaped(organization.name);
    if (!organization.department.empty())
        (value += ';') += parted(organization.department, "; ", ';');
    return value;
}

PostalAddress read_address(std::string_view value) {
    const auto parts = components(value);
    PostalAddress address;
    for (const std::size_t i : {0u, 1u, 2u}) {
        const std::string lines = unescaped(at(parts, i));
        add_word(address.street, text::trimmed(lines), "\n");
    }
    address.city = one_line(at(parts, 3));
    address.region = one_line(at(parts, 4));
    address.postcode = one_line(at(parts, 5));
    address.country = one_line(at(parts, 6));
    return address;
}

std::string written(const PostalAddress& address) {
    std::string value = ";";
    for (const std::string* part :
         {&address.street, &address.city, &address.region, &address.postcode, &address.country})
        (value += ';') += escaped(*part);
    return value;
}

std::string parted(std::string_view text, std::string_view between, char separator) {
    std::string out;
    for (std::string_view rest = text;;) {
        const auto end = std::min(rest.find(between), rest.size());
        const std::string_view part = rest.substr(0, end);
        if (part.empty() || one_line(part) != part)
            return escaped(text);
        out += escaped(part);
        if (end == rest.size())
            return out;
        out += separator;
        rest.remove_prefix(end + between.size());
    }
}

}  // namespace crm::form
