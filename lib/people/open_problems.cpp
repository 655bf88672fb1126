#include "people/open_problems.hpp"

#include "sql/expression.hpp"
#include "store/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace crm::people {

using meta::FieldInfo;
using store::Record;

namespace {

constexpr std::array severities{"Low", "Medium", "High", "Critical"};

/// Whose tickets count.
struct Customers {
    std::set<std::int64_t> accounts, contacts;

    void add(const meta::Entity* entity, std::int64_t id) {
        if (entity == nullptr || id == 0)
            return;
        if (entity->role == meta::Role::company)
            accounts.insert(id);
        else if (entity->role == meta::Role::person)
            contacts.insert(id);
    }
};

/// The records to which the rows of a list lead, without those that are over.
void add_rows(const Record& record, const FieldInfo& list, const std::string& today,
              Customers& out) {
    const auto until = std::ranges::find(list.rows, "until", &FieldInfo::name);
    for (const store::RowCells& row : record.rows[list.first]) {
        if (until != list.rows.end() && store::row_text(row, *until).value_or(today) < today)
            continue;
        out.add(list.rows.front().to, store::row_number(row, list.rows.front()).value_or(0));
    }
}

Customers customers_of(const Record& record, const std::string& today) {
    Customers out;
    out.add(record.entity, record.id);
    if (record.entity->role == meta::Role::company)
        return out;
    for (const std::string_view name : {"account", "contact"})
        if (const FieldInfo* field = record.entity->find(name))
            out.add(field->to, record.number(*field));
    for (const std::string_view name : {"accounts", "contacts"})
        if (const FieldInfo* field = record.entity->find(name))
            add_rows(record, *field, today, out);
    return out;
}

std::string among(std::string_view column, std::size_t count, std::size_t& parameter) {
    std::string list;
    for (std::size_t i = 0; i < count; ++i)
        list += fmt::format("{}?{}", i == 0 ? "" : ", ", ++parameter);
    return fmt::format(R"(t."{}" IN ({}))", column, list);
}

std::int64_t severity_rank(const OpenProblem& problem) {
    return std::ranges::find(severities, problem.severity) - severities.begin() +
           (problem.severity.empty() ? -std::ssize(severities) - 1 : 0);
}

}  // namespace

std::string is_open_problem(std::string_view alias) {
    return fmt::format(
        R"({0}."status" IN ('New', 'Assigned', 'Pending') AND
           ({0}."type" IN ('Incident', 'Problem', 'Complaint', 'Dispute', 'Return') OR
            {0}."severity" IN ('High', 'Critical')) AND {1})",
        alias, sql::live(alias));
}

std::vector<OpenProblem> open_problems(store::Store& store, const Clock& clock,
                                       const Record& customer) {
    const meta::Entity& tickets = store.model().get("ticket");
    const Customers who = customers_of(customer, clock.today().iso());
    std::vector<OpenProblem> out;
    if ((who.accounts.empty() && who.contacts.empty()) || !store.db().has_table(tickets.noun))
        return out;
    std::size_t parameter = 0;
    const std::string of_accounts = among("account", who.accounts.size(), parameter);
    const std::string of_contacts = among("contact", who.contacts.size(), parameter);
    sql::Statement get = store.db().prepare(fmt::format(
        R"(
        SELECT t."id", t."subject", coalesce(t."type", ''), coalesce(t."severity", ''),
            t."created_at"
        FROM "ticket" t
        WHERE ({} OR {}) AND {}
        ORDER BY t."created_at", t."id")",
        of_accounts, of_contacts, is_open_problem("t")));
    int at = 0;
    for (const auto* ids : {&who.accounts, &who.contacts})
        for (const std::int64_t id : *ids)
            get.bind(++at, id);
    while (get.step()) {
        const auto created = iso_instant(std::string(get.text(4)));
        const Date day = Clock{created.value_or(clock.now), clock.zone}.today();
        out.push_back({.ticket = {&tickets, get.integer(0)},
                       .subject = std::string(get.text(1)),
                       .type = std::string(get.text(2)),
                       .severity = std::string(get.text(3)),
                       .days = clock.today().days - day.days});
    }
    std::ranges::stable_sort(out, std::ranges::greater{}, severity_rank);
    return out;
}

std::vector<OpenProblem> open_problems(store::Store& store, const Clock& clock,
                                       const store::Found& customer) {
    const auto record = store.find(*customer.entity, customer.id);
    return record ? open_problems(store, clock, *record) : std::vector<OpenProblem>();
}

CustomersWithProblems customers_with_open_problems(store::Store& store) {
    CustomersWithProblems out;
    if (!store.db().has_table("ticket"))
        return out;
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT t."account", t."contact" FROM "ticket" t WHERE {})", is_open_problem("t")));
    while (get.step()) {
        if (!get.null(0))
            out.accounts.insert(get.integer(0));
        if (!get.null(1))
            out.contacts.insert(get.integer(1));
    }
    return out;
}

std::string problem_text(const OpenProblem& problem) {
    std::string why;
    for (const std::string& word : {problem.type, problem.severity})
        if (!word.empty())
            why += word + ", ";
    const std::string age = problem.days <= 0   ? "since today"
                            : problem.days == 1 ? "for 1 day"
                                                : fmt::format("for {} days", problem.days);
    return fmt::format("{} {} ({}open {})",
                       meta::short_id(*problem.ticket.entity, problem.ticket.id), problem.subject,
                       why, age);
}

std::string problems_text(const std::vector<OpenProblem>& problems) {
    std::string out = problems.empty() ? std::string() : problem_text(problems.front());
    if (problems.size() > 1)
        out += fmt::format(" and {} more", problems.size() - 1);
    return out;
}

}  // namespace crm::people
