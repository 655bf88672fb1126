#include "people/activities.hpp"

#include "sql/expression.hpp"
#include "store/incoming.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>
#include <utility>

namespace crm::people {
namespace {

using meta::Entity;
using meta::FieldInfo;

/// The nouns of what is done, and the field that says when.
struct ActivityKind {
    std::string_view noun, when;
};
constexpr ActivityKind kinds[] = {{"note", "created_at"},
                                  {"call", "start"},
                                  {"meeting", "start"},
                                  {"task", "due"},
                                  {"mail", "sent_at"}};

/// What is done about records of the second noun concerns those of the first that they link to.
struct Concern {
    std::string_view noun, of;
};
constexpr Concern concerns[] = {{"account", "contact"}, {"account", "deal"}};

constexpr std::string_view linked = R"(
SELECT t."id", {when}
FROM {noun} t
WHERE {live} AND ({links}))";

/// The record and those whose activities concern it.
std::vector<store::Found> subjects(store::Store& store, const store::Found& about,
                                   std::span<const Entity* const> nouns) {
    std::vector<store::Found> out{about};
    for (const Concern& concern : concerns) {
        const Entity& entity = store.model().get(concern.of);
        if (concern.noun != about.entity->noun || std::ranges::find(nouns, &entity) == nouns.end())
            continue;
        sql::Statement get = store.db().prepare(fmt::format(
            linked, fmt::arg("when", "NULL"), fmt::arg("noun", sql::quoted(entity.noun)),
            fmt::arg("live", sql::live("t")),
            fmt::arg("links", store::links_to(entity, *about.entity, "t", "?1"))));
        for (get.with(about.id); get.step();)
            out.push_back({&entity, get.integer(0)});
    }
    return out;
}

class ActivityCollector {
public:
    explicit ActivityCollector(store::Store& store) : store_(store) {}

    /// All activities of a kind that link to a record of one noun.
    void add(const ActivityKind& kind, const Entity& subject_noun,
             std::span<const store::Found> subjects) {
        const Entity& entity = store_.model().get(kind.noun);
        const FieldInfo& when = *entity.find(kind.when);
        const FieldInfo& created = *entity.find("created_at");
        const std::string links = store::links_to(entity, subject_noun, "t", "?1");
        if (links.empty())
            return;
        sql::Statement get = store_.db().prepare(fmt::format(
            linked, fmt::arg("when", fmt::format("t.\"{}\", t.\"created_at\"", when.name())),
            fmt::arg("noun", sql::quoted(entity.noun)), fmt::arg("live", sql::live("t")),
            fmt::arg("links", links)));
        for (const store::Found& subject : subjects) {
            if (subject.entity != &subject_noun)
                continue;
            for (get.with(subject.id); get.step();) {
                const std::int64_t id = get.integer(0);
                if (!known_.emplace(entity.number, id).second)
                    continue;
                const bool dated = !get.null(1);
                found_.push_back(
                    {&entity, id, std::string(get.text(dated ? 1 : 2)), dated ? &when : &created});
            }
        }
    }

    std::vector<Activity> newest_first() {
        std::ranges::sort(found_, [](const Activity& a, const Activity& b) {
            return a.at != b.at ? a.at > b.at : a.id > b.id;
        });
        return std::move(found_);
    }

private:
    store::Store& store_;
    std::set<std::pair<int, std::int64_t>> known_;
    std::vector<Activity> found_;
};

}  // namespace

bool is_activity(const Entity& entity) {
    return std::ranges::find(kinds, entity.noun, &ActivityKind::noun) != std::end(kinds);
}

std::vector<Activity> activities(store::Store& store, const store::Found& about) {
    const std::vector<const Entity*> nouns = store.nouns();
    const std::vector<store::Found> all = subjects(store, about, nouns);
    std::set<const Entity*> subject_nouns;
    for (const store::Found& subject : all)
        subject_nouns.insert(subject.entity);
    ActivityCollector collector(store);
    for (const ActivityKind& kind : kinds) {
        if (std::ranges::find(nouns, &store.model().get(kind.noun)) == nouns.end())
            continue;
        for (const Entity* noun : subject_nouns)
            collector.add(kind, *noun, all);
    }
    return collector.newest_first();
}

}  // namespace crm::people
