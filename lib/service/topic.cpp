#include "service/topic.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"

#include <algorithm>

namespace crm::service {

using meta::FieldInfo;
using store::Record;

namespace {

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> out;
    const std::string words = text::words(text);
    for (const std::string_view word : text::split(words, ' '))
        if (!word.empty())
            out.emplace_back(word);
    return out;
}

}  // namespace

TicketTopic::TicketTopic(store::Store& store, const Record& ticket) {
    for (const std::string_view name : {"type", "tags", "subject", "description"})
        add(ticket.text(name));
    const FieldInfo& product = ticket.field("product");
    if (ticket.number(product) != 0)
        add(store.name(*product.to, ticket.number(product)));
}

void TicketTopic::add(std::string_view text) {
    for (std::string& word : words_of(text))
        words_.insert(std::move(word));
}

std::vector<std::string> TicketTopic::skills_of(const Record& user) const {
    std::vector<std::string> out;
    const FieldInfo& skills = user.field("skills");
    meta::each_value(skills, user.text(skills), [&](std::string_view skill) {
        const std::vector<std::string> words = words_of(skill);
        const bool fits =
            !words.empty() && std::ranges::all_of(words, [&](const std::string& word) {
                return words_.contains(word);
            });
        if (fits)
            out.emplace_back(skill);
    });
    return out;
}

}  // namespace crm::service
