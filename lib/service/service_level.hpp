#pragma once

#include "service/clock.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Which service level a ticket has, and the hours by which its time is counted.
namespace crm::service {

struct ServiceLevel {
    std::int64_t id = 0;
    std::string name;
    std::int64_t calendar = 0;                                ///< 0: the default calendar
    Terms terms;                                              ///< without targets
    std::map<std::string, Terms, std::less<>> of_priorities;  ///< with targets

    const Terms& terms_of(std::string_view priority) const;
};

/// What the choice of a service level depends on.
struct TicketLinks {
    std::int64_t id = 0, sla = 0, contract = 0, asset = 0, account = 0, queue = 0;
    std::string day;  ///< on which it was created: contracts in force then count
};

/// Whether the rule of a service level in use decides which tickets it is for.
bool has_service_rules(store::Store& store);

/// The service levels of a database as they are now. Each is read when a ticket has it.
class ServiceLevels {
public:
    /// `user`: who `me` is in rules.
    ServiceLevels(store::Store& store, const Clock& clock, std::string user);

    /// That of the ticket; else of its contract, of that of its asset, of one of its account that
    /// was in force; else of the queue; else the first whose rule finds it; else the default.
    const ServiceLevel* of(const TicketLinks& ticket);
    /// Its calendar, else the default one, else Monday to Friday from 9 to 17 o'clock. A calendar
    /// without a time zone counts in UTC, so that everybody gets the same times.
    const WorkingTime& time(const ServiceLevel& level);
    std::string calendar_name(const ServiceLevel& level);

    /// Those that a ticket may have.
    std::vector<std::int64_t> ids() const;
    /// Those of them whose hours are those of one of the calendars.
    std::set<std::int64_t> counting_by(const std::set<std::int64_t>& calendars);

private:
    /// What decides whether a ticket has it.
    struct Choice {
        std::int64_t id = 0;
        std::string rule;  ///< a query over tickets; empty where it is not active
        bool is_default = false;
        std::optional<ServiceLevel> level;  ///< once it is read
    };

    const ServiceLevel* level(std::int64_t id);
    const ServiceLevel* level(Choice& choice);
    const ServiceLevel* linked(std::string_view noun, std::string_view select, std::int64_t id,
                               std::string_view day);
    std::int64_t account_of(const TicketLinks& ticket);
    const ServiceLevel* by_rule(std::int64_t ticket);
    const std::set<std::int64_t>& found_by(const Choice& choice);
    std::optional<store::Record> calendar_of(const ServiceLevel& level);

    store::Store& store_;
    Clock clock_;
    std::string user_;
    std::vector<Choice> choices_;                                 ///< in the order of their ranks
    std::map<std::int64_t, std::set<std::int64_t>> found_;        ///< tickets by level with a rule
    std::map<std::int64_t, std::unique_ptr<WorkingTime>> times_;  ///< by calendar
    std::map<std::string, sql::Statement, std::less<>> statements_;
    std::map<std::string_view, bool> has_table_;
};

/// A ticket with its service level and its clocks, as they were at an instant.
struct TicketTimes {
    const ServiceLevel* level = nullptr;  ///< null where it has none
    const WorkingTime* time = nullptr;
    std::vector<TicketClock> clocks;
};
TicketTimes times_of(ServiceLevels& levels, const store::Record& ticket, Instant at);

}  // namespace crm::service
