#include "knowledge/customer.hpp"

#include "base/text.hpp"
#include "base/word_list.hpp"
#include "knowledge/article_words.hpp"
#include "meta/type.hpp"
#include "sql/expression.hpp"
#include "sql/full_text.hpp"
#include "sql/schema.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace crm::knowledge {

using meta::FieldInfo;
using store::Record;

namespace {

/// Of one customer; more are not looked at.
constexpr int most_records = 2000;

/// Parts of many names, which tell nothing of any: particles, titles and forms of companies.
constexpr std::string_view common_parts[] = {
    "a",    "ag", "al",   "and", "co",  "company", "corp", "da",   "de",  "del",  "den",
    "der",  "di", "do",   "dos", "dr",  "el",      "for",  "frau", "fur", "gmbh", "herr",
    "inc",  "kg", "la",   "le",  "llc", "ltd",     "miss", "mr",   "mrs", "ms",   "of",
    "prof", "sa", "sarl", "srl", "the", "und",     "van",  "von",  "zu"};

std::size_t characters_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

/// The words of a name that tell whose it is. Of people's names of three and four characters
/// without blanks (司马光, 欧阳娜娜) the family name or the given name may be one or two of them.
std::vector<std::string> parts_of(std::string_view name, bool is_person) {
    std::vector<std::string> out;
    const std::vector<text::Word> words = text::word_list(name);
    const auto add = [&](std::size_t first, std::size_t last) {
        const std::string part(name.substr(words[first].from, words[last].to - words[first].from));
        if (characters_of(part) > 1 && std::ranges::find(out, part) == out.end())
            out.push_back(part);
    };
    for (std::size_t first = 0, end = 0; first < words.size(); first = end) {
        for (end = first + 1; end < words.size() && words[end].is_character &&
                              words[end].from == words[end - 1].to && words[first].is_character;)
            ++end;
        const bool is_common =
            !words[first].is_character && words.size() > 1 &&
            std::ranges::find(common_parts, words[first].folded) != std::end(common_parts);
        if (!is_common)
            add(first, end - 1);
        if (const std::size_t count = end - first; is_person && (count == 3 || count == 4)) {
            add(first, first + 1);
            add(first + 1, end - 1);
            add(end - 2, end - 1);
        }
    }
    return out;
}

/// Words of streets, as they are written and as they are shortened.
struct StreetWord {
    std::string_view whole, brief;
};
constexpr StreetWord street_words[] = {
    {"street", "st"}, {"strasse", "str"}, {"straße", "str"},     {"road", "rd"},
    {"avenue", "av"}, {"avenue", "ave"},  {"boulevard", "blvd"}, {"boulevard", "bd"},
    {"lane", "ln"},   {"drive", "dr"},    {"highway", "hwy"},    {"square", "sq"},
    {"court", "ct"},  {"place", "pl"},    {"platz", "pl"}};

/// A line of an address, and the same with a street that is written short or whole: Main St. 5.
std::vector<std::string> street_spellings(std::string_view line) {
    std::vector<std::string> out{std::string(line)};
    const auto add = [&](const text::Word& word, std::string_view ending, std::string_view other) {
        const std::string typed = text::lower_ascii(line.substr(word.from, word.to - word.from));
        if (typed.ends_with(ending))
            out.push_back(fmt::format("{}{}{}", line.substr(0, word.to - ending.size()), other,
                                      line.substr(word.to)));
    };
    for (const text::Word& word : text::word_list(line))
        for (const StreetWord& street : street_words) {
            add(word, street.whole, street.brief);
            add(word, street.brief, street.whole);
        }
    return out;
}

/// Whether one word is a street: Hauptstr, Mühlweg.
bool is_street(std::string_view folded) {
    for (const std::string_view ending :
         {"strasse", "str", "street", "platz", "weg", "gasse", "allee"})
        if (folded.size() > ending.size() && folded.ends_with(ending))
            return true;
    return false;
}

/// With which people are called whose family name has one character: 王先生, 小王.
constexpr std::string_view titles[] = {
    "先生",   "女士", "小姐", "太太", "夫人", "经理", "經理", "总",   "總",   "总监", "工",
    "工程师", "主任", "老师", "老師", "师傅", "師傅", "医生", "博士", "教授", "씨",   "さん"};
constexpr std::string_view familiar[] = {"小", "老", "阿"};

constexpr std::string_view person_mark = "[name]";

/// The customer of a ticket, as texts to be taken out.
class Customer {
public:
    Customer(store::Store& store, Redaction& out) : store_(store), articles_(store), out_(out) {}

    /// `addresses`: of the mail about it.
    void add_all(const Record& ticket, std::span<const std::string> addresses) {
        const std::int64_t account = ticket.number("account"), contact = ticket.number("contact");
        add_references(ticket);
        for (const std::int64_t id : companies_of(account, contact))
            if (const auto company = record("account", id))
                add_company(*company);
        for (const std::int64_t id : people_of(account, contact, addresses))
            if (const auto person = record("contact", id))
                add_person(*person);
        if (const auto asset = record("asset", ticket.number("asset")))
            out_.add_number(asset->text("serial"), "[serial]");
        for (const std::string& serial : texts_of("asset", R"("serial")", account, contact))
            out_.add_number(serial, "[serial]");
        for (const std::string_view noun : {"order", "quote", "contract", "ticket"})
            add_references_of(noun, account, contact);
    }

private:
    std::optional<Record> record(std::string_view noun, std::int64_t id) {
        return id == 0 ? std::nullopt : store_.find(store_.model().get(noun), id);
    }

    /// The values of a list, without their labels.
    static std::vector<std::string> values(const Record& record, std::string_view name) {
        std::vector<std::string> out;
        const FieldInfo& field = record.field(name);
        meta::each_value(field, record.text(field),
                         [&](std::string_view value) { out.emplace_back(value); });
        return out;
    }

    /// The one of the ticket, and those that the contact belongs to.
    std::set<std::int64_t> companies_of(std::int64_t account, std::int64_t contact) {
        std::set<std::int64_t> out{account};
        if (contact == 0)
            return out;
        sql::Statement get = store_.db().prepare(
            R"(SELECT DISTINCT "account" FROM "contact_accounts" WHERE "record" = ?1)");
        for (get.with(contact); get.step();)
            out.insert(get.integer(0));
        return out;
    }

    /// The contact, the people of the account, and those of the conversation.
    std::set<std::int64_t> people_of(std::int64_t account, std::int64_t contact,
                                     std::span<const std::string> addresses) {
        std::set<std::int64_t> out{contact};
        if (!store_.db().has_table("contact"))
            return out;
        sql::Statement get = store_.db().prepare(fmt::format(
            R"(SELECT DISTINCT "record" FROM "contact_accounts" WHERE "account" = ?1 LIMIT {})",
            most_records));
        for (get.with(account); account != 0 && get.step();)
            out.insert(get.integer(0));
        const meta::Entity& people = store_.model().get("contact");
        for (const std::string& address : addresses)
            for (const std::int64_t id :
                 store_.look_up(meta::Lookup::email, text::folded(address), people))
                out.insert(id);
        return out;
    }

    /// A column of the customer's records of a noun.
    std::vector<std::string> texts_of(std::string_view noun, std::string_view column,
                                      std::int64_t account, std::int64_t contact) {
        std::vector<std::string> out;
        if (!store_.db().has_table(noun))
            return out;
        const bool has_contact = store_.model().get(noun).find("contact") != nullptr;
        sql::Statement get = store_.db().prepare(fmt::format(
            R"(SELECT {} FROM {} WHERE ("account" = ?1 OR {} = ?2) AND {} ORDER BY "id" DESC LIMIT {})",
            column, sql::quoted(noun), has_contact ? R"("contact")" : R"("account")", sql::live(),
            most_records));
        for (get.with(account == 0 ? -1 : account,
                      contact == 0 || !has_contact ? std::int64_t{-1} : contact);
             get.step();)
            if (!get.text(0).empty())
                out.emplace_back(get.text(0));
        return out;
    }

    void add_references_of(std::string_view noun, std::int64_t account, std::int64_t contact) {
        const meta::Entity& entity = store_.model().get(noun);
        for (const std::string& id : texts_of(noun, R"(CAST("id" AS TEXT))", account, contact))
            out_.add(std::string(entity.prefix) + id, "[reference]");
        for (const std::string& list : texts_of(noun, R"("refs")", account, contact))
            add_external(list);
        if (noun == "ticket")
            return;
        for (const std::string& name :
             texts_of(noun, sql::quoted(entity.name()->name()), account, contact))
            if (is_number(name))
                out_.add_number(name, "[reference]");
    }

    void add_references(const Record& ticket) {
        out_.add(ticket.short_id(), "[reference]");
        add_external(ticket.text("refs"));
    }

    /// sap:4711; shop:ORD-9
    void add_external(std::string_view list) {
        for (const std::string_view one : text::split(list, ';')) {
            const std::string_view reference = text::trimmed(one);
            const std::string_view key = reference.substr(reference.find(':') + 1);
            if (is_number(key))
                out_.add_number(key, "[reference]");
        }
    }

    static bool is_number(std::string_view text) {
        return text.size() > 2 && !text.contains(' ') &&
               text.find_first_of("0123456789") != std::string_view::npos;
    }

    void add_company(const Record& company) {
        for (const std::string_view domain : values(company, "domains"))
            out_.add(domain, "[domain]");
        add_addresses(company);
        add_name(company.text("name"), "[company]");
    }

    void add_person(const Record& person) {
        add_addresses(person);
        for (const std::string_view name :
             {"name", "given_name", "middle_name", "family_name", "nickname"})
            add_name(person.text(name), person_mark);
        add_short_names(person);
        for (const std::string& number : values(person, "phones"))
            out_.add_number(number, "[phone]");
    }

    /// Main Street 5, also without the number of the house.
    void add_street(std::string_view line) {
        const std::vector<text::Word> words = text::word_list(line);
        if (words.size() < 2)
            return;
        out_.add(line, "[address]");
        const auto is_number = [](const text::Word& word) {
            return word.folded.front() >= '0' && word.folded.front() <= '9';
        };
        const auto first = std::ranges::find_if_not(words, is_number);
        const auto end = std::find_if(first, words.end(), is_number);
        if (end - first > 1 || (first != end && is_street(first->folded)))
            out_.add(line.substr(first->from, std::prev(end)->to - first->from), "[address]");
    }

    void add_addresses(const Record& record) {
        for (const std::string_view name : {"address", "billing_address", "shipping_address"}) {
            const FieldInfo* field = record.entity->find(name);
            if (field == nullptr)
                continue;
            const auto cells = record.views(*field);
            const std::string_view street = cells[0].text, postcode = cells[1].text,
                                   city = cells[2].text;
            for (const std::string_view line : text::split(street, '\n'))
                for (const std::string& spelling : street_spellings(line))
                    add_street(spelling);
            if (!postcode.empty() && !city.empty()) {
                out_.add(fmt::format("{} {}", postcode, city), "[address]");
                out_.add(fmt::format("{} {}", city, postcode), "[address]");
            }
        }
    }

    /// A name, and its parts of two characters and more.
    void add_name(const std::string& name, std::string_view mark) {
        const std::vector<std::string> parts = parts_of(name, mark == person_mark);
        bool tells = parts.empty() && !stays(name);
        for (const std::string& part : parts) {
            if (stays(part))
                continue;
            tells = true;
            out_.add(part, mark);
        }
        if (tells)
            out_.add(name, mark);
    }

    /// Of names in characters, of which one alone is no name in a text: 王先生 and 小王 for 王伟.
    void add_short_names(const Record& person) {
        constexpr std::size_t longest = 3;  ///< of more the family name has two
        std::string family = person.text("family_name"), given = person.text("given_name");
        const std::vector<text::Word> name = text::word_list(person.text("name"));
        if (family.empty() && given.empty() && name.size() <= longest) {
            family = name.empty() ? "" : name.front().folded;
            given = name.size() == 2 ? name.back().folded : "";
        }
        if (is_character(family))
            for (const std::string_view title : titles)
                out_.add(family + std::string(title), person_mark);
        for (const std::string& part : {family, given})
            for (const std::string_view before : familiar)
                if (const std::string called = std::string(before) + part;
                    is_character(part) && !stays(called))
                    out_.add(called, person_mark);
    }
    static bool is_character(const std::string& name) {
        const std::vector<text::Word> words = text::word_list(name);
        return words.size() == 1 && words.front().is_character;
    }

    /// Words of product names, and common words of the knowledge base.
    bool stays(const std::string& word) {
        const auto [known, is_new] = stays_.try_emplace(text::words(word), false);
        if (is_new)
            known->second = is_of_product(known->first) || is_common(known->first);
        return known->second;
    }

    bool is_common(const std::string& words) {
        constexpr std::size_t common = 20, common_share = 50;
        const sql::Phrase phrase{{words}, false};
        const std::size_t found = articles_.with_all(std::span(&phrase, 1), most_records);
        return found >= common && found * common_share >= articles_.all();
    }

    bool is_of_product(const std::string& words) {
        const sql::Phrase phrase{{words}, false};
        const sql::FullText& full_text = store_.db().dialect().full_text();
        const int noun = store_.model().with(meta::Role::product).number;
        sql::Statement get = store_.db().prepare(full_text.count(1));
        const std::string expression = full_text.expression(std::span(&phrase, 1), true);
        get.with(expression, sql::search_id(noun, 0), sql::search_id(noun + 1, 0) - 1).step();
        return get.integer(0) > 0;
    }

    store::Store& store_;
    ArticleWords articles_;
    Redaction& out_;
    std::map<std::string, bool> stays_;  ///< what is known of words
};

}  // namespace

void add_customer(store::Store& store, const Record& ticket, std::span<const std::string> addresses,
                  Redaction& out) {
    Customer(store, out).add_all(ticket, addresses);
}

}  // namespace crm::knowledge
