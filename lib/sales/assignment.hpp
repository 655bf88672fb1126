#pragma once

#include "base/error.hpp"
#include "sales/record_query.hpp"
#include "store/resolve.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// Who gets a lead: the rules by which leads are assigned to users.
namespace crm::sales {

enum class AssignBy {
    round_robin,  ///< one user after the other
    least_busy,   ///< the user with the fewest open leads and deals
    territory,    ///< a member of the lead's territory, else its manager
};

/// One [[assign]] table of the configuration.
struct AssignmentRule {
    std::string name;  ///< used in the reason; not empty
    AssignBy by = AssignBy::round_robin;
    std::vector<std::string> users;  ///< references; not needed for territory; those who are not
                                     ///< active get no leads
    std::string query;               ///< the leads that the rule is for; empty: all
    std::string query_origin;        ///< file:line, for errors
    std::string users_origin;        ///< the same
};

/// What is wrong with the users of a rule: none are named, or there are no such users.
std::vector<Error> user_faults(store::Resolver& resolver, const AssignmentRule& rule);

struct Assignee {
    std::int64_t user = 0;
    std::string name;    ///< of the user
    std::string reason;  ///< rule and reason, kept in the lead's field `assignment`
};

/// Finds the users that leads are assigned to. Each lead is to be written before the next one is
/// asked for, so that the numbers of open leads are right.
class LeadAssigner {
public:
    /// Throws config where a rule has an unknown user, no user or a wrong query.
    LeadAssigner(store::Resolver& resolver, const std::vector<AssignmentRule>& rules,
                 const RecordQuery& find);

    /// Of the first rule that is for the lead and has a user for it; nothing where there is none.
    std::optional<Assignee> assignee(const store::Record& lead);

private:
    struct User {
        std::int64_t id = 0;
        std::string name;
    };
    struct Rule {
        std::string name;
        AssignBy by;
        std::vector<User> users;
        std::set<std::int64_t> leads;
        std::optional<std::int64_t> turns;  ///< how many turns were taken, once it is known
    };

    bool is_active(std::int64_t user) const;
    std::vector<User> users_of(store::Resolver& resolver, const AssignmentRule& rule) const;
    std::optional<Assignee> by_rule(Rule& rule, const store::Record& lead);
    Assignee by_turn(Rule& rule);
    std::optional<Assignee> by_territory(const Rule& rule, const store::Record& lead);
    std::optional<store::Record> territory_of(const store::Record& lead) const;
    std::vector<User> territory_users(const store::Record& territory) const;
    std::int64_t turns_taken(const Rule& rule) const;
    const User& least_busy(const std::vector<User>& users);
    std::int64_t open_records(std::int64_t user) const;

    store::Store& store_;
    std::vector<Rule> rules_;
    std::map<std::int64_t, std::int64_t> open_;  ///< open leads and deals by user
};

/// Makes the assignee the owner of a lead. A new lead becomes Assigned.
void assign_lead(store::Record& lead, const Assignee& assignee);

}  // namespace crm::sales
