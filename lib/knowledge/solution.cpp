#include "knowledge/solution.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"
#include "people/activities.hpp"
#include "service/events.hpp"
#include "sql/expression.hpp"
#include "sql/full_text.hpp"
#include "sql/schema.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace crm::knowledge {

using meta::FieldInfo;
using store::Record;

namespace {

/// Of one customer; more are not looked at.
constexpr int most_records = 2000;

/// The customer of a ticket, as texts to be taken out.
class Customer {
public:
    Customer(store::Store& store, Redaction& out) : store_(store), out_(out) {}

    void add_all(const Record& ticket) {
        const std::int64_t account = ticket.number("account"), contact = ticket.number("contact");
        add_references(ticket);
        if (const auto company = record("account", account)) {
            for (const std::string_view domain : values(*company, "domains"))
                out_.add(domain, "[domain]");
            add_addresses(*company);
            add_name(company->text("name"), "[company]");
        }
        if (const auto person = record("contact", contact))
            add_person(*person);
        for (const std::int64_t id : people_of(account))
            if (const auto person = id == contact ? std::nullopt : record("contact", id))
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

    std::vector<std::int64_t> people_of(std::int64_t account) {
        std::vector<std::int64_t> out;
        if (account == 0 || !store_.db().has_table("contact"))
            return out;
        sql::Statement get = store_.db().prepare(fmt::format(
            R"(SELECT DISTINCT "record" FROM "contact_accounts" WHERE "account" = ?1 LIMIT {})",
            most_records));
        for (get.with(account); get.step();)
            out.push_back(get.integer(0));
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

    void add_person(const Record& person) {
        add_addresses(person);
        for (const std::string_view name :
             {"name", "given_name", "middle_name", "family_name", "nickname"})
            add_name(person.text(name), "[name]");
        for (const std::string& number : values(person, "phones"))
            out_.add(number, "[phone]");
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
                if (text::words(line).contains(' '))
                    out_.add(line, "[address]");
            if (!postcode.empty() && !city.empty()) {
                out_.add(fmt::format("{} {}", postcode, city), "[address]");
                out_.add(fmt::format("{} {}", city, postcode), "[address]");
            }
        }
    }

    /// What follows the family name, of one character, in a Chinese or Korean name of three.
    static std::string_view given_name(std::string_view name) {
        constexpr std::size_t bytes = 3;  // of a character of these scripts
        const bool is_it =
            name.size() >= 3 * bytes && name.size() <= 4 * bytes &&
            std::ranges::all_of(name,
                                [](char c) { return static_cast<unsigned char>(c) >= 0x80; }) &&
            static_cast<unsigned char>(name.front()) >= 0xe3;
        return is_it ? name.substr(bytes) : std::string_view();
    }

    /// A name, and its parts of two characters and more.
    void add_name(const std::string& name, std::string_view mark) {
        bool tells = false;
        const std::string words = text::words(name);
        std::vector<std::string> parts;
        for (const std::string_view part : text::split(std::string_view(name), ' '))
            if (!text::words(part).empty())
                parts.emplace_back(part);
        for (const std::string& part : parts) {
            if (stays(part))
                continue;
            tells = true;
            const std::size_t letters = static_cast<std::size_t>(std::ranges::count_if(
                part, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
            if (letters > 1)
                out_.add(part, mark);
        }
        if (!tells)
            return;
        out_.add(name, mark);
        if (const std::string_view given = given_name(name); !given.empty())
            out_.add(given, mark);
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

/// What was written about a ticket.
struct Message {
    std::string text;
    bool from_customer = false, is_answer = false;
};

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
                           record.text("direction") == "Outbound"});
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
    Redaction redaction;
    Customer(store, redaction).add_all(ticket);
    const std::vector<Message> messages = messages_of(store, ticket);
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
