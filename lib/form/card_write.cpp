#include "base/phone.hpp"
#include "base/text.hpp"
#include "form/card.hpp"
#include "form/card_birthday.hpp"
#include "form/card_files.hpp"
#include "form/card_parts.hpp"
#include "form/card_rules.hpp"
#include "form/card_values.hpp"
#include "form/card_versions.hpp"
#include "form/card_wording.hpp"
#include "form/vcard_parse.hpp"
#include "meta/type.hpp"
#include "time/zone_name.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace crm::form {
namespace {

class CardWriter {
public:
    CardWriter(const Exported& record, int version)
        : record_(record), version_(version == 3 ? 3 : 4), company_(record.noun == "account") {
        read_extra();
    }

    std::string text() {
        uids();
        names();
        list("EMAIL", "emails");
        list("TEL", "phones");
        list("URL", "urls");
        address(company_ ? "billing_address" : "address");
        if (!company_)
            person();
        categories();
        notes();
        files();
        own_fields();
        prefer_fields();
        std::ranges::move(extra_, std::back_inserter(card_));
        put_into_version(card_, version_);
        return lines();
    }

    /// "extra" without the wordings that have no use any more.
    std::string current_extra() {
        text();
        std::string extra;
        for (const std::string_view line : text::split(value("extra"), '\n'))
            if (!is_stale(line))
                add_word(extra, line, "\n");
        return extra;
    }

private:
    struct Wording {
        std::string field;
        Property property;
        std::string_view line;  ///< of "extra"
        bool used = false;
    };

    const Exported& record_;
    int version_;
    bool company_;
    std::vector<Property> card_;
    std::vector<Property> extra_;
    std::vector<Wording> wordings_;
    std::vector<std::string_view> odd_lines_;  ///< of "extra" that are no property
    std::set<std::string, std::less<>> groups_, taken_;
    int item_ = 0;

    void read_extra() {
        for (const std::string_view line : text::split(value("extra"), '\n')) {
            if (line.empty())
                continue;
            Property property;
            const auto at = read_head(line, 40, property);
            if (at == std::string_view::npos) {
                odd_lines_.push_back(line);
                continue;
            }
            property.value = line.substr(at);
            if (!property.group.empty())
                groups_.insert(text::lower_ascii(property.group));
            if (std::string field = take_wording_field(property); !field.empty())
                wordings_.push_back({std::move(field), std::move(property), line});
            else
                extra_.push_back(std::move(property));
        }
    }

    std::string lines() const {
        std::string out;
        append_folded("BEGIN:VCARD", out);
        append_folded(version_ == 3 ? "VERSION:3.0" : "VERSION:4.0", out);
        std::set<std::string> written;  // "extra" may have a line in the words of both versions
        for (const Property& property : card_)
            if (const auto [line, is_new] = written.insert(content_line(property)); is_new)
                append_folded(*line, out);
        for (const std::string_view line : odd_lines_)
            append_folded(line, out);
        append_folded("END:VCARD", out);
        return out;
    }

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

    void property(std::string_view name, std::string escaped_value) {
        if (!escaped_value.empty())
            card_.push_back({{}, std::string(name), {}, std::move(escaped_value), 0});
    }

    void own(std::string_view field, std::string_view text) {
        property(crm_property(field), escaped(text));
    }

    bool is_stale(std::string_view line) const {
        return std::ranges::any_of(wordings_, [&](const Wording& wording) {
            return wording.line.data() == line.data() && !wording.used &&
                   !belongs_on_card({wording.field, {}, {}});
        });
    }

    /// The wording of a field, where it still says what the field says.
    template <class Says>
    const Property* wording(std::string_view field, Says&& says_same) {
        for (Wording& one : wordings_) {
            if (one.field != field || !says_same(one.property))
                continue;
            one.used = true;
            return &one.property;
        }
        return nullptr;
    }

    /// A property in the wording that it came in, or else plain.
    template <class Says>
    void worded(std::string_view field, Property plain, Says&& says_same) {
        const Property* as_it_came = wording(field, says_same);
        card_.push_back(as_it_came != nullptr ? *as_it_came : std::move(plain));
    }

    void line_of_text(std::string_view name, std::string_view field) {
        const std::string_view text = take(field);
        if (text.empty())
            return;
        worded(field, {{}, std::string(name), {}, escaped(text), 0},
               [&](const Property& p) { return one_line(p.value) == text; });
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
            property("UID", version_ == 4 && is_uri(foreign) ? uri(foreign) : escaped(foreign));
            own("uid", own_uid);
        } else if (plain) {
            property("UID", (version_ == 4 ? "urn:uuid:" : "") + own_uid);
        } else {
            own("uid", own_uid);
        }
        if (urn)
            own("ref", "vcard:" + foreign);
        for (const meta::Item& ref : refs)
            own("ref", ref.value);
    }

    void names() {
        if (company_ && version_ == 4)
            property("KIND", "org");
        else if (company_)
            property("X-ABShowAs", "COMPANY");
        line_of_text("FN", "name");
        if (company_)
            return organization({.name = std::string(value("name")), .department = {}});
        name_parts();
        nickname();
        const std::string_view account = take("account");
        const std::string_view department = take("department");
        organization({.name = std::string(account), .department = std::string(department)});
        line_of_text("TITLE", "title");
        for (const auto& [field, text] : record_.link)
            own("account_" + field, text);
    }

    /// N is never empty: some programs read nothing else. It has the whole name where its parts
    /// are not known, so that a family name which is the whole name is said apart.
    void name_parts() {
        NameParts parts{.family = std::string(take("family_name")),
                        .given = std::string(take("given_name")),
                        .middle = std::string(take("middle_name")),
                        .prefix = std::string(take("prefix")),
                        .suffix = std::string(take("suffix"))};
        const NameParts whole{.family = std::string(value("name"))};
        if (parts == whole)
            own("family_name", parts.family);
        if (parts.empty())
            parts = whole;
        worded("family_name", {{}, "N", {}, written(parts), 0},
               [&](const Property& p) { return read_name(p.value) == parts; });
    }

    void nickname() {
        const std::string_view text = take("nickname");
        if (text.empty())
            return;
        worded("nickname", {{}, "NICKNAME", {}, parted(text, ", ", ','), 0},
               [&](const Property& p) {
                   return p.name == "NICKNAME" ? component(p.value, ", ") == text
                                               : android_nickname(p.value) == text;
               });
    }

    void organization(const Organization& given) {
        if (given.empty())
            return;
        worded("account", {{}, "ORG", {}, written(given), 0},
               [&](const Property& p) { return read_organization(p.value) == given; });
    }

    void person() {
        const std::string_view day = take("birthday");
        const auto read = read_birthday(day);
        if (read && *read != day)
            own("birthday", day);
        else if (read)
            worded("birthday", birthday_property(day, version_),
                   [&](const Property& p) { return read_birthday(p) == day; });
        else
            property("BDAY", escaped(day));
        if (language_tag(value("language")))
            line_of_text("LANG", "language");
        if (is_zone_name(value("timezone")))
            line_of_text("TZ", "timezone");
    }

    std::string next_group() {
        std::string group;
        do
            group = "item" + std::to_string(++item_);
        while (groups_.contains(group));
        return group;
    }

    /// One property of a list, with the labels that TYPE cannot carry after it.
    void labelled(Property p, const std::vector<std::string>& labels) {
        std::vector<std::string> odd;
        for (const std::string& label : labels) {
            if (!plain_label(label)) {
                if (!label.empty())
                    odd.push_back(label);
                continue;
            }
            Parameter type{"TYPE", label};
            // The word of both versions (RFC 2426 3.3.1, RFC 6350 6.4.1).
            if (p.name == "TEL" && label == "mobile")
                type.value = "cell";
            if (!p.has("TYPE", type.value) && !p.has("SERVICE-TYPE", type.value))
                p.parameters.push_back(std::move(type));
        }
        std::ranges::stable_partition(p.parameters, [](const Parameter& parameter) {
            return parameter.name == "PREF" || parameter.name == "VALUE" ||
                   parameter.name == "TYPE";
        });
        if (!odd.empty() && p.group.empty())
            p.group = next_group();
        const std::string group = p.group;
        card_.push_back(std::move(p));
        for (const std::string& label : odd) {
            const bool wrapped = bare_label(label) != label;
            card_.push_back(
                {group, "X-ABLabel", {}, escaped(wrapped ? "_$!<" + label + ">!$_" : label), 0});
        }
    }

    /// Group, name and parameters of the wording, but for those that the labels and the order
    /// stand for.
    void take_wording(Property& p, const Property* as_it_came) {
        if (as_it_came == nullptr)
            return;
        p.group = as_it_came->group;
        p.name = as_it_came->name;
        if (p.name == "EMAIL" && as_it_came->value.ends_with('>'))
            p.value = as_it_came->value;
        for (const Parameter& parameter : as_it_came->parameters) {
            if (parameter.name == "TYPE"
                    ? type_label(parameter.value).has_value() || same_word(parameter.value, "PREF")
                    : parameter.name == "PREF" || parameter.name == "VALUE")
                continue;
            p.parameters.push_back(parameter);
        }
    }

    void list(std::string_view name, std::string_view field) {
        const std::vector<meta::Item> items = meta::read_items(take(field));
        for (const meta::Item& item : items) {
            Property p;
            p.name = name;
            p.value = name == "URL" ? uri(item.value) : escaped(item.value);
            if (name == "TEL")
                telephone(item.value, p);
            if (items.size() > 1 && &item == &items.front())
                prefer(p, version_);
            take_wording(p, wording(field, [&](const Property& one) {
                             return list_value(name, one) == item.value;
                         }));
            labelled(std::move(p), item.labels);
        }
    }

    static std::string list_value(std::string_view name, const Property& p) {
        if (name == "EMAIL")
            return email_of(p.value);
        return name == "TEL" ? phone_of(p.value) : one_line(p.value);
    }

    /// In 4.0 a number with an extension is a URI; a telephone that reads 3.0 wants digits. A
    /// number of an old database may have the scheme already.
    void telephone(const std::string& number, Property& p) const {
        constexpr std::string_view allowed =
            "+0123456789()-.;=abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        const std::string bare = bare_phone(number);
        const bool extended = version_ == 4 && bare.find(";ext=") != std::string::npos &&
                              bare.find_first_not_of(allowed) == std::string::npos;
        p.value = extended ? "tel:" + bare : escaped(bare);
        if (extended)
            p.parameters.push_back({"VALUE", "uri"});
    }

    void address(const std::string& field) {
        const auto part = [&](std::string_view name) {
            return std::string(take(field + '.' + std::string(name)));
        };
        const PostalAddress given{.street = part("street"),
                                  .city = part("city"),
                                  .region = part("region"),
                                  .postcode = part("postcode"),
                                  .country = part("country")};
        const std::string type = part("type");
        if (given.empty())
            return own(field + ".type", type);
        Property p{{}, "ADR", {}, written(given), 0};
        const Property* as_it_came =
            wording(field, [&](const Property& one) { return read_address(one.value) == given; });
        take_wording(p, as_it_came);
        if (as_it_came != nullptr)
            p.value = as_it_came->value;
        const auto labels = address_labels(type);
        labelled(std::move(p), labels);
        if (labels.empty())
            own(field + ".type", type);
    }

    /// Nothing for a type that does not come back from TYPE as it is.
    static std::vector<std::string> address_labels(std::string_view type) {
        std::vector<std::string> labels;
        for (std::string_view rest = type; !rest.empty();) {
            const auto comma = std::min(rest.find(", "), rest.size());
            labels.emplace_back(rest.substr(0, comma));
            rest.remove_prefix(std::min(comma + 2, rest.size()));
        }
        if (!std::ranges::all_of(labels, plain_label) || text::joined(labels, ", ") != type)
            return {};
        return labels;
    }

    void categories() {
        std::vector<std::string> tags;
        for (meta::Item& tag : meta::read_items(take("tags")))
            tags.push_back(std::move(tag.value));
        const auto is_tag = [&](const std::string& word) {
            return std::ranges::find(tags, word) != tags.end();
        };
        std::vector<Property> as_they_came;
        for (Wording& one : wordings_) {
            const auto words = read_categories(one.property.value);
            if (one.field != "tags" || words.empty() || !std::ranges::all_of(words, is_tag))
                continue;
            one.used = true;
            as_they_came.push_back(one.property);
            for (const std::string& word : words)
                std::erase(tags, word);
        }
        for (std::string& tag : tags)
            tag = escaped(tag);
        property("CATEGORIES", text::joined(tags, ","));
        std::ranges::move(as_they_came, std::back_inserter(card_));
    }

    void notes() {
        const std::string_view text = take("description");
        std::vector<Wording*> as_they_came;
        std::string joined;
        for (Wording& one : wordings_) {
            if (one.field != "description")
                continue;
            as_they_came.push_back(&one);
            add_word(joined, unescaped(one.property.value), "\n");
        }
        if (joined.empty() || joined != text)
            return property("NOTE", escaped(text));
        for (Wording* one : as_they_came) {
            one->used = true;
            card_.push_back(one->property);
        }
    }

    void files() {
        for (const Attached& file : record_.files) {
            if (!belongs_on_card(file))
                continue;
            Property p = file_property(file, version_);
            if (const Property* as_it_came = wording(
                    file.role, [&](const Property& one) { return is_wording_of(one, file); })) {
                p.group = as_it_came->group;
                std::ranges::copy(as_it_came->parameters, std::back_inserter(p.parameters));
            }
            card_.push_back(std::move(p));
        }
    }

    void own_fields() {
        taken_.insert({"extra", "email", "phone", "updated_at"});
        for (const auto& [field, text] : record_.fields)
            if (!taken_.contains(field))
                own(field, text);
    }

    /// The value of a field goes before those of "extra" that say how much they are preferred.
    void prefer_fields() {
        for (const Property& other : extra_) {
            if (rank(other) == unranked)
                continue;
            const auto first = std::ranges::find(card_, other.name, &Property::name);
            if (first != card_.end())
                prefer(*first, version_);
        }
    }
};

}  // namespace

std::string card_text(const Exported& record, int version) {
    return CardWriter(record, version).text();
}

std::string current_extra(const Exported& record) {
    return CardWriter(record, 4).current_extra();
}

}  // namespace crm::form
