#include "base/number.hpp"
#include "base/text.hpp"
#include "cmd/cli/complete.hpp"
#include "store/assign.hpp"
#include "store/candidates.hpp"

#include <algorithm>
#include <map>

/// Completion of references, tags and segments.
namespace crm::cmd {
namespace {

using meta::Entity;
using store::Candidate;

constexpr int most_latest = 50;  ///< of one noun, where nothing is typed yet
constexpr int most_ids = 40;

/// A name that a command would take for something else is not offered.
bool means_itself(std::string_view name) {
    return !name.empty() && name[0] != '-' && name[0] != '+' && name[0] != '@' &&
           name.find('"') == std::string_view::npos && !store::is_assignment(name);
}

std::string described(const Candidate& record) {
    return record.email.empty() ? record.name : record.name + " " + record.email;
}

void offer_ids(Candidates& c, const Entity& entity, const std::vector<Candidate>& records) {
    for (const Candidate& record : records)
        c.offer(meta::short_id(entity, record.id), described(record));
}

void offer_names(Candidates& c, const Entity& entity, int most) {
    store::Store* store = c.store();
    if (store == nullptr || !store::found_by_name(entity))
        return;
    const std::vector<Candidate> records = store::records_named(*store, entity, c.begun, most);
    const bool by_name = entity.name()->is(meta::lookup);
    std::map<std::string, int> times;
    for (const Candidate& record : records)
        ++times[text::folded(record.name)];
    for (const Candidate& record : records) {
        const std::string id = meta::short_id(entity, record.id);
        const bool unique = times[text::folded(record.name)] == 1;
        if (by_name && unique && means_itself(record.name))
            c.offer(record.name, record.email.empty() ? id : id + " " + record.email);
        else
            c.offer_instead(id, described(record));
    }
}

void offer_addresses(Candidates& c, const Entity* noun) {
    store::Store* store = c.store();
    if (store == nullptr || c.begun.empty())
        return;
    for (const auto& [address, found] : store::addresses(*store, noun, c.begun, Candidates::most))
        c.offer(address, meta::short_id(*found.entity, found.id) + " " +
                             store->name(*found.entity, found.id));
}

/// The number in a short id of the noun that is typed so far; 0 where there is none.
std::int64_t number_begun(std::string_view begun, const Entity& entity) {
    if (!begun.starts_with(entity.prefix))
        return 0;
    const std::string_view digits = begun.substr(entity.prefix.size());
    if (digits.empty() || digits.size() > 12 || digits[0] == '0')
        return 0;
    return std::max<std::int64_t>(whole_text_as<std::int64_t>(digits).value_or(0), 0);
}

}  // namespace

void complete_ids(Candidates& c, const Entity& entity) {
    const bool prefix_only = c.begun == entity.prefix;
    const std::int64_t number = number_begun(c.begun, entity);
    if (!prefix_only && number == 0)
        return;
    store::Store* store = c.store();
    if (store == nullptr)
        return;
    if (prefix_only)
        offer_ids(c, entity, store::latest_records(*store, entity, 20));
    else
        offer_ids(c, entity, store::records_numbered(*store, entity, number, most_ids));
}

void complete_names(Candidates& c, const Entity& entity) {
    if (store::accepts_me(entity))
        c.offer("me", "you");
    if (!c.begun.empty())
        complete_ids(c, entity);
    offer_names(c, entity, Candidates::most);
}

void complete_references(Candidates& c, const Entity* noun) {
    store::Store* store = c.store();
    if (store == nullptr)
        return;
    for (const Entity* entity : store->nouns()) {
        if (noun != nullptr && noun != entity)
            continue;
        if (c.begun.empty()) {
            const int most = noun == nullptr ? 10 : most_latest;
            offer_ids(c, *entity, store::latest_records(*store, *entity, most));
            continue;
        }
        complete_ids(c, *entity);
        if (c.begun.find('@') == std::string::npos)
            offer_names(c, *entity, noun == nullptr ? 30 : Candidates::most);
    }
    if (c.found.empty() || c.begun.find('@') != std::string::npos)
        offer_addresses(c, noun);
}

void complete_tags(Candidates& c) {
    store::Store* store = c.store();
    if (store == nullptr)
        return;
    for (const std::string& tag : store::tags(*store, c.begun, Candidates::most))
        c.offer(tag, "tag");
}

void complete_segments(Candidates& c, const Entity& noun) {
    store::Store* store = c.store();
    if (store == nullptr)
        return;
    for (const auto& [name, query] : store::segments(*store, noun))
        c.offer(name, query);
}

}  // namespace crm::cmd
