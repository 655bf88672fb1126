#pragma once

#include "store/resolve.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Whoever has an open problem is not sold to unnoticed.
namespace crm::people {

/// An open ticket of type Incident, Problem, Complaint, Dispute or Return, or of severity High or
/// Critical.
struct OpenProblem {
    store::Found ticket;
    std::string subject, type, severity;
    std::int64_t days = 0;  ///< since it was added
};

/// The same as a condition on the row of a ticket that the alias names.
std::string is_open_problem(std::string_view alias);

/// The open problems of a customer, the most severe first, then the oldest: of an account those of
/// its tickets, of a contact those of their own and of their present accounts, of any other record
/// those of its account and its contacts.
std::vector<OpenProblem> open_problems(store::Store& store, const Clock& clock,
                                       const store::Record& customer);
std::vector<OpenProblem> open_problems(store::Store& store, const Clock& clock,
                                       const store::Found& customer);

/// Who has one, for asking about very many people: a contact has those of their accounts, too.
struct CustomersWithProblems {
    std::set<std::int64_t> accounts, contacts;
};
CustomersWithProblems customers_with_open_problems(store::Store& store);

/// "t1 Fuser is broken (Incident, High, open for 3 days)"
std::string problem_text(const OpenProblem& problem);
/// The first of several, and how many more there are.
std::string problems_text(const std::vector<OpenProblem>& problems);

}  // namespace crm::people
