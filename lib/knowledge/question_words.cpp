#include "knowledge/question_words.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"

#include <algorithm>
#include <set>

namespace crm::knowledge {

using meta::FieldInfo;
using store::Record;

namespace {

/// The fields of people and companies that name them.
constexpr std::string_view naming_fields[] = {
    "name",   "given_name", "family_name", "middle_name",     "nickname",        "emails",
    "phones", "domains",    "address",     "billing_address", "shipping_address"};

void add_names(store::Store& store, const Record& ticket, std::string_view link,
               std::set<std::string, std::less<>>& out) {
    const FieldInfo& field = ticket.field(link);
    if (ticket.number(field) == 0)
        return;
    const auto customer = store.find(*field.to, ticket.number(field));
    if (!customer)
        return;
    for (const std::string_view name : naming_fields)
        if (const FieldInfo* named = customer->entity->find(name))
            for (std::string& word : topic_words(meta::text(*named, customer->views(*named))))
                out.insert(std::move(word));
}

}  // namespace

std::vector<std::string> topic_words(std::string_view text) {
    const std::string words = text::words(text);
    std::vector<std::string> out;
    std::set<std::string, std::less<>> known;
    std::string_view before;
    for (const std::string_view word : text::split(std::string_view(words), ' ')) {
        std::string one(word);
        const bool is_single = text::is_character(word);
        if (is_single)
            one = before.empty() ? std::string() : std::string(before) + " " + std::string(word);
        before = is_single ? word : std::string_view();
        if (one.size() > 1 && known.insert(one).second)
            out.push_back(std::move(one));
    }
    return out;
}

std::vector<std::string> question_words(store::Store& store, const Record& ticket) {
    std::set<std::string, std::less<>> names;
    for (const std::string_view link : {"contact", "account"})
        add_names(store, ticket, link, names);
    std::vector<std::string> out =
        topic_words(ticket.text("subject") + " \n " + ticket.text("description"));
    std::erase_if(out, [&](const std::string& word) { return names.contains(word); });
    return out;
}

}  // namespace crm::knowledge
