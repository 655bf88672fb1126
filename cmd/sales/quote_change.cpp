#include "cmd/cli/command.hpp"

#include <string_view>

namespace crm::cmd {

Command record_add();
Command record_edit();

namespace {

constexpr Option anyway{
    .name = "anyway",
    .help = "send the quote although the customer has an open problem; the ticket records it"};
constexpr std::string_view details =
    "A quote leaves when its stage becomes Delivered. That is refused (exit 4) while the customer "
    "has an open problem: an open ticket of type Incident, Problem, Complaint, Dispute or Return, "
    "or of severity High or Critical. With --anyway, each of these tickets has the event Warned: "
    "who did it, when, and the command.";

}  // namespace

/// quote add, quote edit: as of every noun, but a quote does not leave unnoticed.
Command quote_add() {
    Command c = record_add();
    c.help = "Add a quote";
    c.options.push_back(anyway);
    c.details = details;
    c.examples = {{"quote add 'Two pumps' deal=d1 valid_until='30d'", "customer of the deal"},
                  {"quote add 'Two pumps' account=Acme stage=delivered --anyway",
                   "one that leaves despite an open problem"}};
    return c;
}

Command quote_edit() {
    Command c = record_edit();
    c.help = "Change fields of quotes";
    c.options.push_back(anyway);
    c.details = details;
    c.examples = {{"quote edit q1 stage=delivered", "the customer gets it"},
                  {"quote edit q1 stage=delivered --anyway", "although there is an open problem"}};
    return c;
}

}  // namespace crm::cmd
