#include "knowledge/experts.hpp"

#include "base/error.hpp"
#include "knowledge/question_words.hpp"
#include "sql/expression.hpp"
#include "store/search.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace crm::knowledge {

using store::Record;

namespace {

constexpr double half_life_days = 180;
constexpr double of_the_team = 0.5;
constexpr double seconds_per_day = 24 * 60 * 60;

/// Records about a topic, and who worked on them.
class Work {
public:
    Work(store::Store& store, const Clock& clock, const Topic& topic)
        : store_(store), topic_(topic), scores_(clock.now) {}

    std::vector<Expert> run() {
        add_tickets();
        add_deals();
        add_articles();
        return scores_.best();
    }

private:
    using Ids = std::set<std::int64_t>;

    bool has(std::string_view noun) { return store_.db().has_table(noun); }

    /// The records of a noun that have the words; with a product those about it, too.
    Ids matches(std::string_view noun, std::string_view by_product) {
        Ids out;
        const meta::Entity& entity = store_.model().get(noun);
        if (!topic_.phrases.empty()) {
            const sql::FullText& full_text = store_.db().dialect().full_text();
            sql::Statement get = store_.db().prepare(full_text.records(entity.number, "?1"));
            const std::string expression = full_text.expression(topic_.phrases);
            for (get.with(expression); get.step();)
                out.insert(get.integer(0));
        }
        if (topic_.product != 0) {
            sql::Statement get = store_.db().prepare(by_product);
            for (get.with(topic_.product); get.step();)
                out.insert(get.integer(0));
        }
        return out;
    }

    void add_tickets() {
        if (!has("ticket"))
            return;
        Ids ids = matches("ticket", R"(SELECT "id" FROM "ticket" WHERE "product" = ?1)");
        ids.erase(topic_.ticket);
        sql::Statement get = store_.db().prepare(fmt::format(
            R"(SELECT coalesce("closed_by", 0), coalesce("owner", 0), coalesce("closed_at", '')
               FROM "ticket" WHERE "id" = ?1 AND "status" = 'Closed' AND {})",
            sql::live()));
        sql::Statement team =
            store_.db().prepare(R"(SELECT "user" FROM "ticket_team" WHERE "record" = ?1)");
        for (const std::int64_t id : ids) {
            if (!get.with(id).step())
                continue;
            const auto at = iso_instant(get.text(2));
            if (!at)
                continue;
            // Of one that was imported only the owner is known.
            const std::int64_t first = get.integer(0) != 0 ? get.integer(0) : get.integer(1);
            add(first, *at, Scores::Work::solved, {get.integer(1)}, team, id);
        }
    }

    void add_deals() {
        if (!has("deal"))
            return;
        const Ids ids = matches("deal", R"(
            SELECT "id" FROM "deal" WHERE "product" = ?1
            UNION SELECT "record" FROM "deal_lines" WHERE "product" = ?1)");
        sql::Statement get = store_.db().prepare(fmt::format(
            R"(SELECT coalesce("owner", 0), coalesce("won_at", '')
               FROM "deal" WHERE "id" = ?1 AND "stage" = 'Closed Won' AND {})",
            sql::live()));
        sql::Statement team =
            store_.db().prepare(R"(SELECT "user" FROM "deal_team" WHERE "record" = ?1)");
        for (const std::int64_t id : ids)
            if (get.with(id).step())
                if (const auto at = iso_instant(get.text(1)))
                    add(get.integer(0), *at, Scores::Work::won, {}, team, id);
    }

    void add_articles() {
        if (!has("kb"))
            return;
        const Ids ids = matches("kb", R"(SELECT "id" FROM "kb" WHERE "product" = ?1)");
        sql::Statement get = store_.db().prepare(fmt::format(
            R"(SELECT coalesce(v."user", 0), v."at"
               FROM "kb" t
               JOIN "kb_versions" v ON v."record" = t."id" AND v."number" = 1
               WHERE t."id" = ?1 AND t."status" = 'Published' AND {})",
            sql::live("t")));
        sql::Statement team =
            store_.db().prepare(R"(SELECT "user" FROM "kb_versions" WHERE "record" = ?1)");
        for (const std::int64_t id : ids)
            if (get.with(id).step())
                if (const auto at = iso_instant(get.text(1)))
                    add(get.integer(0), *at, Scores::Work::written, {}, team, id);
    }

    void add(std::int64_t first, Instant at, Scores::Work work, Ids others, sql::Statement& team,
             std::int64_t record) {
        for (team.with(record); team.step();)
            if (!team.null(0))
                others.insert(team.integer(0));
        others.erase(first);
        scores_.add(first, at, 1, work);
        for (const std::int64_t user : others)
            scores_.add(user, at, of_the_team, work);
    }

    store::Store& store_;
    const Topic& topic_;
    Scores scores_;
};

bool is_away(store::Store& store, std::int64_t user, const std::string& today) {
    sql::Statement get = store.db().prepare(R"(
        SELECT count(*) FROM "user_away"
        WHERE "record" = ?1 AND "from" <= ?2 AND coalesce("until", ?2) >= ?2)");
    get.with(user, today).step();
    return get.integer(0) > 0;
}

std::int64_t open_tickets(store::Store& store, std::int64_t user) {
    if (!store.db().has_table("ticket"))
        return 0;
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT count(*) FROM "ticket"
           WHERE "owner" = ?1 AND "status" IN ('New', 'Assigned', 'Pending') AND {})",
        sql::live()));
    get.with(user).step();
    return get.integer(0);
}

}  // namespace

void Scores::add(std::int64_t user, Instant at, double part, Work work) {
    if (user == 0)
        return;
    const double age = static_cast<double>(now_.seconds - at.seconds) / seconds_per_day;
    Expert& expert = experts_[user];
    expert.user = user;
    expert.score += part * std::exp2(-std::max(0.0, age) / half_life_days);
    expert.last = std::max(expert.last, at);
    expert.solved += work == Work::solved ? 1 : 0;
    expert.won += work == Work::won ? 1 : 0;
    expert.written += work == Work::written ? 1 : 0;
}

std::vector<Expert> Scores::best() const {
    std::vector<Expert> out;
    for (const auto& [user, expert] : experts_)
        out.push_back(expert);
    std::ranges::stable_sort(out, [](const Expert& a, const Expert& b) {
        constexpr double same = 1e-9;
        return std::abs(a.score - b.score) > same ? a.score > b.score : a.last > b.last;
    });
    return out;
}

Topic topic_of(store::Store& store, const Record& ticket) {
    Topic out{.product = ticket.number("product"), .ticket = ticket.id};
    // One of its words is enough, of the longest, which say most.
    std::vector<std::string> words = question_words(store, ticket);
    std::ranges::stable_sort(words, std::ranges::greater{}, &std::string::size);
    constexpr std::size_t most_words = 5;
    if (words.size() > most_words)
        words.resize(most_words);
    if (!words.empty())
        out.phrases.push_back({std::move(words), false});
    return out;
}

Topic read_topic(store::Resolver& resolver, const std::vector<std::string>& words) {
    store::Store& store = resolver.store();
    const meta::Model& model = store.model();
    if (words.size() == 1) {
        if (const auto product = resolver.find(words[0], &model.with(meta::Role::product)))
            return {.product = product->id};
        if (const auto ticket = resolver.find(words[0], &model.get("ticket")))
            return topic_of(store, store.get(*ticket->entity, ticket->id));
    }
    Topic out{.phrases = store::search_phrases(words)};
    if (out.phrases.empty())
        throw Error(Fault::usage, "no_words", "there are no words to search for",
                    "crm kb experts 'paper jam', crm kb experts t1");
    return out;
}

std::vector<Expert> experts(store::Store& store, const Clock& clock, const Topic& topic) {
    const meta::Entity& users = store.model().with(meta::Role::user);
    const std::string today = clock.today().iso();
    std::vector<Expert> out;
    for (Expert& expert : Work(store, clock, topic).run()) {
        const auto user = store.find(users, expert.user);
        const bool is_gone = !user || !user->deleted_at.empty() ||
                             user->of(user->field("active")).front() == Value(std::int64_t{0});
        if (is_gone)
            continue;
        expert.name = user->label();
        expert.open = open_tickets(store, expert.user);
        expert.away = is_away(store, expert.user, today);
        out.push_back(std::move(expert));
    }
    return out;
}

}  // namespace crm::knowledge
