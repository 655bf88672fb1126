#pragma once

#include "base/error.hpp"
#include "store/resolve.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// Who gets a lead or a ticket: the rules by which records are assigned to users.
namespace crm::people {

enum class AssignBy {
    round_robin,  ///< one user after the other
    least_busy,   ///< the user with the fewest open records
    territory,    ///< of a lead: a member of its territory, else its manager
    topic,        ///< of a ticket: the user whose skills fit it
};

/// One [[assign]] table of the configuration.
struct AssignmentRule {
    std::string name;  ///< used in the reason; not empty
    AssignBy by = AssignBy::round_robin;
    std::vector<std::string> users;  ///< references; not needed for territory; those who are not
                                     ///< active get nothing
    std::string queue;               ///< of tickets: the one that they go to; may be empty
    std::string query;               ///< the records that the rule is for; empty: all
    std::string query_origin;        ///< file:line, for errors
    std::string users_origin;        ///< the same
    std::string queue_origin;        ///< the same
};

/// What is wrong with the users and the queue of a rule: none are named, or there are no such ones.
std::vector<Error> user_faults(store::Resolver& resolver, const AssignmentRule& rule);

struct Assignee {
    std::int64_t user = 0;
    std::string name;    ///< of the user
    std::string reason;  ///< rule and reason, kept in the record's field `assignment`
};

/// A place among the users who share work, and who takes it today.
struct Place {
    std::int64_t holder = 0;
    std::string holder_name;
    std::int64_t user = 0;  ///< the holder or, while away, a deputy; 0: nobody
    std::string name{};     ///< of that user
};

/// Chooses among users for the records of a noun. Each record is to be written before the next one
/// is asked for, so that the numbers of open records are right.
class UserChoice {
public:
    UserChoice(store::Store& store, const meta::Entity& noun, Date today);

    /// A place for each of the users who is not deleted and works here.
    std::vector<Place> places(const std::vector<std::int64_t>& users);

    /// Nothing where nobody is there.
    std::optional<Assignee> by_turn(const std::string& rule, const std::vector<Place>& places);
    std::optional<Assignee> least_busy(const std::string& rule, const std::vector<Place>& places);
    /// The first with the fewest open records; null where nobody is there.
    const Place* least_busy(const std::vector<Place>& places);
    std::int64_t open_records(std::int64_t user);
    /// A user now has one more.
    void count(std::int64_t user);

private:
    void find_user(Place& place);
    std::int64_t turns_taken(const std::string& rule) const;
    std::int64_t count_open(std::int64_t user) const;

    store::Store& store_;
    const meta::Entity& noun_;
    std::string today_;
    std::map<std::string, std::int64_t> turns_;  ///< taken, by rule
    std::map<std::int64_t, std::int64_t> open_;  ///< open records by user
};

/// "; deputy of Ada" where somebody else takes the place.
std::string deputy_text(const Place& place);
/// The names of those who are there; of somebody who is a deputy, too, once.
std::string names_of(const std::vector<Place>& places);

/// A rule with its users, and the records that it is for.
struct ReadyRule {
    AssignmentRule rule;
    std::vector<Place> places;
    std::set<std::int64_t> records;
};
/// Throws config where a rule has an unknown user, no user or a wrong query.
std::vector<ReadyRule> ready_rules(store::Resolver& resolver, const Clock& clock,
                                   const meta::Entity& noun,
                                   const std::vector<AssignmentRule>& rules, UserChoice& choice);

}  // namespace crm::people
