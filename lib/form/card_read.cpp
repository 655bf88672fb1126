#include "base/text.hpp"
#include "form/card.hpp"
#include "form/card_files.hpp"
#include "form/card_kind.hpp"
#include "form/card_parts.hpp"
#include "form/card_rules.hpp"
#include "form/card_values.hpp"
#include "form/vcard_parse.hpp"
#include "meta/type.hpp"

#include <algorithm>
#include <span>
#include <unordered_map>
#include <unordered_set>

namespace crm::form {
namespace {

constexpr auto none = std::string_view::npos;

/// Of one list. More than a real card has; the rest of a hostile card stays in its extra
/// properties.
constexpr std::size_t most_values = 500;

class CardReader {
public:
    CardReader(Card&& card, std::string_view file) : card_(std::move(card)) {
        draft_.file.assign(file);
        draft_.line = card_.line;
    }

    Expected<Draft> read() {
        collect_groups();
        company_ = is_company(card_);
        draft_.noun = company_ ? "account" : "contact";
        draft_.fields.reserve(12);
        for (Property& p : card_.properties)
            place(p);
        return finished();
    }

private:
    using Handler = bool (CardReader::*)(
        const Property&);  ///< false: the property has no place and is kept as it is
    struct Row {
        std::string_view name;
        Handler handler;
        bool company;  ///< also for a company's card
    };
    static std::span<const Row> rows();

    struct Group {
        std::vector<std::string> labels;
        bool used = false;
    };

    Card card_;
    Draft draft_;
    bool company_ = false, titled_ = false;
    std::unordered_map<std::string_view, Group> groups_;
    std::unordered_set<std::string> alternatives_;
    std::string name_, nickname_, title_, birthday_, note_, language_, zone_, uid_, extra_;
    NameParts parts_;
    Organization organization_;
    const Property *role_ = nullptr, *address_ = nullptr;
    int address_rank_ = 0;
    bool named_parts_ = false;
    List emails_, phones_, urls_;
    std::vector<meta::Item> tags_, refs_;

    void collect_groups() {
        for (const Property& p : card_.properties) {
            if (p.name == "TITLE" && !one_line(p.value).empty())
                titled_ = true;
            if (p.group.empty())
                continue;
            Group& group = groups_[p.group];
            if (p.name != "X-ABLABEL")
                continue;
            if (std::string label(bare_label(one_line(p.value))); !label.empty())
                group.labels.push_back(std::move(label));
        }
    }

    void place(Property& p) {
        if (std::ranges::all_of(p.value, [](char c) {
                return c == ';' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
            }))
            return;
        if (p.name == "X-ABLABEL" || p.name == "X-ABADR")
            return;
        if (const std::string* alt = p.parameter("ALTID"))
            if (!alternatives_.insert(p.name + ':' + *alt).second)
                return keep(p);
        if (p.name.starts_with("X-CRM-"))
            return own(p);
        const auto row = std::ranges::find(rows(), std::string_view(p.name), &Row::name);
        if (row == rows().end() || (company_ && !row->company) || !(this->*row->handler)(p))
            return keep(p);
        if (!p.group.empty())
            groups_[p.group].used = true;
    }

    void keep(const Property& p) {
        if (!extra_.empty())
            extra_ += '\n';
        extra_ += content_line(p);
    }

    static bool once(std::string& field, std::string value) {
        if (!field.empty() || value.empty())
            return false;
        field = std::move(value);
        return true;
    }

    bool drop(const Property&) { return true; }
    bool fn(const Property& p) { return once(name_, one_line(p.value)); }
    bool nickname(const Property& p) { return once(nickname_, component(p.value, ", ")); }
    bool title(const Property& p) { return once(title_, one_line(p.value)); }
    bool language(const Property& p) {
        std::string tag = one_line(p.value);
        return language_tag(tag) && once(language_, std::move(tag));
    }
    bool zone(const Property& p) {
        std::string name = one_line(p.value);
        return iana_zone(name) && once(zone_, std::move(name));
    }
    bool role(const Property& p) {
        if (role_ || titled_)
            return false;  // kept where it is
        role_ = &p;
        return true;
    }
    bool kind(const Property& p) {
        return company_ ? same_word(p.value, "org") : same_word(p.value, "individual");
    }
    bool shown_as(const Property& p) { return company_ && same_word(p.value, "COMPANY"); }

    bool note(const Property& p) {
        add_word(note_, unescaped(p.value), "\n");
        return true;
    }

    bool n(const Property& p) {
        if (named_parts_)
            return false;
        parts_ = read_name(p.value);
        return named_parts_ = true;
    }

    bool org(const Property& p) {
        Organization given = read_organization(p.value);
        if (company_)
            return given.department.empty() &&
                   (given.name == name_ || once(organization_.name, std::move(given.name)));
        if (!organization_.empty())
            return false;
        organization_ = std::move(given);
        return true;
    }

    bool listed(List& list, const Property& p, std::string value) {
        if (value.empty())
            return true;
        if (list.items.size() >= most_values)
            return false;
        meta::Item item{std::move(value), {}};
        for (const Parameter& one : p.parameters)
            if (one.name == "TYPE" || one.name == "SERVICE-TYPE")
                if (auto label = type_label(one.value))
                    add_label(item, std::move(*label));
        if (!p.group.empty())
            for (const std::string& label : groups_[p.group].labels)
                add_label(item, label);
        list.items.push_back(std::move(item));
        list.ranks.push_back(rank(p));
        return true;
    }

    static void add_label(meta::Item& item, std::string label) {
        if (item.labels.size() < 16 && std::ranges::find(item.labels, label) == item.labels.end())
            item.labels.push_back(std::move(label));
    }

    bool email(const Property& p) {
        std::string value = one_line(p.value);
        if (same_word(value.substr(0, 7), "mailto:"))
            value.erase(0, 7);
        if (value.ends_with('>'))
            if (const auto open = value.rfind('<'); open != none)
                value = value.substr(open + 1, value.size() - open - 2);
        return meta::is_email(value) && listed(emails_, p, std::move(value));
    }

    bool phone(const Property& p) {
        std::string value = one_line(p.value);
        if (same_word(value.substr(0, 4), "tel:"))
            value.erase(0, 4);
        return meta::is_phone(value) && listed(phones_, p, std::move(value));
    }

    bool url(const Property& p) { return listed(urls_, p, one_line(p.value)); }

    bool profile(const Property& p) {
        std::string value = one_line(p.value);
        return (same_word(value.substr(0, 7), "http://") ||
                same_word(value.substr(0, 8), "https://")) &&
               listed(urls_, p, std::move(value));
    }

    bool address(const Property& p) {
        const int r = rank(p);
        if (address_ && r >= address_rank_)
            return false;
        if (address_) {
            keep(*address_);
            if (!address_->group.empty())
                groups_[address_->group].used = false;
        }
        address_ = &p;
        address_rank_ = r;
        return true;
    }

    bool bday(const Property& p) {
        if (!birthday_.empty() || draft_.find("birthday"))
            return false;
        if (auto day = birthday(p.value))
            return once(birthday_, std::move(*day));
        draft_.fields.push_back({"birthday", one_line(p.value), true, content_line(p)});
        return true;
    }

    /// X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Nick;1;…
    bool android(const Property& p) {
        const auto parts = components(p.value);
        return parts.size() > 1 && parts[0].ends_with("/nickname") &&
               once(nickname_, one_line(parts[1]));
    }

    bool categories(const Property& p) {
        for (const std::string_view part : components(p.value, ','))
            if (std::string tag = one_line(part); !tag.empty() && tags_.size() < most_values)
                tags_.push_back({std::move(tag), {}});
        return true;
    }

    bool uid(const Property& p) {
        std::string value = one_line(p.value);
        const bool urn = same_word(value.substr(0, 9), "urn:uuid:");
        const std::string bare = text::lower_ascii(urn ? value.substr(9) : value);
        if (uuid(bare))
            return once(uid_, bare);
        refs_.push_back({"vcard:" + value, {}});
        return true;
    }

    bool file(const Property& p) {
        auto file = read_file(p);
        if (!file)
            return false;
        draft_.files.push_back(std::move(*file));
        return true;
    }

    /// X-CRM-…, as `card_text` writes it.
    void own(const Property& p) {
        std::string field = crm_field(p.name), value = unescaped(p.value);
        if (field == "uid") {
            uid_ = std::move(value);
        } else if (field == "ref") {
            refs_.push_back({std::move(value), {}});
        } else if (field.starts_with("account_") && !company_) {
            draft_.link.push_back({field.substr(8), std::move(value), true, content_line(p)});
        } else {
            draft_.fields.push_back({std::move(field), std::move(value), true, content_line(p)});
        }
    }

    void set_field(std::string_view field, std::string&& value) {
        if (!value.empty())
            draft_.fields.push_back({std::string(field), std::move(value), false, {}});
    }

    std::string built_name() const {
        if (std::string whole = whole_name(parts_); !whole.empty())
            return whole;
        for (const std::string* other : {&organization_.name, &nickname_})
            if (!other->empty())
                return *other;
        for (const List* list : {&emails_, &phones_})
            if (!list->items.empty())
                return list->items.front().value;
        return {};
    }

    void set_address() {
        if (!address_)
            return;
        const std::string field = company_ ? "billing_address." : "address.";
        PostalAddress address = read_address(address_->value);
        set_field(field + "street", std::move(address.street));
        set_field(field + "city", std::move(address.city));
        set_field(field + "region", std::move(address.region));
        set_field(field + "postcode", std::move(address.postcode));
        set_field(field + "country", std::move(address.country));
        set_field(field + "type", address_type());
        // What 4.0 says of an address are properties of the whole card in 3.0, and kept as such.
        for (const Parameter& one : address_->parameters) {
            if (one.name == "LABEL")  // its line ends come as \n
                keep({{}, one.name, {}, escaped(unescaped(one.value)), 0});
            if (one.name == "GEO")
                keep({{}, one.name, {}, one.value, 0});
        }
    }

    std::string address_type() {
        std::string type;
        for (const Parameter& one : address_->parameters)
            if (one.name == "TYPE")
                if (const auto label = type_label(one.value))
                    add_word(type, *label, ", ");
        if (!address_->group.empty())
            for (const std::string& label : groups_[address_->group].labels)
                add_word(type, label, ", ");
        return type;
    }

    void set_account() {
        if (company_ || organization_.name.empty())
            return;
        draft_.account = std::make_unique<Draft>();
        draft_.account->noun = "account";
        draft_.account->file = draft_.file;
        draft_.account->line = draft_.line;
        draft_.account->set_field("name", std::move(organization_.name));
    }

    void keep_unused_labels() {
        if (groups_.empty())
            return;
        for (const Property& p : card_.properties)
            if ((p.name == "X-ABLABEL" || p.name == "X-ABADR") && !p.value.empty() &&
                !groups_[p.group].used)
                keep(p);
    }

    Expected<Draft> finished() {
        if (role_ && (!title_.empty() || company_))
            keep(*role_);
        else if (role_)
            title_ = one_line(role_->value);
        if (name_.empty())
            name_ = built_name();
        if (name_.empty())
            return failure(
                Fault::rejected, "no_name",
                "the card has no name, organization, e-mail address or telephone number");
        set_field("uid", std::move(uid_));
        if (company_ && !organization_.name.empty() && organization_.name != name_)
            keep({{}, "ORG", {}, escaped(organization_.name), 0});
        set_field("name", std::move(name_));
        const std::pair<std::string_view, std::string*> simple[] = {
            {"family_name", &parts_.family},
            {"given_name", &parts_.given},
            {"middle_name", &parts_.middle},
            {"prefix", &parts_.prefix},
            {"suffix", &parts_.suffix},
            {"nickname", &nickname_},
            {"title", &title_},
            {"department", &organization_.department},
            {"birthday", &birthday_},
            {"language", &language_},
            {"timezone", &zone_},
            {"description", &note_}};
        for (const auto& [field, value] : simple)
            set_field(field, std::move(*value));
        set_field("emails", emails_.text());
        set_field("phones", phones_.text());
        set_field("urls", urls_.text());
        set_field("tags", meta::items_text(tags_));
        set_field("refs", meta::items_text(refs_));
        set_address();
        set_account();
        keep_unused_labels();
        set_field("extra", std::move(extra_));
        return std::move(draft_);
    }
};

std::span<const CardReader::Row> CardReader::rows() {
    static constexpr Row all[] = {
        {"FN", &CardReader::fn, true},
        {"N", &CardReader::n, false},
        {"TEL", &CardReader::phone, true},
        {"EMAIL", &CardReader::email, true},
        {"ORG", &CardReader::org, true},
        {"ADR", &CardReader::address, true},
        {"NOTE", &CardReader::note, true},
        {"UID", &CardReader::uid, true},
        {"URL", &CardReader::url, true},
        {"TITLE", &CardReader::title, false},
        {"ROLE", &CardReader::role, false},
        {"BDAY", &CardReader::bday, false},
        {"CATEGORIES", &CardReader::categories, true},
        {"NICKNAME", &CardReader::nickname, false},
        {"REV", &CardReader::drop, true},
        {"PRODID", &CardReader::drop, true},
        {"KIND", &CardReader::kind, true},
        {"LANG", &CardReader::language, false},
        {"TZ", &CardReader::zone, false},
        {"PHOTO", &CardReader::file, true},
        {"LOGO", &CardReader::file, true},
        {"SOUND", &CardReader::file, true},
        {"KEY", &CardReader::file, true},
        {"X-SOCIALPROFILE", &CardReader::profile, true},
        {"SOCIALPROFILE", &CardReader::profile, true},
        {"X-ANDROID-CUSTOM", &CardReader::android, false},
        {"X-ABSHOWAS", &CardReader::shown_as, true},
    };
    return all;
}

}  // namespace

Expected<Draft> draft_of(Card&& card, std::string_view file) {
    return CardReader(std::move(card), file).read();
}

}  // namespace crm::form
