#include "base/text.hpp"
#include "form/card.hpp"
#include "form/card_birthday.hpp"
#include "form/card_files.hpp"
#include "form/card_kind.hpp"
#include "form/card_parts.hpp"
#include "form/card_rules.hpp"
#include "form/card_values.hpp"
#include "form/card_versions.hpp"
#include "form/card_wording.hpp"
#include "form/vcard_parse.hpp"
#include "meta/type.hpp"
#include "time/zone_name.hpp"

#include <algorithm>
#include <span>
#include <unordered_map>
#include <unordered_set>

namespace crm::form {
namespace {

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
        normalise(card_.properties);
        collect_groups();
        company_ = is_company(card_);
        draft_.noun = company_ ? "account" : "contact";
        draft_.fields.reserve(12);
        for (Property* property : by_preference())
            place(*property);
        return finished();
    }

private:
    /// False: the property has no place and is kept as it is.
    using Handler = bool (CardReader::*)(const Property&);
    struct Row {
        std::string_view name;
        Handler handler;
        bool company;  ///< also for a company's card
    };
    static std::span<const Row> rows();

    struct Group {
        std::vector<std::string> labels;
        std::size_t members = 0;  ///< properties without the labels
        bool labelled = false;    ///< the labels are those of a value
    };

    /// A line of "extra" and the property that it comes from, whose place it has.
    struct KeptLine {
        const Property* from;
        std::string line;
    };

    Card card_;
    Draft draft_;
    bool company_ = false, titled_ = false;
    std::unordered_map<std::string_view, Group> groups_;
    std::unordered_set<std::string> alternatives_;
    std::vector<KeptLine> kept_;
    std::string shown_name_, name_, nickname_, title_, birthday_, note_, language_, zone_, uid_;
    NameParts parts_;
    Organization organization_;
    const Property *role_ = nullptr, *address_ = nullptr, *organization_from_ = nullptr;
    bool named_parts_ = false;
    bool prefers_phone_ = false;  ///< one number, which is then the first even if it is a fax
    std::vector<const Property*> notes_;
    std::vector<meta::Item> emails_, phones_, urls_, tags_, refs_;

    /// The preferred property of a kind is the one that a field of one value takes.
    std::vector<Property*> by_preference() {
        std::vector<Property*> order;
        order.reserve(card_.properties.size());
        bool ranked = false;
        for (Property& property : card_.properties) {
            order.push_back(&property);
            ranked = ranked || rank(property) != unranked;
        }
        if (ranked)
            std::ranges::stable_sort(order, {}, [](const Property* p) { return rank(*p); });
        const auto named = std::ranges::find_if(order, [](const Property* p) {
            return p->name == "FN" && !one_line(p->value).empty();
        });
        if (named != order.end())
            shown_name_ = one_line((*named)->value);
        return order;
    }

    void collect_groups() {
        for (const Property& p : card_.properties) {
            if (p.name == "TITLE" && !one_line(p.value).empty())
                titled_ = true;
            if (p.group.empty())
                continue;
            Group& group = groups_[p.group];
            if (p.name != "X-ABLABEL") {
                ++group.members;
                continue;
            }
            if (std::string label(bare_label(one_line(p.value))); !label.empty())
                group.labels.push_back(std::move(label));
        }
    }

    static bool is_empty(std::string_view value) {
        return value.find_first_not_of("; \t\r\n") == none;
    }

    void place(Property& p) {
        if (is_empty(p.value) || p.name == "X-ABLABEL")
            return;
        take_wording_field(p);
        if (const std::string* alt = p.parameter("ALTID"))
            if (!alternatives_.insert(p.name + ':' + *alt).second)
                return keep(p);
        if (p.name.starts_with("X-CRM-"))
            return own(p);
        const auto row = std::ranges::find(rows(), std::string_view(p.name), &Row::name);
        if (row == rows().end() || (company_ && !row->company) || !(this->*row->handler)(p))
            keep(p);
    }

    void keep(const Property& p) { kept_.push_back({&p, content_line(p)}); }

    void keep_wording(const Property& p, std::string_view field) { keep_wording(p, p, field); }

    void keep_wording(const Property& wording, const Property& from, std::string_view field) {
        kept_.push_back({&from, wording_line(wording, field)});
    }

    /// Whether other properties of the card belong to this one by its group.
    bool has_companions(const Property& p) {
        return !p.group.empty() && groups_[p.group].members > 1;
    }

    /// Whether a property of one value says what its field does not hold.
    bool says_more(const Property& p) {
        const bool labelled = !p.group.empty() && !groups_[p.group].labels.empty();
        return labelled || has_companions(p) || has_more_parameters(p);
    }

    static bool once(std::string& field, std::string value) {
        if (!field.empty() || value.empty())
            return false;
        field = std::move(value);
        return true;
    }

    /// A field of one value, and the wording where the property says more.
    bool take(std::string& target, std::string value, const Property& p, std::string_view field) {
        if (!once(target, std::move(value)))
            return false;
        if (says_more(p))
            keep_wording(p, field);
        return true;
    }

    bool drop(const Property&) { return true; }
    bool fn(const Property& p) { return take(name_, one_line(p.value), p, "name"); }
    bool nickname(const Property& p) {
        return take(nickname_, component(p.value, ", "), p, "nickname");
    }
    bool title(const Property& p) { return take(title_, one_line(p.value), p, "title"); }
    bool language(const Property& p) {
        std::string tag = one_line(p.value);
        return language_tag(tag) && take(language_, std::move(tag), p, "language");
    }
    bool zone(const Property& p) {
        std::string name = one_line(p.value);
        return is_zone_name(name) && take(zone_, std::move(name), p, "timezone");
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
        notes_.push_back(&p);
        return true;
    }

    /// Several notes make one text, so that the wording of all is needed where one says more.
    void keep_note_wordings() {
        if (std::ranges::none_of(notes_, [&](const Property* p) { return says_more(*p); }))
            return;
        for (const Property* p : notes_)
            keep_wording(*p, "description");
    }

    /// Some programs write the whole name into N, as `card_text` does where its parts are not
    /// known.
    bool n(const Property& p) {
        if (named_parts_)
            return false;
        named_parts_ = true;
        parts_ = read_name(p.value);
        if (says_more(p) || has_lists(p.value, 5))
            keep_wording(p, "family_name");
        if (parts_ == NameParts{.family = shown_name_})
            parts_ = {};
        return true;
    }

    bool org(const Property& p) {
        Organization given = read_organization(p.value);
        if (organization_from_ != nullptr || (company_ && !given.department.empty()))
            return false;
        organization_from_ = &p;
        organization_ = std::move(given);
        if (!company_)
            keep_organization_wording();
        return true;
    }

    void keep_organization_wording() {
        if (says_more(*organization_from_))
            keep_wording(*organization_from_, "account");
    }

    /// The ORG of a company's card is its name, which its field has.
    void finish_company() {
        if (!company_ || organization_from_ == nullptr)
            return;
        if (organization_.name == name_)
            keep_organization_wording();
        else if (!organization_.name.empty())
            keep(*organization_from_);
    }

    bool listed(std::vector<meta::Item>& list, const Property& p, std::string_view field,
                std::string value) {
        if (value.empty())
            return true;
        if (list.size() >= most_values)
            return false;
        meta::Item item{std::move(value), {}};
        for (const Parameter& one : p.parameters)
            if (one.name == "TYPE" || one.name == "SERVICE-TYPE")
                if (auto label = type_label(one.value))
                    add_label(item, std::move(*label));
        for (const std::string& label : group_labels(p))
            add_label(item, label);
        list.push_back(std::move(item));
        const bool renamed = p.name.ends_with("SOCIALPROFILE");
        const bool named = p.name == "EMAIL" && p.value.ends_with('>');
        if (renamed || named || has_companions(p) || has_more_than_labels(p))
            keep_wording(p, field);
        return true;
    }

    /// The labels of a property's group, which are then those of its value.
    std::span<const std::string> group_labels(const Property& p) {
        if (p.group.empty())
            return {};
        Group& group = groups_[p.group];
        group.labelled = true;
        return group.labels;
    }

    static void add_label(meta::Item& item, std::string label) {
        if (item.labels.size() < 16 && std::ranges::find(item.labels, label) == item.labels.end())
            item.labels.push_back(std::move(label));
    }

    bool email(const Property& p) {
        std::string value = email_of(p.value);
        return meta::is_email(value) && listed(emails_, p, "emails", std::move(value));
    }

    bool phone(const Property& p) {
        std::string value = phone_of(p.value);
        prefers_phone_ = prefers_phone_ || rank(p) != unranked;
        return is_given(value) && meta::is_phone(value) &&
               listed(phones_, p, "phones", std::move(value));
    }

    bool url(const Property& p) {
        std::string value = one_line(p.value);
        return is_given(value) && listed(urls_, p, "urls", std::move(value));
    }

    bool profile(const Property& p) {
        std::string value = one_line(p.value);
        return (same_word(value.substr(0, 7), "http://") ||
                same_word(value.substr(0, 8), "https://")) &&
               listed(urls_, p, "urls", std::move(value));
    }

    bool address(const Property& p) {
        if (address_)
            return false;
        address_ = &p;
        return true;
    }

    bool bday(const Property& p) {
        if (!birthday_.empty() || draft_.find("birthday"))
            return false;
        auto day = read_birthday(p);
        if (!day) {
            draft_.fields.push_back({"birthday", one_line(p.value), true, content_line(p)});
            return true;
        }
        birthday_ = std::move(*day);
        if (has_companions(p) || has_more_than_day(p))
            keep_wording(p, "birthday");
        return true;
    }

    bool android(const Property& p) {
        if (!once(nickname_, android_nickname(p.value)))
            return false;
        keep_wording(p, "nickname");
        return true;
    }

    bool categories(const Property& p) {
        for (std::string& tag : read_categories(p.value))
            if (tags_.size() < most_values)
                tags_.push_back({std::move(tag), {}});
        if (says_more(p))
            keep_wording(p, "tags");
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
        if (has_companions(p) || has_more_than_file(p))
            keep_wording(file_wording(p, *file), p, file->role);
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
        for (const auto* list : {&emails_, &phones_})
            if (!list->empty())
                return list->front().value;
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
        keep_address_wording(*address_);
    }

    void keep_address_wording(Property p) {
        // The place of an address is that of the whole card in 3.0, and kept as such.
        if (const std::string* place = p.parameter("GEO")) {
            kept_.push_back({address_, content_line({{}, "GEO", {}, *place, 0})});
            std::erase_if(p.parameters, [](const Parameter& one) { return one.name == "GEO"; });
        }
        const auto parts = components(p.value);
        const bool has_box = !is_empty(parts[0]) || (parts.size() > 1 && !is_empty(parts[1]));
        if (has_box || has_companions(p) || has_more_than_labels(p) || has_lists(p.value, 7))
            kept_.push_back({address_, wording_line(p, company_ ? "billing_address" : "address")});
    }

    std::string address_type() {
        std::string type;
        for (const Parameter& one : address_->parameters)
            if (one.name == "TYPE")
                if (const auto label = type_label(one.value))
                    add_word(type, *label, ", ");
        for (const std::string& label : group_labels(*address_))
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
            if (p.name == "X-ABLABEL" && !p.value.empty() && !groups_[p.group].labelled)
                keep(p);
    }

    /// The lines of "extra" in the order of the card.
    std::string extra() {
        std::ranges::stable_sort(kept_, {}, &KeptLine::from);
        std::string lines;
        for (const KeptLine& kept : kept_)
            add_word(lines, kept.line, "\n");
        return lines;
    }

    void set_title_from_role() {
        if (role_ == nullptr)
            return;
        if (!title_.empty() || company_)
            return keep(*role_);
        title_ = one_line(role_->value);
        keep_wording(*role_, "title");
    }

    Expected<Draft> finished() {
        set_title_from_role();
        keep_note_wordings();
        if (name_.empty())
            name_ = built_name();
        if (name_.empty())
            return failure(
                Fault::rejected, "no_name",
                "the card has no name, organization, e-mail address or telephone number");
        set_field("uid", std::move(uid_));
        finish_company();
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
        set_field("emails", meta::items_text(emails_));
        if (!prefers_phone_)
            meta::put_callable_first(phones_);
        set_field("phones", meta::items_text(phones_));
        set_field("urls", meta::items_text(urls_));
        set_field("tags", meta::items_text(tags_));
        set_field("refs", meta::items_text(refs_));
        set_address();
        set_account();
        keep_unused_labels();
        set_field("extra", extra());
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
