#include "form/headers.hpp"

#include "base/text.hpp"
#include "form/csv.hpp"

#include <algorithm>

namespace crm::form {
namespace {

/// '#' in a pattern stands for any digits or none.
bool matches(std::string_view pattern, std::string_view header, std::string& digits) {
    digits.clear();
    std::size_t at = 0;
    for (const char c : pattern) {
        if (c == '#') {
            while (at < header.size() && header[at] >= '0' && header[at] <= '9') {
                digits += header[at];
                ++at;
            }
        } else if (at < header.size() && header[at] == c) {
            ++at;
        } else {
            return false;
        }
    }
    return at == header.size();
}

/// Whether the table has all headers of a signature, "a & b & *ending".
bool has_signature(std::string_view signature, std::span<const std::string> headers) {
    for (std::string_view wanted : text::split(signature, '&')) {
        wanted = text::trimmed(wanted);
        const bool is_ending = wanted.starts_with('*');
        if (is_ending)
            wanted.remove_prefix(1);
        const bool found = std::ranges::any_of(headers, [&](const std::string& header) {
            return is_ending ? header.ends_with(wanted) : header == wanted;
        });
        if (!found)
            return false;
    }
    return true;
}

bool has_header(const Header& header, std::string_view patterns) {
    std::string digits;
    return std::ranges::any_of(
        header.keys, [&](const std::string& key) { return header_matches(patterns, key, digits); });
}

/// A header that means one thing in some tables and another in others, such as a whole name or half
/// of it: the column beside it decides.
struct AmbiguousHeader {
    std::string_view header;
    std::string_view beside;  ///< one of these headers is there, too; empty: whatever is there
    std::string_view target;
};
constexpr AmbiguousHeader ambiguous_headers[] = {
    {"title",
     "job title|jobtitle|position|job position|job role|designation|occupation|function|funktion|"
     "berufsbezeichnung|stelle|poste|fonction|cargo|puesto",
     "prefix"},
    {"nom", "prénom", "family_name"},
    {"nom", "", "name"},
    {"nombre", "apellido|apellidos", "given_name"},
    {"nombre", "", "name"},
    {"name", "vorname", "family_name"},
    {"nome", "cognome|sobrenome", "given_name"},
    {"nome", "", "name"},
};

/// The target of an ambiguous header; empty for any other.
std::string_view target_of_ambiguous_header(const std::string& key, const Header& header) {
    for (const AmbiguousHeader& name : ambiguous_headers) {
        if (key != name.header)
            continue;
        if (name.beside.empty())
            return name.target;
        if (!has_header(header, name.beside))
            continue;
        if (name.target == "family_name" &&
            has_header(header, "nachname|familienname|nom de famille"))
            continue;
        return name.target;
    }
    return {};
}

const meta::FieldInfo* field_by_name(const meta::Entity& entity, std::string_view key) {
    for (const auto& field : entity.fields())
        if (text::key(field.name()) == key)
            return &field;
    std::string digits;
    for (const auto& field : entity.fields()) {
        const std::string_view headers = field.field->more.headers;
        if (!headers.empty() && header_matches(headers, key, digits))
            return &field;
    }
    return nullptr;
}

/// The field that a header names by its name or another spelling, also behind the noun ("Deal
/// Stage").
const meta::FieldInfo* field_of_header(const meta::Entity& entity, std::string_view key) {
    if (key.empty())
        return nullptr;
    if (const auto* field = field_by_name(entity, key))
        return field;
    for (const std::string_view noun : {entity.noun, entity.alias}) {
        if (noun.empty() || !key.starts_with(noun))
            continue;
        if (key.size() == noun.size())
            return entity.name();
        if (const auto* field = field_by_name(entity, key.substr(noun.size())))
            return field;
    }
    return nullptr;
}

bool match_spelling(RowPlan& plan, std::size_t column, const Header& header,
                    std::span<const Spelling> spellings) {
    std::string digits;
    return std::ranges::any_of(spellings, [&](const Spelling& spelling) {
        if (!header_matches(spelling.headers, header.keys[column], digits))
            return false;
        bool is_mapped = false;
        for (const std::string_view target : text::split(spelling.target, '&'))
            is_mapped = plan.map(column, text::trimmed(target), header.keys, digits) || is_mapped;
        return is_mapped;
    });
}

/// A field that the user declared is meant before what a header usually means.
bool match_custom_field(RowPlan& plan, std::size_t column, const Header& header) {
    return std::ranges::any_of(plan.entity().fields(), [&](const meta::FieldInfo& field) {
        return field.is(meta::custom) && text::key(field.name()) == header.keys[column] &&
               plan.map(column, field.name(), header.keys);
    });
}

/// The text::key of a header, without a point or a colon at its end: "Tel.", "Name:".
std::string key_of(std::string_view name) {
    std::string key = text::key(name);
    while (key.ends_with('.') || key.ends_with(':'))
        key.pop_back();
    return key;
}

}  // namespace

Header read_header(std::span<const std::string_view> cells) {
    Header header;
    for (const std::string_view cell : cells) {
        const std::string_view name = text::trimmed(unprefixed(cell));
        header.names.emplace_back(name);
        header.lower.push_back(text::lower_ascii(name));
        header.keys.push_back(key_of(name));
        std::erase(header.keys.back(), '#');
    }
    return header;
}

bool header_matches(std::string_view patterns, std::string_view key, std::string& digits) {
    for (const std::string_view pattern : text::split(patterns, '|'))
        if (matches(key_of(pattern), key, digits))
            return true;
    return false;
}

const Vendor* recognised_vendor(const Header& header) {
    for (const Vendor& vendor : vendors())
        for (const std::string_view signature : text::split(vendor.signatures, '|'))
            if (has_signature(signature, header.lower))
                return &vendor;
    return nullptr;
}

bool is_known_header(const meta::Entity& entity, std::string_view name) {
    // With its colon: a line such as "Notes:" above a table is no column.
    const std::string key = text::key(name);
    std::string digits;
    if (field_of_header(entity, key) != nullptr)
        return true;
    for (const auto list : spellings(entity.noun))
        for (const Spelling& spelling : list)
            if (header_matches(spelling.headers, key, digits))
                return true;
    return false;
}

bool is_header_of(const meta::Entity& entity, std::string_view name, std::string_view field) {
    const std::string key = key_of(name);
    std::string digits;
    for (const auto list : spellings(entity.noun))
        for (const Spelling& spelling : list)
            if (header_matches(spelling.headers, key, digits))
                return spelling.target.substr(0, spelling.target.find_first_of("(&")) == field;
    const meta::FieldInfo* named = field_of_header(entity, key);
    return named != nullptr && named->name() == field;
}

bool match_column(RowPlan& plan, std::size_t column, const Header& header, const Vendor* vendor) {
    const std::string& key = header.keys[column];
    if (vendor != nullptr && match_spelling(plan, column, header, vendor->columns))
        return true;
    const meta::FieldInfo* name = plan.entity().name();
    if (vendor == nullptr && name != nullptr && name->is(meta::personal)) {
        const std::string_view target = target_of_ambiguous_header(key, header);
        if (!target.empty()) {
            if (!plan.map(column, target, header.keys))
                plan.keep_as_extra(column);
            return true;
        }
    }
    if (!key.empty() && plan.map_own(column, header.names[column], header.keys))
        return true;
    if (match_custom_field(plan, column, header))
        return true;
    for (const auto list : spellings(plan.entity().noun))
        if (match_spelling(plan, column, header, list))
            return true;
    const meta::FieldInfo* field = field_of_header(plan.entity(), key);
    if (field != nullptr && plan.map(column, field->name(), header.keys))
        return true;
    plan.keep_as_extra(column);
    return false;
}

}  // namespace crm::form
