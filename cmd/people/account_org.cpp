#include "base/text.hpp"
#include "cmd/cli/records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

/// account org: departments and lines of reporting, and where we know nobody.
namespace crm::cmd {
namespace {

struct Person {
    std::int64_t id = 0, boss = 0;
    std::string name, title, department;
};

struct Chart {
    Session& session;
    const meta::Entity& contacts;
    std::vector<Person> people;
    std::set<std::int64_t> shown;
    Rows rows{session, {"id", "name", "title", "department", "reports_to", "level", "gap"}};

    const Person* find(std::int64_t id) const {
        const auto it = std::ranges::find(people, id, &Person::id);
        return it == people.end() ? nullptr : &*it;
    }
    void show(const Person& person, std::int64_t level, const std::string& gap) {
        if (!shown.insert(person.id).second)
            return;  // a circle of bosses ends here
        const std::string indent = session.env.out_tty && session.format.empty()
                                       ? std::string(static_cast<std::size_t>(level) * 2, ' ')
                                       : std::string();
        rows.row({meta::short_id(contacts, person.id), indent + person.name, person.title,
                  person.department,
                  person.boss == 0 ? std::string() : session.store().name(contacts, person.boss),
                  level, gap});
        for (const Person& other : people)
            if (other.boss == person.id)
                show(other, level + 1, {});
    }
};

int run(Session& session, const Arguments& args) {
    const store::Found account = resolve_reference(session, args.noun, args.words[0]);
    Chart chart{session, session.model().get("contact"), {}, {}};
    sql::Statement get = session.store().db().prepare(
        R"(SELECT c."id", coalesce(c."reports_to", 0), c."name", coalesce(c."title", ''), coalesce(c."department", '') FROM "contact" c WHERE c."deleted_at" IS NULL AND c."undone" IS NULL
           AND c."id" IN (SELECT "record" FROM "contact_accounts" WHERE "account" = ?1 AND coalesce("until", ?2) >= ?2) ORDER BY c."department", c."name", c."id")");
    const std::string today = session.env.clock.today().iso();
    for (get.with(account.id, today); get.step();)
        chart.people.push_back({get.integer(0), get.integer(1), std::string(get.text(2)),
                                std::string(get.text(3)), std::string(get.text(4))});
    std::map<std::string, std::vector<const Person*>>
        heads;  // of each department, those who report to nobody in it
    for (const Person& p : chart.people) {
        const Person* boss = chart.find(p.boss);
        if (!p.department.empty() && (boss == nullptr || boss->department != p.department))
            heads[p.department].push_back(&p);
    }
    const auto tops = std::ranges::count_if(
        chart.people, [&](const Person& p) { return chart.find(p.boss) == nullptr; });
    const auto gap = [&](const Person& p) -> std::string {
        if (p.boss != 0)
            return "reports to somebody elsewhere";
        if (const auto it = heads.find(p.department); it != heads.end() && it->second.size() > 1)
            return fmt::format("{}: no head among {}", p.department, it->second.size());
        const bool leads = std::ranges::any_of(
            chart.people, [&](const Person& other) { return other.boss == p.id; });
        return tops > 1 && !leads ? "nobody above is known" : "";
    };
    for (const Person& p : chart.people)
        if (chart.find(p.boss) == nullptr)
            chart.show(p, 0, gap(p));
    for (const Person& p : chart.people)
        chart.show(p, 0, "reports in a circle");
    chart.rows.end();
    return 0;
}

}  // namespace

Command account_org() {
    return {.help = "Departments and lines of reporting of a company, gaps named",
            .needs = Needs::reading,
            .arguments = {{.name = "ACCOUNT",
                           .kind = Kind::reference,
                           .required = true,
                           .help = "the company"}},
            .run = run,
            .details =
                "Those who work there now, each below whom they report to. A gap is named where "
                "nobody above is known, where a department has several heads, where the boss is of "
                "another company, and where people report in a circle.",
            .examples = {{"account org acme.example", "who reports to whom"}}};
}

}  // namespace crm::cmd
