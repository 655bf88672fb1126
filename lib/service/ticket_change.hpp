#pragma once

#include "service/events.hpp"
#include "store/record.hpp"
#include "store/resolve.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What people do with a ticket. Each changes the record alone; the writer writes it, and the rules
/// complete it.
namespace crm::service {

/// Who acts, and when.
struct Actor {
    Instant now;
    std::string user;  ///< as OperationInfo has it
};

/// Pending. An empty day or reason leaves the one that is there.
void pend(store::Record& ticket, std::string_view until, std::string_view today,
          std::string_view reason);

struct Closing {
    std::string resolution;                       ///< how it was solved
    std::vector<std::int64_t> used{};             ///< articles that solved it
    std::optional<store::Record> duplicate_of{};  ///< then the status is Duplicate
    bool rejected = false;
};
/// Adds articles that solved the ticket, each once.
void add_used(store::Record& ticket, const std::vector<std::int64_t>& articles);
/// Throws refused without a resolution in words or an article, and for a duplicate of itself. A
/// ticket that is closed already stays as it is.
void close(store::Record& ticket, const Closing& closing);

/// Assigned where it has an owner, else New; the clock goes on. A ticket that is open stays as it
/// is.
void reopen(store::Record& ticket, std::string_view reason, const Actor& actor);

/// An answer to the customer, and how many minutes it took. Throws refused where the ticket is
/// closed.
void answer(store::Record& ticket, std::int64_t minutes, const Actor& actor);

/// Who is answered: the contact, else the account.
std::optional<store::Found> find_customer(const store::Record& ticket);
/// The same; throws refused where there is neither.
store::Found customer_of(const store::Record& ticket);

/// The text of an article of kind Reply, with its fields filled in as those of a mail to the
/// customer about the ticket. Throws refused for articles of other kinds and archived ones, usage
/// for a field that is not known. `me`: the user who answers.
std::string reply_text(store::Resolver& resolver, const Clock& clock, const store::Record& ticket,
                       const store::Record& article, std::optional<store::Found> me);

/// What replies come from: the address of the queue; empty where there is none.
std::string reply_address(store::Store& store, const store::Record& ticket);

/// What the customer wrote or said at a time. Throws refused for a time to come, and for one before
/// the ticket.
void take_message(store::Record& ticket, Instant at, const Actor& actor);

/// The subject and the description of a text: its first line, and the lines after it.
struct TicketText {
    std::string subject, description;
};
/// Throws usage where there is no subject.
TicketText read_ticket_text(std::string_view text);

}  // namespace crm::service
