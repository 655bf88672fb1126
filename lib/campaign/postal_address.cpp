#include "campaign/postal_address.hpp"

#include "base/ascii.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace crm::campaign {
namespace {

constexpr std::string_view usual_lines = "S|P C";

/// How a country writes addresses. `names`: folded, in English and its own languages, and in those
/// of its neighbours, separated by '|'; the first is what a letter from abroad has. `lines`:
/// separated by '|', S street, P postcode, C city, R region; other signs stay. Sources: Universal
/// Postal Union, postal addressing systems in member countries; ISO 3166-1, with the usual names.
struct Country {
    std::string_view code, names, lines = usual_lines;
    bool has_postcodes = true;
};

constexpr Country countries[] = {
    {"AD", "andorra"},
    {"AE", "united arab emirates|uae|vereinigte arabische emirate", "S|C", false},
    {"AF", "afghanistan"},
    {"AG", "antigua and barbuda"},
    {"AI", "anguilla"},
    {"AL", "albania|albanien"},
    {"AM", "armenia"},
    {"AO", "angola"},
    {"AQ", "antarctica"},
    {"AR", "argentina|argentinien", "S|P C|R"},
    {"AS", "american samoa"},
    {"AT", "austria|osterreich|autriche"},
    {"AU", "australia|australien", "S|C R P"},
    {"AW", "aruba"},
    {"AX", "aland islands"},
    {"AZ", "azerbaijan"},
    {"BA", "bosnia and herzegovina|bosnia"},
    {"BB", "barbados"},
    {"BD", "bangladesh"},
    {"BE", "belgium|belgien|belgique|belgie"},
    {"BF", "burkina faso"},
    {"BG", "bulgaria|bulgarien"},
    {"BH", "bahrain"},
    {"BI", "burundi"},
    {"BJ", "benin"},
    {"BL", "saint barthelemy|st barthelemy"},
    {"BM", "bermuda"},
    {"BN", "brunei"},
    {"BO", "bolivia|bolivien"},
    {"BQ", "caribbean netherlands"},
    {"BR", "brazil|brasil|brasilien", "S|C - R|P"},
    {"BS", "bahamas|the bahamas", "S|C", false},
    {"BT", "bhutan"},
    {"BV", "bouvet island"},
    {"BW", "botswana", "S|C", false},
    {"BY", "belarus"},
    {"BZ", "belize"},
    {"CA", "canada|kanada", "S|C R P"},
    {"CC", "cocos islands|cocos (keeling) islands"},
    {"CD", "democratic republic of the congo|dr congo"},
    {"CF", "central african republic"},
    {"CG", "republic of the congo|congo"},
    {"CH", "switzerland|schweiz|suisse|svizzera"},
    {"CI", "ivory coast|cote d'ivoire|elfenbeinkuste"},
    {"CK", "cook islands"},
    {"CL", "chile", "S|P C|R"},
    {"CM", "cameroon"},
    {"CN", "china|people's republic of china|pr china|中国", "S|P C|R"},
    {"CO", "colombia|kolumbien"},
    {"CR", "costa rica"},
    {"CU", "cuba|kuba"},
    {"CV", "cape verde|cabo verde"},
    {"CW", "curacao"},
    {"CX", "christmas island"},
    {"CY", "cyprus|zypern"},
    {"CZ", "czech republic|czechia|tschechien|ceska republika"},
    {"DE", "germany|deutschland|allemagne|alemania|germania"},
    {"DJ", "djibouti"},
    {"DK", "denmark|danmark|danemark"},
    {"DM", "dominica"},
    {"DO", "dominican republic"},
    {"DZ", "algeria|algerien"},
    {"EC", "ecuador"},
    {"EE", "estonia|eesti|estland"},
    {"EG", "egypt|agypten"},
    {"EH", "western sahara"},
    {"ER", "eritrea"},
    {"ES", "spain|espana|spanien|espagne", "S|P C|R"},
    {"ET", "ethiopia"},
    {"FI", "finland|suomi|finnland"},
    {"FJ", "fiji", "S|C", false},
    {"FK", "falkland islands"},
    {"FM", "micronesia"},
    {"FO", "faroe islands"},
    {"FR", "france|frankreich"},
    {"GA", "gabon"},
    {"GB",
     "united kingdom|uk|great britain|england|scotland|wales|northern ireland|"
     "vereinigtes konigreich|grossbritannien|royaume-uni",
     "S|C|P"},
    {"GD", "grenada"},
    {"GE", "georgia|georgien"},
    {"GF", "french guiana"},
    {"GG", "guernsey"},
    {"GH", "ghana", "S|C", false},
    {"GI", "gibraltar"},
    {"GL", "greenland"},
    {"GM", "gambia"},
    {"GN", "guinea"},
    {"GP", "guadeloupe"},
    {"GQ", "equatorial guinea"},
    {"GR", "greece|griechenland|hellas"},
    {"GS", "south georgia and the south sandwich islands"},
    {"GT", "guatemala"},
    {"GU", "guam"},
    {"GW", "guinea-bissau"},
    {"GY", "guyana"},
    {"HK", "hong kong", "S|C", false},
    {"HM", "heard island and mcdonald islands"},
    {"HN", "honduras"},
    {"HR", "croatia|hrvatska|kroatien"},
    {"HT", "haiti"},
    {"HU", "hungary|magyarorszag|ungarn", "C|S|P"},
    {"ID", "indonesia|indonesien"},
    {"IE", "ireland|eire|irland", "S|C|R|P", false},
    {"IL", "israel", "S|C P"},
    {"IM", "isle of man"},
    {"IN", "india|indien", "S|C P|R"},
    {"IO", "british indian ocean territory"},
    {"IQ", "iraq|irak"},
    {"IR", "iran"},
    {"IS", "iceland|island"},
    {"IT", "italy|italia|italien|italie", "S|P C R"},
    {"JE", "jersey"},
    {"JM", "jamaica", "S|C", false},
    {"JO", "jordan|jordanien"},
    {"JP", "japan|日本", "S|C, R P"},
    {"KE", "kenya|kenia"},
    {"KG", "kyrgyzstan"},
    {"KH", "cambodia"},
    {"KI", "kiribati"},
    {"KM", "comoros"},
    {"KN", "saint kitts and nevis"},
    {"KP", "north korea"},
    {"KR", "south korea|korea|republic of korea|sudkorea", "S|C, R P"},
    {"KW", "kuwait"},
    {"KY", "cayman islands"},
    {"KZ", "kazakhstan|kasachstan"},
    {"LA", "laos"},
    {"LB", "lebanon|libanon"},
    {"LC", "saint lucia"},
    {"LI", "liechtenstein"},
    {"LK", "sri lanka"},
    {"LR", "liberia"},
    {"LS", "lesotho"},
    {"LT", "lithuania|lietuva|litauen"},
    {"LU", "luxembourg|luxemburg"},
    {"LV", "latvia|latvija|lettland"},
    {"LY", "libya"},
    {"MA", "morocco|marokko"},
    {"MC", "monaco"},
    {"MD", "moldova|moldawien"},
    {"ME", "montenegro"},
    {"MF", "saint martin"},
    {"MG", "madagascar"},
    {"MH", "marshall islands"},
    {"MK", "north macedonia|nordmazedonien"},
    {"ML", "mali"},
    {"MM", "myanmar|burma"},
    {"MN", "mongolia"},
    {"MO", "macao|macau", "S|C", false},
    {"MP", "northern mariana islands"},
    {"MQ", "martinique"},
    {"MR", "mauritania"},
    {"MS", "montserrat"},
    {"MT", "malta"},
    {"MU", "mauritius"},
    {"MV", "maldives"},
    {"MW", "malawi"},
    {"MX", "mexico|mexiko", "S|P C, R"},
    {"MY", "malaysia", "S|P C|R"},
    {"MZ", "mozambique"},
    {"NA", "namibia"},
    {"NC", "new caledonia"},
    {"NE", "niger"},
    {"NF", "norfolk island"},
    {"NG", "nigeria"},
    {"NI", "nicaragua"},
    {"NL", "netherlands|the netherlands|nederland|niederlande|pays-bas|holland"},
    {"NO", "norway|norge|norwegen"},
    {"NP", "nepal"},
    {"NR", "nauru"},
    {"NU", "niue"},
    {"NZ", "new zealand|neuseeland", "S|C P"},
    {"OM", "oman"},
    {"PA", "panama", "S|C", false},
    {"PE", "peru"},
    {"PF", "french polynesia"},
    {"PG", "papua new guinea"},
    {"PH", "philippines|philippinen"},
    {"PK", "pakistan"},
    {"PL", "poland|polska|polen|pologne"},
    {"PM", "saint pierre and miquelon"},
    {"PN", "pitcairn"},
    {"PR", "puerto rico"},
    {"PS", "palestine"},
    {"PT", "portugal"},
    {"PW", "palau"},
    {"PY", "paraguay"},
    {"QA", "qatar|katar", "S|C", false},
    {"RE", "reunion"},
    {"RO", "romania|rumanien"},
    {"RS", "serbia|srbija|serbien"},
    {"RU", "russia|russian federation|russland|россия", "S|C|R|P"},
    {"RW", "rwanda"},
    {"SA", "saudi arabia|saudi-arabien"},
    {"SB", "solomon islands"},
    {"SC", "seychelles"},
    {"SD", "sudan"},
    {"SE", "sweden|sverige|schweden|suede"},
    {"SG", "singapore|singapur", "S|C P"},
    {"SH", "saint helena"},
    {"SI", "slovenia|slovenija|slowenien"},
    {"SJ", "svalbard and jan mayen"},
    {"SK", "slovakia|slovensko|slowakei"},
    {"SL", "sierra leone"},
    {"SM", "san marino"},
    {"SN", "senegal"},
    {"SO", "somalia"},
    {"SR", "suriname"},
    {"SS", "south sudan"},
    {"ST", "sao tome and principe"},
    {"SV", "el salvador"},
    {"SX", "sint maarten"},
    {"SY", "syria"},
    {"SZ", "eswatini|swaziland"},
    {"TC", "turks and caicos islands"},
    {"TD", "chad"},
    {"TF", "french southern territories"},
    {"TG", "togo"},
    {"TH", "thailand"},
    {"TJ", "tajikistan"},
    {"TK", "tokelau"},
    {"TL", "timor-leste|east timor"},
    {"TM", "turkmenistan"},
    {"TN", "tunisia|tunesien"},
    {"TO", "tonga"},
    {"TR", "turkey|turkiye|turkei", "S|P C R"},
    {"TT", "trinidad and tobago"},
    {"TV", "tuvalu"},
    {"TW", "taiwan", "S|C P"},
    {"TZ", "tanzania|tansania"},
    {"UA", "ukraine|украина", "S|C|R|P"},
    {"UG", "uganda"},
    {"UM", "us minor outlying islands"},
    {"US",
     "united states|united states of america|usa|u.s.a.|vereinigte staaten|etats-unis|"
     "estados unidos",
     "S|C, R P"},
    {"UY", "uruguay"},
    {"UZ", "uzbekistan"},
    {"VA", "vatican city|vatican"},
    {"VC", "saint vincent and the grenadines"},
    {"VE", "venezuela"},
    {"VG", "british virgin islands"},
    {"VI", "us virgin islands|u.s. virgin islands"},
    {"VN", "vietnam|viet nam"},
    {"VU", "vanuatu"},
    {"WF", "wallis and futuna"},
    {"WS", "samoa"},
    {"YE", "yemen"},
    {"YT", "mayotte"},
    {"ZA", "south africa|sudafrika", "S|C|P"},
    {"ZM", "zambia"},
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

/// The last line of a letter to another country: its name in capitals (Universal Postal Union), in
/// English where it is kept as a code or in other letters. Empty within the country.
std::string name_abroad(std::string_view kept, std::string_view home) {
    const Country* country = country_named(kept);
    if (country != nullptr && country == country_named(home))
        return {};
    std::string name(text::trimmed(kept));
    const bool is_code = name.size() == 2;
    const bool is_ascii = std::ranges::none_of(name, [](unsigned char c) { return c > 0x7f; });
    if (country != nullptr && (is_code || !is_ascii))
        name = text::split(country->names, '|').front();
    for (char& c : name)
        c = to_upper(c);
    return name;
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
    if (const std::string name = name_abroad(address.country, home); !name.empty())
        out.push_back(name);
    return out;
}

std::string_view country_code(std::string_view name) {
    const Country* country = country_named(name);
    return country == nullptr ? std::string_view() : country->code;
}

}  // namespace crm::campaign
