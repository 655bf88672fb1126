#include "knowledge/credits.hpp"

#include "knowledge/programmes.hpp"
#include "knowledge/records.hpp"
#include "knowledge/uses.hpp"
#include "knowledge/versions.hpp"
#include "sql/expression.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace crm::knowledge {

using store::Found;
using store::Record;

namespace {

/// Who was in touch, in what record and when.
constexpr std::string_view touches = R"(
    SELECT {users}, t."owner", t."id", t."{at}" FROM "{noun}" t WHERE {took_place}
    UNION
    SELECT t."about_noun", t."about", t."id", t."{at}" FROM "{noun}" t WHERE {took_place})";
constexpr std::string_view attendees = R"(
    UNION
    SELECT a."who_noun", a."who", t."id", t."start"
    FROM "meeting_attendees" a JOIN "meeting" t ON t."id" = a."record" WHERE {took_place})";

class Credits {
public:
    Credits(store::Store& store, const Clock& clock, const DateSpan& period)
        : store_(store),
          clock_(clock),
          period_(period),
          users_(store.model().with(meta::Role::user)) {}

    std::vector<Credit> run() {
        for (const std::int64_t id : ids_of(store_, "kb", "TRUE"))
            add_article(store_.get(store_.model().get("kb"), id));
        for (const std::int64_t id :
             ids_of(store_, "feedback", R"("kind" = 'Idea' AND "status" = 'Adopted')"))
            add_idea(store_.get(store_.model().get("feedback"), id));
        for (const std::int64_t id : ids_of(store_, "programme", "TRUE"))
            add_contributions(store_.get(store_.model().get("programme"), id));
        add_contact_points();
        std::vector<Credit> out;
        for (auto& [who, credit] : credits_) {
            credit.name = store_.name(*who.entity, who.id);
            out.push_back(std::move(credit));
        }
        std::ranges::stable_sort(out, [](const Credit& a, const Credit& b) {
            const auto figures = [](const Credit& c) {
                return std::tie(c.points, c.ideas, c.contributions, c.articles, c.contact_points);
            };
            return figures(a) > figures(b);
        });
        return out;
    }

private:
    bool is_in_period(Instant at) const { return is_in_period(clock_.day(at)); }
    bool is_in_period(Date day) const {
        return (!period_.first || day >= *period_.first) && (!period_.last || day <= *period_.last);
    }

    Credit& of(Found who) {
        Credit& out = credits_[who];
        out.who = who;
        return out;
    }

    void add_article(const Record& article) {
        const std::vector<Version> versions = versions_of(article);
        if (versions.empty())
            return;
        const std::int64_t author = versions.front().user;
        std::set<std::int64_t> editors;
        for (const Version& version : versions)
            if (version.user != 0 && version.user != author)
                editors.insert(version.user);
        if (author != 0 && is_in_period(versions.front().at))
            ++of({&users_, author}).articles;
        for (const Use& use : uses_of(article)) {
            if (!is_in_period(use.at) || (use.what != "Used" && use.what != "Helpful"))
                continue;
            const bool is_use = use.what == "Used";
            const double half = editors.empty() ? 1 : 0.5;
            if (author != 0)
                add(author, is_use, half);
            for (const std::int64_t editor : editors)
                add(editor, is_use, (1 - half) / static_cast<double>(editors.size()));
        }
    }

    void add(std::int64_t user, bool is_use, double points) {
        Credit& credit = of({&users_, user});
        credit.points += points;
        credit.uses += is_use ? 1 : 0;
        credit.helpful += is_use ? 0 : 1;
    }

    void add_contributions(const Record& programme) {
        for (const Contribution& contribution : contributions_of(programme)) {
            const auto day = iso_date(contribution.date);
            const bool is_in = day ? is_in_period(*day) : !period_.first && !period_.last;
            if (is_in && contribution.who.entity != nullptr)
                ++of(contribution.who).contributions;
        }
    }

    /// Of colleagues, and of the others who have given something.
    void add_contact_points() {
        add_touches("call", "start", R"(t."status" = 'Held')");
        add_touches("meeting", "start", R"(t."status" = 'Held')", attendees);
        add_touches("mail", "sent_at",
                    R"(t."sent_at" IS NOT NULL AND coalesce(t."automatic", 0) = 0)");
    }

    void add_touches(std::string_view noun, std::string_view at, std::string_view condition,
                     std::string_view more = {}) {
        if (!store_.db().has_table(noun))
            return;
        const std::string took_place = fmt::format("{} AND {}", condition, sql::live("t"));
        sql::Statement get = store_.db().prepare(
            fmt::format(fmt::runtime(std::string(touches) + std::string(more)),
                        fmt::arg("users", users_.number), fmt::arg("at", at),
                        fmt::arg("noun", noun), fmt::arg("took_place", took_place)));
        while (get.step()) {
            const Found who{store_.model().by_number(static_cast<int>(get.integer(0))),
                            get.integer(1)};
            const auto day = iso_instant(get.text(3));
            if (who.id == 0 || !day || !is_in_period(*day))
                continue;
            if (who.entity == &users_)
                ++of(who).contact_points;
            else if (const auto credit = credits_.find(who); credit != credits_.end())
                ++credit->second.contact_points;
        }
    }

    /// The idea of a contact; of one without a contact, that of its owner.
    void add_idea(const Record& idea) {
        if (!is_in_period(iso_instant(idea.text("created_at")).value_or(Instant{})))
            return;
        const meta::FieldInfo& contact = idea.field("contact");
        if (idea.number(contact) != 0)
            ++of({contact.to, idea.number(contact)}).ideas;
        else if (idea.number("owner") != 0)
            ++of({&users_, idea.number("owner")}).ideas;
    }

    store::Store& store_;
    const Clock& clock_;
    const DateSpan& period_;
    const meta::Entity& users_;
    std::map<Found, Credit> credits_;
};

}  // namespace

std::vector<Credit> credits(store::Store& store, const Clock& clock, const DateSpan& period) {
    return Credits(store, clock, period).run();
}

}  // namespace crm::knowledge
