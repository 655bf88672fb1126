#include "base/text.hpp"
#include "form/card.hpp"
#include "form/card_files.hpp"
#include "form/card_parts.hpp"
#include "form/card_rules.hpp"
#include "form/card_values.hpp"
#include "form/vcard_parse.hpp"
#include "meta/type.hpp"

#include <algorithm>
#include <set>

namespace crm::form {
namespace {

class Writer {
public:
    Writer(const Exported& record, int version)
        : record_(record), four_(version != 3), company_(record.noun == "account") {
        for (const std::string_view line : text::split(value("extra"), '\n')) {
            const std::string_view head = line.substr(0, line.find_first_of(";:"));
            if (const auto dot = head.find('.'); dot != std::string_view::npos)
                groups_.insert(text::lower_ascii(head.substr(0, dot)));
        }
    }

    std::string text() {
        line("BEGIN:VCARD");
        line(four_ ? "VERSION:4.0" : "VERSION:3.0");
        uids();
        names();
        list("EMAIL", take("emails"));
        list("TEL", take("phones"));
        list("URL", take("urls"));
        address(company_ ? "billing_address" : "address");
        if (!company_)
            person();
        categories(take("tags"));
        property("NOTE", escaped(take("description")));
        for (const Attached& file : record_.files)
            if (belongs_on_card(file))
                line(content_line(file_property(file, four_ ? 4 : 3)));
        rest();
        line("END:VCARD");
        return std::move(out_);
    }

private:
    const Exported& record_;
    bool four_, company_;
    std::string out_;
    std::set<std::string, std::less<>> groups_, taken_;
    int item_ = 0;

    std::string_view value(std::string_view field) const {
        for (const auto& [name, text] : record_.fields)
            if (name == field)
                return text;
        return {};
    }

    /// The value, which is then written and not said again among the X-CRM properties.
    std::string_view take(std::string_view field) {
        taken_.emplace(field);
        return value(field);
    }

    void line(std::string_view text) { append_folded(text, out_); }

    void property(std::string_view name, std::string_view escaped_value) {
        if (!escaped_value.empty())
            line((std::string(name) += ':') += escaped_value);
    }

    void own(std::string_view field, std::string_view text) {
        property(crm_property(field), escaped(text));
    }

    /// The UID of the program that a card came from stays its UID, so that it knows its own card
    /// again.
    void uids() {
        std::vector<meta::Item> refs = meta::read_items(take("refs"));
        std::string foreign;
        const auto found = std::ranges::find_if(refs, [](const meta::Item& r) {
            return r.value.size() > 6 && r.value.starts_with("vcard:") &&
                   !uuid(text::lower_ascii(std::string_view(r.value).substr(6))) &&
                   text::trimmed(r.value) == r.value;
        });
        if (found != refs.end()) {
            foreign = found->value.substr(6);
            refs.erase(found);
        }
        const bool urn = text::lower_ascii(foreign).starts_with("urn:uuid:");
        const std::string own_uid = record_.uid.empty() ? std::string(take("uid")) : record_.uid;
        taken_.emplace("uid");
        const bool plain = uuid(own_uid) && text::lower_ascii(own_uid) == own_uid;
        if (!foreign.empty() && !urn) {
            property("UID", escaped(foreign));
            own("uid", own_uid);
        } else if (plain) {
            property("UID", (four_ ? "urn:uuid:" : "") + own_uid);
        } else {
            own("uid", own_uid);
        }
        if (urn)
            own("ref", "vcard:" + foreign);
        for (const meta::Item& ref : refs)
            own("ref", ref.value);
    }

    void names() {
        const std::string_view name = take("name");
        if (company_)
            property(four_ ? "KIND" : "X-ABShowAs", four_ ? "org" : "COMPANY");
        property("FN", escaped(name));
        if (company_) {
            property("ORG", escaped(name));
            return;
        }
        const NameParts parts{.family = std::string(take("family_name")),
                              .given = std::string(take("given_name")),
                              .middle = std::string(take("middle_name")),
                              .prefix = std::string(take("prefix")),
                              .suffix = std::string(take("suffix"))};
        if (!parts.empty() || !four_)
            property("N", written(parts));
        property("NICKNAME", parted(take("nickname"), ", ", ','));
        const Organization organization{.name = std::string(take("account")),
                                        .department = std::string(take("department"))};
        if (!organization.empty())
            property("ORG", written(organization));
        property("TITLE", escaped(take("title")));
        for (const auto& [field, text] : record_.link)
            own("account_" + field, text);
    }

    void person() {
        birthday_line(take("birthday"));
        const std::string_view language = take("language"), zone = take("timezone");
        if (language_tag(language))
            property("LANG", language);
        else
            own("language", language);
        if (iana_zone(zone))
            property("TZ", zone);
        else
            own("timezone", zone);
    }

    void birthday_line(std::string_view day) {
        const auto full = birthday(day);
        if (full && *full != day)
            return own("birthday", day);
        if (!full)
            return property("BDAY", escaped(day));
        std::string text(day);
        if (four_) {
            const bool yearless = text.starts_with("--");
            std::erase(text, '-');
            property("BDAY", yearless ? "--" + text : text);
        } else if (text.starts_with("--")) {
            line("BDAY;X-APPLE-OMIT-YEAR=1604:1604" + text.substr(1));
        } else {
            property("BDAY", text);
        }
    }

    std::string next_group() {
        std::string group;
        do
            group = "item" + std::to_string(++item_);
        while (groups_.contains(group));
        return group;
    }

    /// One property of a list, with the label that TYPE cannot carry after it.
    void labelled(Property p, const std::vector<std::string>& labels) {
        std::vector<std::string_view> odd;
        for (const std::string& label : labels) {
            if (plain_label(label))
                p.parameters.push_back({"TYPE", label});
            else if (!label.empty())
                odd.push_back(label);
        }
        if (!odd.empty())
            p.group = next_group();
        line(content_line(p));
        for (const std::string_view label : odd) {
            const bool wrapped = bare_label(label) != label;
            line(p.group + ".X-ABLabel:" +
                 escaped(wrapped ? "_$!<" + std::string(label) + ">!$_" : std::string(label)));
        }
    }

    void list(std::string_view name, std::string_view text) {
        const std::vector<meta::Item> items = meta::read_items(text);
        for (const meta::Item& item : items) {
            Property p;
            p.name = name;
            p.value = escaped(item.value);
            if (name == "TEL")
                telephone(item.value, p);
            if (items.size() > 1 && &item == &items.front())
                p.parameters.push_back(four_ ? Parameter{"PREF", "1"} : Parameter{"TYPE", "pref"});
            labelled(std::move(p), item.labels);
        }
    }

    /// A number that would be taken for a URI is written as one, and in 4.0 one with an extension;
    /// a telephone that reads 3.0 wants digits.
    void telephone(const std::string& number, Property& p) const {
        constexpr std::string_view uri =
            "+0123456789()-.;=abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        const bool scheme = same_word(std::string_view(number).substr(0, 4), "tel:");
        const bool extended = four_ && number.find(";ext=") != std::string::npos &&
                              number.find_first_not_of(uri) == std::string::npos;
        if (!scheme && !extended)
            return;
        p.value = "tel:" + (extended ? number : escaped(number));
        if (four_)
            p.parameters.push_back({"VALUE", "uri"});
    }

    void address(const std::string& field) {
        const auto part = [&](std::string_view name) {
            return std::string(take(field + '.' + std::string(name)));
        };
        const PostalAddress address{.street = part("street"),
                                    .city = part("city"),
                                    .region = part("region"),
                                    .postcode = part("postcode"),
                                    .country = part("country")};
        const std::string type_field = field + ".type";
        const std::string type(take(type_field));
        if (address.empty())
            return own(type_field, type);
        Property p;
        p.name = "ADR";
        p.value = written(address);
        bool plain = true;
        std::vector<std::string> labels;
        for (std::string_view rest = type; !rest.empty();) {
            const auto comma = std::min(rest.find(", "), rest.size());
            labels.emplace_back(rest.substr(0, comma));
            plain = plain && plain_label(labels.back());
            rest.remove_prefix(std::min(comma + 2, rest.size()));
        }
        plain = plain && text::joined(labels, ", ") == type;
        labelled(std::move(p), plain ? labels : std::vector<std::string>());
        if (!plain)
            own(type_field, type);
    }

    void categories(std::string_view text) {
        std::string value;
        for (const meta::Item& tag : meta::read_items(text)) {
            if (!value.empty())
                value += ',';
            value += escaped(tag.value);
        }
        property("CATEGORIES", value);
    }

    void rest() {
        taken_.insert({"extra", "email", "phone", "updated_at"});
        for (const auto& [field, text] : record_.fields)
            if (!taken_.contains(field))
                own(field, text);
        // What explains a group stands last, as it does when such a card is read.
        auto extra = text::split(value("extra"), '\n');
        std::ranges::stable_partition(extra, [](std::string_view one) {
            const std::string_view name = one.substr(0, one.find_first_of(";:"));
            return !name.ends_with(".X-ABADR") && !name.ends_with(".X-ABLABEL");
        });
        for (const std::string_view one : extra)
            if (!one.empty())
                line(place(one));
    }

    /// A place is GEO:geo:37.4,-122.1 in 4.0 (RFC 6350 6.5.2) and GEO:37.4;-122.1 in 3.0 (RFC
    /// 2426 3.4.2).
    std::string place(std::string_view line) const {
        constexpr std::string_view number = "+-.0123456789";
        if (!line.starts_with("GEO:"))
            return std::string(line);
        std::string_view value = line.substr(4);
        const bool uri = value.starts_with("geo:");
        if (uri)
            value.remove_prefix(4);
        const auto between = value.find(uri ? ',' : ';');
        if (uri == four_ || between == std::string_view::npos)
            return std::string(line);
        const std::string_view latitude = value.substr(0, between),
                               longitude = value.substr(between + 1);
        if (latitude.find_first_not_of(number) != std::string_view::npos ||
            longitude.find_first_not_of(number) != std::string_view::npos)
            return std::string(line);
        return four_ ? "GEO:geo:" + std::string(latitude) + "," + std::string(longitude)
                     : "GEO:" + std::string(latitude) + ";" + std::string(longitude);
    }
};

}  // namespace

std::string card_text(const Exported& record, int version) {
    return Writer(record, version).text();
}

}  // namespace crm::form
