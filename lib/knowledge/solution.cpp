#include "knowledge/solution.hpp"

#include "base/text.hpp"
#include "base/word_list.hpp"
#include "meta/type.hpp"
#include "people/activities.hpp"
#include "service/events.hpp"
#include "sql/expression.hpp"
#include "sql/full_text.hpp"
#include "sql/schema.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>

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

/// What was written about a ticket.
struct Message {
    std::string text;
    bool from_customer = false, is_answer = false;
    std::vector<std::string> addresses{};  ///< of a mail: from whom and to whom
};

constexpr std::string_view person_mark = "[name]";

/// The customer of a ticket, as texts to be taken out.
class Customer {
public:
    Customer(store::Store& store, Redaction& out) : store_(store), out_(out) {}

    void add_all(const Record& ticket, const std::vector<Message>& messages) {
        const std::int64_t account = ticket.number("account"), contact = ticket.number("contact");
        add_references(ticket);
        for (const std::int64_t id : companies_of(account, contact))
            if (const auto company = record("account", id))
                add_company(*company);
        for (const std::int64_t id : people_of(account, contact, messages))
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
                                     const std::vector<Message>& messages) {
        std::set<std::int64_t> out{contact};
        if (!store_.db().has_table("contact"))
            return out;
        sql::Statement get = store_.db().prepare(fmt::format(
            R"(SELECT DISTINCT "record" FROM "contact_accounts" WHERE "account" = ?1 LIMIT {})",
            most_records));
        for (get.with(account); account != 0 && get.step();)
            out.insert(get.integer(0));
        const meta::Entity& people = store_.model().get("contact");
        for (const Message& message : messages)
            for (const std::string& address : message.addresses)
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
        if (first != end)
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
                add_street(line);
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

    /// Words of product names, and common words of the knowledge base.
    bool stays(const std::string& word) {
        constexpr std::int64_t common = 20, common_share = 50;
        const sql::Phrase phrase{{text::words(word)}, false};
        if (count(store_.model().with(meta::Role::product), phrase, true, 1) > 0)
            return true;
        const std::int64_t articles = count(store_.model().get("kb"), phrase, false, most_records);
        if (articles < common)
            return false;
        sql::Statement all = store_.db().prepare(R"(SELECT count(*) FROM "kb_words")");
        all.step();
        return articles * common_share >= all.integer(0);
    }

    std::int64_t count(const meta::Entity& noun, const sql::Phrase& phrase, bool in_name,
                       std::size_t most) {
        const sql::FullText& full_text = store_.db().dialect().full_text();
        sql::Statement get = store_.db().prepare(full_text.count(most));
        const std::string expression = full_text.expression(std::span(&phrase, 1), in_name);
        get.with(expression, sql::search_id(noun.number, 0), sql::search_id(noun.number + 1, 0) - 1)
            .step();
        return get.integer(0);
    }

    store::Store& store_;
    Redaction& out_;
};

std::vector<std::string> addresses_of(const Record& mail) {
    std::vector<std::string> out{mail.text("from")};
    for (const std::string_view name : {"to", "cc"})
        meta::each_value(mail.field(name), mail.text(name),
                         [&](std::string_view address) { out.emplace_back(address); });
    return out;
}

/// In the order of time.
std::vector<Message> messages_of(store::Store& store, const Record& ticket) {
    std::vector<service::Event> events = service::events_of(ticket);
    const auto take_event = [&](std::string_view what, std::string_view at) {
        const auto found = std::ranges::find_if(events, [&](const service::Event& event) {
            return event.what == what && event.at.iso() == at;
        });
        if (found == events.end())
            return false;
        events.erase(found);
        return true;
    };
    std::vector<people::Activity> all = people::activities(store, {ticket.entity, ticket.id});
    std::ranges::reverse(all);
    std::vector<Message> out;
    for (const people::Activity& activity : all) {
        const Record record = store.get(*activity.entity, activity.id);
        if (record.entity->noun == "mail")
            out.push_back({record.text("body"), record.text("direction") == "Inbound",
                           record.text("direction") == "Outbound", addresses_of(record)});
        if (record.entity->noun == "note") {
            const std::string& at = record.text("created_at");
            Message message{record.text("body")};
            message.from_customer = take_event("Customer", at);
            message.is_answer = !message.from_customer && take_event("Answer", at);
            out.push_back(std::move(message));
        }
    }
    return out;
}

/// The rest of a note that says what the cause was.
std::string cause_of(const std::vector<Message>& messages) {
    for (const Message& message : messages) {
        if (message.from_customer || message.is_answer)
            continue;
        for (const std::string_view word : {"cause:", "root cause:", "ursache:", "原因:", "原因："})
            if (const std::string start = text::lower_ascii(message.text); start.starts_with(word))
                return std::string(text::trimmed(message.text.substr(word.size())));
    }
    return {};
}

std::string customer_words(const Record& ticket, const std::vector<Message>& messages) {
    std::string out = visible_text(ticket.text("description"));
    for (const Message& message : messages) {
        if (!out.empty())
            break;
        if (message.from_customer)
            out = visible_text(message.text);
    }
    return out;
}

std::string section(std::string_view title, std::string_view text) {
    return text.empty() ? std::string() : fmt::format("## {}\n\n{}\n\n", title, text);
}

}  // namespace

Solution solution_of(store::Store& store, const Record& ticket, const std::string& title) {
    const std::vector<Message> messages = messages_of(store, ticket);
    Redaction redaction;
    Customer(store, redaction).add_all(ticket, messages);
    const std::string symptom = redaction.run(customer_words(ticket, messages));
    std::string answer;
    for (const Message& message : messages)
        if (message.is_answer)
            answer = visible_text(message.text);
    std::string solution = redaction.run(ticket.text("resolution"));
    answer = redaction.run(answer);
    if (!answer.empty() && answer != solution)
        solution += (solution.empty() ? "" : "\n\n") + answer;

    Solution out{.article = Record(store.model().get("kb"))};
    Record& article = out.article;
    article.put_text("title", redaction.run(title.empty() ? ticket.text("subject") : title));
    article.put_text("symptom", symptom);
    article.put_text(
        "body",
        std::string(text::trimmed(
            section("Problem", symptom.empty() ? article.text("title") : symptom) +
            section("Cause", redaction.run(cause_of(messages))) + section("Solution", solution))));
    article.put_text("kind", "Solution");
    article.put_text("status", "Draft");
    article.put(article.field("ticket"), {Value(ticket.id)});
    if (ticket.number("product") != 0)
        article.put(article.field("product"), {Value(ticket.number("product"))});
    const FieldInfo& contact = ticket.field("contact");
    if (ticket.number(contact) != 0)
        if (const auto person = store.find(*contact.to, ticket.number(contact)))
            article.put_text("language", person->text("language"));
    out.replaced = redaction.replaced();
    return out;
}

std::optional<Record> article_from(store::Store& store, const Record& ticket) {
    const meta::Entity& articles = store.model().get("kb");
    if (!store.db().has_table(articles.noun))
        return {};
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "id" FROM "kb" WHERE "ticket" = ?1 AND {} ORDER BY "id" LIMIT 1)", sql::live()));
    if (!get.with(ticket.id).step())
        return {};
    return store.get(articles, get.integer(0));
}

}  // namespace crm::knowledge
