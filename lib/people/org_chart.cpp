#include "people/org_chart.hpp"

#include "sql/expression.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

namespace crm::people {
namespace {

constexpr std::string_view people_of_account = R"(
SELECT c."id", c."name", c."title", c."department", coalesce(c."reports_to", 0)
FROM "contact" c
WHERE {live}
  AND c."id" IN (
    SELECT "record"
    FROM "contact_accounts"
    WHERE "account" = ?1 AND coalesce("until", ?2) >= ?2)
ORDER BY c."department" NULLS FIRST, c."name", c."id")";

std::vector<OrgEntry> employees(store::Store& store, std::int64_t account, std::string_view day) {
    sql::Statement get =
        store.db().prepare(fmt::format(people_of_account, fmt::arg("live", sql::live("c"))));
    std::vector<OrgEntry> out;
    for (get.with(account, day); get.step();)
        out.push_back({.id = get.integer(0),
                       .name = std::string(get.text(1)),
                       .title = std::string(get.text(2)),
                       .department = std::string(get.text(3)),
                       .reports_to = get.integer(4)});
    return out;
}

class Chart {
public:
    explicit Chart(std::vector<OrgEntry> people) : people_(std::move(people)) {
        for (const OrgEntry& person : people_) {
            by_id_.emplace(person.id, &person);
            reports_[person.reports_to].push_back(&person);
        }
        for (const OrgEntry& person : people_) {
            const OrgEntry* manager = find(person.reports_to);
            if (manager == nullptr)
                ++tops_;
            if (!person.department.empty() &&
                (manager == nullptr || manager->department != person.department))
                ++heads_[person.department];
        }
    }

    std::vector<OrgEntry> ordered() {
        for (const OrgEntry& person : people_)
            if (find(person.reports_to) == nullptr)
                add(person, 0, gap(person));
        // People who are not below the top of the chart report in a circle.
        for (const OrgEntry& person : people_)
            add(person, 0, "reports in a circle");
        return std::move(out_);
    }

private:
    const OrgEntry* find(std::int64_t id) const {
        const auto it = by_id_.find(id);
        return it == by_id_.end() ? nullptr : it->second;
    }

    /// The gap of a person without a known manager in the company.
    std::string gap(const OrgEntry& person) const {
        if (person.reports_to != 0)
            return "reports to someone outside the company";
        if (const auto it = heads_.find(person.department); it != heads_.end() && it->second > 1)
            return fmt::format("{}: no head among {}", person.department, it->second);
        const bool leads = reports_.contains(person.id);
        return tops_ > 1 && !leads ? "no manager known" : "";
    }

    void add(const OrgEntry& person, int level, std::string gap) {
        if (!added_.insert(person.id).second)
            return;
        OrgEntry& entry = out_.emplace_back(person);
        entry.level = level;
        entry.gap = std::move(gap);
        const auto reports = reports_.find(person.id);
        if (reports == reports_.end())
            return;
        for (const OrgEntry* report : reports->second)
            add(*report, level + 1, {});
    }

    std::vector<OrgEntry> people_;
    std::map<std::int64_t, const OrgEntry*> by_id_;
    std::map<std::int64_t, std::vector<const OrgEntry*>> reports_;  ///< by the id of the manager
    std::map<std::string, int> heads_;  ///< of a department: people without a manager in it
    int tops_ = 0;                      ///< people without a known manager
    std::set<std::int64_t> added_;
    std::vector<OrgEntry> out_;
};

}  // namespace

std::vector<OrgEntry> org_chart(store::Store& store, std::int64_t account, std::string_view day) {
    return Chart(employees(store, account, day)).ordered();
}

}  // namespace crm::people
