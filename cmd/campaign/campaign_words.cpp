#include "cmd/campaign/campaign_words.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"

#include <algorithm>
#include <set>

namespace crm::cmd {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_short_id(const meta::Model& model, std::string_view word) {
    const std::size_t digits = std::min(word.find_first_of("0123456789"), word.size());
    return digits > 0 && digits < word.size() &&
           std::ranges::all_of(word.substr(digits), is_digit) &&
           model.by_prefix(word.substr(0, digits)) != nullptr;
}

/// +49 171 5550142, 0171-5550142; a tag has letters.
bool is_number(std::string_view word) {
    return std::ranges::count_if(word, is_digit) >= 3 &&
           word.find_first_not_of("+0123456789 -/().") == std::string_view::npos;
}

}  // namespace

store::Record campaign_named(Session& session, const std::string& word) {
    return load_not_deleted(session,
                            resolve_reference(session, &session.model().get("campaign"), word));
}

std::string short_id_and_name(Session& session, const store::Found& who) {
    return meta::short_id(*who.entity, who.id) + " " +
           text::visible(session.store().name(*who.entity, who.id));
}

store::Found who_of(Session& session, const store::Record& member) {
    const meta::FieldInfo& who = member.field("who");
    return {session.model().by_number(static_cast<int>(member.views(who).front().number)),
            member.number(who)};
}

bool names_record(const meta::Model& model, std::string_view word) {
    return is_short_id(model, word) || meta::is_email(word) || is_number(word);
}

std::vector<store::Found> records_named(Session& session, std::span<const std::string> words,
                                        const meta::Entity& noun) {
    std::vector<store::Found> out;
    std::set<store::Found> seen;
    const auto add = [&](const store::Found& found) {
        if (seen.insert(found).second)
            out.push_back(found);
    };
    std::vector<std::string> query;
    for (const std::string& word : words) {
        if (word == "-")
            for (const std::string& reference : session.references({word}))
                add(resolve_reference(session, nullptr, reference));
        else if (names_record(session.model(), word))
            add(resolve_reference(session, nullptr, word));
        else
            query.push_back(word);
    }
    if (!query.empty())
        for (const std::int64_t id : selection(session, noun, query).ids())
            add({&noun, id});
    return out;
}

}  // namespace crm::cmd
