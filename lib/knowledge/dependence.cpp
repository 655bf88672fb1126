#include "knowledge/dependence.hpp"

#include "base/text.hpp"
#include "knowledge/experts.hpp"
#include "knowledge/records.hpp"
#include "knowledge/versions.hpp"
#include "people/activities.hpp"
#include "sql/expression.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace crm::knowledge {

using store::Found;
using store::Record;

namespace {

constexpr double large_share = 0.8;
constexpr int days_of_year = 365;

/// Who did what: the link, the user and when.
constexpr std::string_view solved = R"(
    SELECT {0}, coalesce("closed_by", "owner"), "closed_at" FROM "ticket"
    WHERE "status" = 'Closed' AND {0} IS NOT NULL AND {1})";
constexpr std::string_view won = R"(
    SELECT {0}, "owner", "won_at" FROM "deal"
    WHERE "stage" = 'Closed Won' AND {0} IS NOT NULL AND {1})";
constexpr std::string_view written = R"(
    SELECT {0}, v."user", v."at" FROM "kb"
    JOIN "kb_versions" v ON v."record" = "id" AND v."number" = 1
    WHERE "status" = 'Published' AND {0} IS NOT NULL AND {1})";

struct Source {
    std::string_view noun, text;
    Scores::Work work;
};
constexpr Source sources[] = {{"ticket", solved, Scores::Work::solved},
                              {"deal", won, Scores::Work::won},
                              {"kb", written, Scores::Work::written}};

/// What a user has to hand over.
class Handover {
public:
    Handover(store::Store& store, const Clock& clock, std::int64_t user)
        : store_(store), clock_(clock), user_(user) {}

    std::vector<HandoverItem> run() {
        for (const Record& account : owned("account", "TRUE"))
            if (is_known_by_nobody_else(account))
                add("account", account, account.text("tier"));
        for (const Record& task : owned("task", R"("status" NOT IN ('Completed', 'Canceled')
                AND ("promised_to" IS NOT NULL OR "promised_in" IS NOT NULL))"))
            add("promise", task, task.text("due"));
        add_articles();
        add_topics(dependences(store_, clock_, "product"));
        add_topics(topic_dependences(store_, clock_));
        for (const Record& deal : owned("deal", R"("stage" NOT IN ('Closed Won', 'Closed Lost'))"))
            add("deal", deal, deal.text("stage"));
        return std::move(out_);
    }

private:
    void add(std::string_view kind, const Record& record, std::string detail) {
        out_.push_back({kind, {record.entity, record.id}, record.label(), std::move(detail)});
    }

    void add_topics(const std::vector<Dependence>& topics) {
        for (const Dependence& topic : topics)
            if (topic.first == user_)
                out_.push_back({"topic", topic.topic, topic.name,
                                fmt::format("{:.0f} %", topic.first_share * 100)});
    }

    std::vector<Record> owned(std::string_view noun, std::string_view condition) {
        return records_of(store_, noun, fmt::format(R"("owner" = ?1 AND {})", condition), user_);
    }

    bool is_known_by_nobody_else(const Record& account) {
        const std::string year_ago =
            Instant{clock_.now.seconds - std::int64_t{days_of_year} * 24 * 60 * 60}.iso();
        const auto activities = people::activities(store_, {account.entity, account.id});
        return std::ranges::none_of(activities, [&](const people::Activity& activity) {
            if (activity.at < year_ago)
                return false;
            const std::int64_t owner = store_.get(*activity.entity, activity.id).number("owner");
            return owner != 0 && owner != user_;
        });
    }

    void add_articles() {
        for (const Record& article : records_of(store_, "kb", R"("status" <> 'Archived')")) {
            const std::vector<Version> versions = versions_of(article);
            const bool is_only_theirs =
                !versions.empty() && std::ranges::all_of(versions, [&](const Version& version) {
                    return version.user == user_;
                });
            const bool is_draft = article.text("status") != "Published";
            if (is_only_theirs || (is_draft && article.number("owner") == user_))
                add(is_draft ? "draft" : "article", article, article.text("status"));
        }
    }

    store::Store& store_;
    const Clock& clock_;
    std::int64_t user_;
    std::vector<HandoverItem> out_;
};

/// The topic as one person has it; nothing where nobody has a large share.
std::optional<Dependence> dependence_of(const Scores& scores) {
    const std::vector<Expert> people = scores.best();
    double all = 0;
    for (const Expert& expert : people)
        all += expert.score;
    if (all <= 0 || people.front().score < large_share * all)
        return {};
    return Dependence{.people = static_cast<std::int64_t>(people.size()),
                      .first = people.front().user,
                      .first_share = people.front().score / all,
                      .last = people.front().last};
}

void sort_by_share(std::vector<Dependence>& all) {
    std::ranges::stable_sort(all, std::ranges::greater{}, &Dependence::first_share);
}

/// The keywords of published articles: who wrote those, and who closed tickets that used them.
constexpr std::string_view work_on_articles = R"(
    SELECT t."keywords", v."user", v."at", 0
    FROM "kb" t
    JOIN "kb_versions" v ON v."record" = t."id" AND v."number" = 1
    WHERE t."status" = 'Published' AND t."keywords" IS NOT NULL AND {0})";
constexpr std::string_view work_on_tickets = R"(
    UNION ALL
    SELECT t."keywords", coalesce(x."closed_by", x."owner"), x."closed_at", 1
    FROM "kb" t
    JOIN "kb_uses" u ON u."record" = t."id" AND u."what" = 'Used'
    JOIN "ticket" x ON x."id" = u."ticket"
    WHERE t."status" = 'Published' AND t."keywords" IS NOT NULL AND {0} AND {1}
      AND x."status" = 'Closed')";

}  // namespace

std::vector<Dependence> topic_dependences(store::Store& store, const Clock& clock) {
    const meta::Entity& articles = store.model().get("kb");
    std::vector<Dependence> out;
    if (!store.db().has_table(articles.noun))
        return out;
    std::string select = fmt::format(work_on_articles, sql::live("t"));
    if (store.db().has_table("ticket"))
        select += fmt::format(work_on_tickets, sql::live("t"), sql::live("x"));
    std::map<std::string, std::pair<std::string, Scores>> topics;
    sql::Statement get = store.db().prepare(select);
    while (get.step()) {
        const auto at = iso_instant(get.text(2));
        const auto work = get.integer(3) == 0 ? Scores::Work::written : Scores::Work::solved;
        if (!at)
            continue;
        std::set<std::string> known;
        meta::each_value(*articles.find("keywords"), get.text(0), [&](std::string_view keyword) {
            const std::string key = text::folded(keyword);
            if (known.insert(key).second)
                topics.try_emplace(key, std::string(keyword), Scores(clock.now))
                    .first->second.second.add(get.integer(1), *at, 1, work);
        });
    }
    for (const auto& [key, topic] : topics)
        if (auto one = dependence_of(topic.second)) {
            one->name = topic.first;
            out.push_back(std::move(*one));
        }
    sort_by_share(out);
    return out;
}

std::vector<Dependence> dependences(store::Store& store, const Clock& clock,
                                    std::string_view link) {
    std::map<std::int64_t, Scores> topics;
    for (const Source& source : sources) {
        if (!store.db().has_table(source.noun))
            continue;
        sql::Statement get = store.db().prepare(
            fmt::format(fmt::runtime(source.text), sql::quoted(link), sql::live()));
        while (get.step())
            if (const auto at = iso_instant(get.text(2)))
                topics.try_emplace(get.integer(0), clock.now)
                    .first->second.add(get.integer(1), *at, 1, source.work);
    }
    const meta::Entity& noun = store.model().get(link);
    std::vector<Dependence> out;
    for (const auto& [id, scores] : topics) {
        auto one = dependence_of(scores);
        const auto record = store.find(noun, id);
        if (!one || !record || !record->deleted_at.empty())
            continue;
        one->topic = {&noun, id};
        one->name = record->label();
        out.push_back(std::move(*one));
    }
    sort_by_share(out);
    return out;
}

std::vector<HandoverItem> handover(store::Store& store, const Clock& clock, std::int64_t user) {
    return Handover(store, clock, user).run();
}

}  // namespace crm::knowledge
