#include "campaign/postal_address.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace crm::campaign {
namespace {

/// How a country writes addresses. `names`: folded, in English and its own languages, and in those
/// of its neighbours, separated by '|'. `lines`: separated by '|', S street, P postcode, C city, R
/// region; other signs stay. Sources: Universal Postal Union, postal addressing systems in member
/// countries; ISO 3166-1.
struct Country {
    std::string_view code, names, lines;
    bool has_postcodes = true;
};

constexpr std::string_view usual_lines = "S|P C";

constexpr Country countries[] = {
    {"AE", "united arab emirates|uae|vereinigte arabische emirate", "S|C", false},
    {"AR", "argentina|argentinien", "S|P C|R"},
    {"AT", "austria|osterreich|autriche", usual_lines},
    {"AU", "australia|australien", "S|C R P"},
    {"BE", "belgium|belgien|belgique|belgie", usual_lines},
    {"BR", "brazil|brasil|brasilien", "S|C - R|P"},
    {"BS", "bahamas|the bahamas", "S|C", false},
    {"BW", "botswana", "S|C", false},
    {"CA", "canada|kanada", "S|C R P"},
    {"CH", "switzerland|schweiz|suisse|svizzera", usual_lines},
    {"CL", "chile", "S|P C|R"},
    {"CN", "china|people's republic of china|pr china|中国", "S|P C|R"},
    {"CZ", "czech republic|czechia|tschechien|ceska republika", usual_lines},
    {"DE", "germany|deutschland|allemagne|alemania|germania", usual_lines},
    {"DK", "denmark|danmark|danemark", usual_lines},
    {"ES", "spain|espana|spanien|espagne", "S|P C|R"},
    {"FI", "finland|suomi|finnland", usual_lines},
    {"FJ", "fiji", "S|C", false},
    {"FR", "france|frankreich", usual_lines},
    {"GB",
     "united kingdom|uk|great britain|england|scotland|wales|northern ireland|"
     "vereinigtes konigreich|grossbritannien|royaume-uni",
     "S|C|P"},
    {"GH", "ghana", "S|C", false},
    {"GR", "greece|griechenland|hellas", usual_lines},
    {"HK", "hong kong", "S|C", false},
    {"HU", "hungary|magyarorszag|ungarn", "C|S|P"},
    {"IE", "ireland|eire|irland", "S|C|R|P", false},
    {"IL", "israel", "S|C P"},
    {"IN", "india|indien", "S|C P|R"},
    {"IT", "italy|italia|italien|italie", "S|P C R"},
    {"JM", "jamaica", "S|C", false},
    {"JP", "japan|日本", "S|C, R P"},
    {"KR", "south korea|korea|republic of korea|sudkorea", "S|C, R P"},
    {"LI", "liechtenstein", usual_lines},
    {"LU", "luxembourg|luxemburg", usual_lines},
    {"MO", "macao|macau", "S|C", false},
    {"MX", "mexico|mexiko", "S|P C, R"},
    {"MY", "malaysia", "S|P C|R"},
    {"NL", "netherlands|the netherlands|nederland|niederlande|pays-bas|holland", usual_lines},
    {"NO", "norway|norge|norwegen", usual_lines},
    {"NZ", "new zealand|neuseeland", "S|C P"},
    {"PA", "panama", "S|C", false},
    {"PL", "poland|polska|polen|pologne", usual_lines},
    {"PT", "portugal", usual_lines},
    {"QA", "qatar|katar", "S|C", false},
    {"RO", "romania|rumanien", usual_lines},
    {"RU", "russia|russian federation|russland|россия", "S|C|R|P"},
    {"SE", "sweden|sverige|schweden|suede", usual_lines},
    {"SG", "singapore|singapur", "S|C P"},
    {"TR", "turkey|turkiye|turkei", "S|P C R"},
    {"TW", "taiwan", "S|C P"},
    {"UA", "ukraine|украина", "S|C|R|P"},
    {"US",
     "united states|united states of america|usa|u.s.a.|vereinigte staaten|etats-unis|"
     "estados unidos",
     "S|C, R P"},
    {"ZA", "south africa|sudafrika", "S|C|P"},
    {"ZW", "zimbabwe|simbabwe", "S|C", false},
};

const Country* country_named(std::string_view name) {
    const std::string wanted = text::folded(text::trimmed(name));
    if (wanted.empty())
        return nullptr;
    const auto fits = [&](const Country& country) {
        return text::lower_ascii(country.code) == wanted ||
               std::ranges::any_of(text::split(country.names, '|'),
                                   [&](std::string_view one) { return one == wanted; });
    };
    const auto* found = std::ranges::find_if(countries, fits);
    return found == std::end(countries) ? nullptr : found;
}

/// A line without what stood between parts that are missing.
std::string tidy(std::string_view line) {
    std::string out;
    for (const char c : line)
        if (c != ' ' || !out.ends_with(' '))
            out += c;
    constexpr std::string_view between = " ,-";
    const auto last = out.find_last_not_of(between);
    out.erase(last == std::string::npos ? 0 : last + 1);
    out.erase(0, std::min(out.find_first_not_of(between), out.size()));
    return out;
}

std::string filled_line(std::string_view pattern, const PostalAddress& address) {
    std::string out;
    for (const char c : pattern) {
        const std::string* part = c == 'S'   ? &address.street
                                  : c == 'P' ? &address.postcode
                                  : c == 'C' ? &address.city
                                  : c == 'R' ? &address.region
                                             : nullptr;
        if (part == nullptr)
            out += c;
        else
            out += *part;
    }
    return tidy(out);
}

void add_lines(std::string_view text, std::vector<std::string>& out) {
    for (const std::string_view line : text::split(text, '\n'))
        if (const auto trimmed = text::trimmed(line); !trimmed.empty())
            out.emplace_back(trimmed);
}

PostalAddress address_in(const store::Record& record, std::string_view name) {
    const meta::FieldInfo* field = record.entity->find(name);
    if (field == nullptr || field->type() != meta::Type::address)
        return {};
    const auto cells = record.of(*field);
    const auto part = [&](std::size_t i) {
        const auto* text = std::get_if<std::string>(&cells[i]);
        return text == nullptr ? std::string() : *text;
    };
    return {part(0), part(1), part(2), part(3), part(4)};
}

}  // namespace

bool PostalAddress::empty() const {
    return street.empty() && postcode.empty() && city.empty();
}

std::string PostalAddress::line() const {
    return fmt::format("{}, {}{}{}", street, postcode, postcode.empty() ? "" : " ", city);
}

PostalAddress postal_address_of(store::Store& store, const store::Record& who) {
    for (const std::string_view name : {"address", "billing_address", "shipping_address"})
        if (PostalAddress address = address_in(who, name); !address.empty())
            return address;
    const meta::FieldInfo* account = who.entity->find("account");
    if (account == nullptr || who.number(*account) == 0)
        return {};
    const auto company = store.find(store.model().get("account"), who.number(*account));
    return company ? postal_address_of(store, *company) : PostalAddress();
}

std::string_view missing_part(const PostalAddress& address) {
    const Country* country = country_named(address.country);
    if (address.street.empty())
        return "street";
    if (address.city.empty())
        return "city";
    const bool requires_postcode = country == nullptr || country->has_postcodes;
    return address.postcode.empty() && requires_postcode ? "postcode" : std::string_view();
}

std::vector<std::string> address_lines(const PostalAddress& address, std::string_view home) {
    const Country* country = country_named(address.country);
    std::vector<std::string> out;
    for (const std::string_view pattern :
         text::split(country == nullptr ? usual_lines : country->lines, '|'))
        add_lines(filled_line(pattern, address), out);
    const bool is_home =
        country != nullptr && text::lower_ascii(country->code) == text::lower_ascii(home);
    if (!address.country.empty() && !is_home) {
        std::string name = address.country;
        for (char& c : name)
            c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        out.push_back(std::move(name));
    }
    return out;
}

std::string_view country_code(std::string_view name) {
    const Country* country = country_named(name);
    return country == nullptr ? std::string_view() : country->code;
}

}  // namespace crm::campaign
