#include "knowledge/solution.hpp"

#include "base/text.hpp"
#include "knowledge/customer.hpp"
#include "knowledge/visible_text.hpp"
#include "meta/type.hpp"
#include "people/activities.hpp"
#include "service/events.hpp"
#include "sql/expression.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <ranges>

namespace crm::knowledge {

using meta::FieldInfo;
using store::Record;

namespace {

/// What was written about a ticket.
struct Message {
    std::string text;
    bool from_customer = false, is_answer = false;
    std::vector<std::string> addresses{};  ///< of a mail: from whom and to whom
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

std::string last_answer(const std::vector<Message>& messages) {
    for (const Message& message : messages | std::views::reverse)
        if (message.is_answer)
            return visible_text(message.text);
    return {};
}

std::string section(std::string_view title, std::string_view text) {
    return text.empty() ? std::string() : fmt::format("## {}\n\n{}\n\n", title, text);
}

}  // namespace

Solution solution_of(store::Store& store, const Record& ticket, const std::string& title) {
    const std::vector<Message> messages = messages_of(store, ticket);
    std::vector<std::string> addresses;
    for (const Message& message : messages)
        addresses.insert(addresses.end(), message.addresses.begin(), message.addresses.end());
    Redaction redaction;
    add_customer(store, ticket, addresses, redaction);
    const std::string symptom = redaction.run(customer_words(ticket, messages));
    std::string solution = redaction.run(ticket.text("resolution"));
    const std::string answer = redaction.run(last_answer(messages));
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
