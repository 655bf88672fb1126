#include "service/rules.hpp"

#include "service/due_times.hpp"
#include "service/problem_warnings.hpp"
#include "service/satisfaction.hpp"
#include "service/targets.hpp"
#include "service/ticket_rules.hpp"
#include "service/visit_rules.hpp"

namespace crm::service {

using store::Asked;
using store::Rule;

namespace {

constexpr Rule table[] = {
    {"sla", nullptr, check_targets, nullptr, Asked::changes},
    {"sla", nullptr, check_rule, keep_one_default, Asked::changes},
    {"ticket", inherit, nullptr, nullptr, Asked::changes},
    {"ticket", follow_status, nullptr, nullptr, Asked::changes},
    {"ticket", record_events, check_times},
    {"ticket", record_changes, nullptr, show_due_times, Asked::changes},
    {"ticket", nullptr, nullptr, move_visits, Asked::changes},
    {"asset", nullptr, nullptr, move_visits, Asked::changes},
    {"visit", complete_visit, nullptr, nullptr, Asked::changes},
    {"visit", take_cover, nullptr, warn_of_charge, Asked::changes},
    {"quote", nullptr, check_quote_leaves, record_quote_warned, Asked::changes},
    {"mail", nullptr, check_mail_leaves, record_mail_warned, Asked::changes},
    {"meeting", nullptr, nullptr, warn_of_meeting, Asked::changes},
    {"feedback", nullptr, check_score, rate_ticket, Asked::changes},
    {.noun = "ticket", .finish = keep_due_times},
};

}  // namespace

std::span<const Rule> rules() {
    return table;
}

}  // namespace crm::service
