#include "knowledge/credits.hpp"

#include "knowledge/programmes.hpp"
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

class Credits {
public:
    Credits(store::Store& store, const Clock& clock, const DateSpan& period)
        : store_(store),
          clock_(clock),
          period_(period),
          users_(store.model().with(meta::Role::user)) {}

    std::vector<Credit> run() {
        for (const std::int64_t id : ids("kb", "TRUE"))
            add_article(store_.get(store_.model().get("kb"), id));
        for (const std::int64_t id : ids("feedback", R"("kind" = 'Idea' AND "status" = 'Adopted')"))
            add_idea(store_.get(store_.model().get("feedback"), id));
        for (const std::int64_t id : ids("programme", "TRUE"))
            add_contributions(store_.get(store_.model().get("programme"), id));
        std::vector<Credit> out;
        for (auto& [who, credit] : credits_) {
            credit.name = store_.name(*who.entity, who.id);
            out.push_back(std::move(credit));
        }
        std::ranges::stable_sort(out, [](const Credit& a, const Credit& b) {
            return std::tie(a.points, a.ideas, a.contributions, a.articles) >
                   std::tie(b.points, b.ideas, b.contributions, b.articles);
        });
        return out;
    }

private:
    std::vector<std::int64_t> ids(std::string_view noun, std::string_view condition) {
        std::vector<std::int64_t> out;
        if (!store_.db().has_table(noun))
            return out;
        sql::Statement get =
            store_.db().prepare(fmt::format(R"(SELECT "id" FROM {} WHERE {} AND {} ORDER BY "id")",
                                            sql::quoted(noun), condition, sql::live()));
        while (get.step())
            out.push_back(get.integer(0));
        return out;
    }

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
