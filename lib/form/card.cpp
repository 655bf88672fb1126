#include "form/card.hpp"

#include "base/text.hpp"
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

class Mapping {
public:
    Mapping(Card&& card, std::string_view file) : card_(std::move(card)) {
        draft_.file.assign(file);
        draft_.line = card_.line;
    }

    Expected<Draft> result() {
        look_around();
        draft_.noun = company_ ? "account" : "contact";
        draft_.fields.reserve(12);
        for (Property& p : card_.properties)
            place(p);
        return finished();
    }

private:
    using Handler = bool (Mapping::*)(
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
    std::string name_, family_, given_, middle_, prefix_, suffix_, nickname_, org_, department_,
        title_, birthday_, note_, language_, zone_, uid_, extra_;
    const Property *role_ = nullptr, *address_ = nullptr;
    int address_rank_ = 0;
    bool named_parts_ = false;
    List emails_, phones_, urls_;
    std::vector<meta::Item> tags_, refs_;

    void look_around() {
        bool org_kind = false, shown = false;
        const Property *fn = nullptr, *n = nullptr, *org = nullptr;
        for (const Property& p : card_.properties) {
            if (!p.group.empty()) {
                Group& group = groups_[p.group];
                if (p.name == "X-ABLABEL")
                    if (std::string label(bare_label(one_line(p.value))); !label.empty())
                        group.labels.push_back(std::move(label));
            }
            if (p.name == "FN" && !fn)
                fn = &p;
            else if (p.name == "N" && !n)
                n = &p;
            else if (p.name == "ORG" && !org)
                org = &p;
            else if (p.name == "TITLE" && !one_line(p.value).empty())
                titled_ = true;
            else if (p.name == "KIND")
                org_kind = same_word(p.value, "org") || same_word(p.value, "group");
            else if (p.name == "X-ABSHOWAS")
                shown = same_word(p.value, "COMPANY");
        }
        const bool person = n && n->value.find_first_not_of("; \t") != none;
        company_ = org_kind && !person;
        if (company_ || !shown || !org)
            return;
        const std::string company = one_line(components(org->value).front()),
                          name = fn ? one_line(fn->value) : std::string();
        company_ = !company.empty() && (name.empty() || name == company);
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
        const auto parts = components(p.value);
        const auto part = [&](std::size_t i, std::string_view between) {
            return i < parts.size() ? component(parts[i], between) : std::string();
        };
        family_ = part(0, " ");
        given_ = part(1, " ");
        middle_ = part(2, " ");
        prefix_ = part(3, " ");
        suffix_ = part(4, ", ");
        return named_parts_ = true;
    }

    bool org(const Property& p) {
        const auto parts = components(p.value);
        std::string first = one_line(parts.front()), rest;
        for (std::size_t i = 1; i < parts.size(); ++i)
            add_word(rest, one_line(parts[i]), "; ");
        if (company_)
            return rest.empty() && (first == name_ || once(org_, std::move(first)));
        if (!org_.empty() || !department_.empty())
            return false;
        org_ = std::move(first);
        department_ = std::move(rest);
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
        const std::string role = text::lower_ascii(p.name);
        std::string type, bytes;
        if (p.has("ENCODING", "B")) {
            bytes = from_base64(p.value);
            if (const std::string* said = p.parameter("MEDIATYPE"))
                type = text::lower_ascii(*said);
            else if (const std::string* kind = p.parameter("TYPE"))
                type = file_type(role, text::lower_ascii(*kind));
        } else if (same_word(std::string_view(p.value).substr(0, 5), "data:")) {
            const std::string uri = unescaped(p.value);
            const std::size_t comma = uri.find(',');
            if (comma == none || !uri.substr(5, comma - 5).ends_with(";base64"))
                return false;
            bytes = from_base64(std::string_view(uri).substr(comma + 1));
            type = text::lower_ascii(uri.substr(5, uri.find_first_of(";,") - 5));
        }
        if (bytes.empty())
            return false;
        if (type.empty() || type == "application/octet-stream")
            type = sniffed(bytes);
        draft_.files.push_back({role, std::move(type), std::move(bytes)});
        return true;
    }

    /// What the bytes are, where the card does not say it: TYPE=work is the place of a photo, not
    /// its kind.
    static std::string sniffed(std::string_view bytes) {
        static constexpr std::pair<std::string_view, std::string_view> heads[] = {
            {"\xff\xd8\xff", "image/jpeg"},
            {"\x89PNG", "image/png"},
            {"GIF8", "image/gif"},
            {"BM", "image/bmp"},
            {std::string_view("II*\0", 4), "image/tiff"},
            {std::string_view("MM\0*", 4), "image/tiff"},
            {"OggS", "audio/ogg"}};
        for (const auto& [head, type] : heads)
            if (bytes.starts_with(head))
                return std::string(type);
        return {};
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
        if (east_asian(family_) && east_asian(given_))
            return family_ + given_;
        std::string name;
        for (const std::string* part : {&prefix_, &given_, &middle_, &family_, &suffix_})
            add_word(name, *part, " ");
        if (!name.empty())
            return name;
        for (const std::string* other : {&org_, &nickname_})
            if (!other->empty())
                return *other;
        for (const List* list : {&emails_, &phones_})
            if (!list->items.empty())
                return list->items.front().value;
        return {};
    }

    void tell_address() {
        if (!address_)
            return;
        const std::string field = company_ ? "billing_address." : "address.";
        const auto parts = components(address_->value);
        std::string street;
        for (const std::size_t i : {0u, 1u, 2u})
            if (i < parts.size()) {
                const std::string lines = unescaped(parts[i]);
                add_word(street, text::trimmed(lines), "\n");
            }
        set_field(field + "street", std::move(street));
        constexpr std::string_view names[] = {"city", "region", "postcode", "country"};
        for (std::size_t i = 0; i < 4 && i + 3 < parts.size(); ++i)
            set_field(field + std::string(names[i]), one_line(parts[i + 3]));
        std::string type;
        for (const Parameter& one : address_->parameters)
            if (one.name == "TYPE")
                if (const auto label = type_label(one.value))
                    add_word(type, *label, ", ");
        if (!address_->group.empty())
            for (const std::string& label : groups_[address_->group].labels)
                add_word(type, label, ", ");
        set_field(field + "type", std::move(type));
        // What 4.0 says of an address are properties of the whole card in 3.0, and kept as such.
        for (const Parameter& one : address_->parameters) {
            if (one.name == "LABEL")
                keep({{},
                      one.name,
                      {},
                      escaped(unescaped(one.value)),
                      0});  // its line ends come as \n
            if (one.name == "GEO")
                keep({{}, one.name, {}, one.value, 0});
        }
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
        if (company_ && !org_.empty() && org_ != name_)
            keep({{}, "ORG", {}, escaped(org_), 0});
        set_field("name", std::move(name_));
        const std::pair<std::string_view, std::string*> simple[] = {
            {"family_name", &family_}, {"given_name", &given_},      {"middle_name", &middle_},
            {"prefix", &prefix_},      {"suffix", &suffix_},         {"nickname", &nickname_},
            {"title", &title_},        {"department", &department_}, {"birthday", &birthday_},
            {"language", &language_},  {"timezone", &zone_},         {"description", &note_}};
        for (const auto& [field, value] : simple)
            set_field(field, std::move(*value));
        set_field("emails", emails_.text());
        set_field("phones", phones_.text());
        set_field("urls", urls_.text());
        set_field("tags", meta::items_text(tags_));
        set_field("refs", meta::items_text(refs_));
        tell_address();
        if (!company_ && !org_.empty()) {
            draft_.account = std::make_unique<Draft>();
            draft_.account->noun = "account";
            draft_.account->file = draft_.file;
            draft_.account->line = draft_.line;
            draft_.account->set_field("name", std::move(org_));
        }
        if (!groups_.empty())
            for (const Property& p : card_.properties)
                if ((p.name == "X-ABLABEL" || p.name == "X-ABADR") && !p.value.empty() &&
                    !groups_[p.group].used)
                    keep(p);
        set_field("extra", std::move(extra_));
        return std::move(draft_);
    }
};

std::span<const Mapping::Row> Mapping::rows() {
    static constexpr Row all[] = {
        {"FN", &Mapping::fn, true},
        {"N", &Mapping::n, false},
        {"TEL", &Mapping::phone, true},
        {"EMAIL", &Mapping::email, true},
        {"ORG", &Mapping::org, true},
        {"ADR", &Mapping::address, true},
        {"NOTE", &Mapping::note, true},
        {"UID", &Mapping::uid, true},
        {"URL", &Mapping::url, true},
        {"TITLE", &Mapping::title, false},
        {"ROLE", &Mapping::role, false},
        {"BDAY", &Mapping::bday, false},
        {"CATEGORIES", &Mapping::categories, true},
        {"NICKNAME", &Mapping::nickname, false},
        {"REV", &Mapping::drop, true},
        {"PRODID", &Mapping::drop, true},
        {"KIND", &Mapping::kind, true},
        {"LANG", &Mapping::language, false},
        {"TZ", &Mapping::zone, false},
        {"PHOTO", &Mapping::file, true},
        {"LOGO", &Mapping::file, true},
        {"SOUND", &Mapping::file, true},
        {"KEY", &Mapping::file, true},
        {"X-SOCIALPROFILE", &Mapping::profile, true},
        {"SOCIALPROFILE", &Mapping::profile, true},
        {"X-ANDROID-CUSTOM", &Mapping::android, false},
        {"X-ABSHOWAS", &Mapping::shown_as, true},
    };
    return all;
}

}  // namespace

Expected<Draft> draft_of(Card&& card, std::string_view file) {
    return Mapping(std::move(card), file).result();
}

}  // namespace crm::form
