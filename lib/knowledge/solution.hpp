#pragma once

#include "knowledge/redaction.hpp"
#include "store/resolve.hpp"

#include <string>
#include <vector>

namespace crm::knowledge {

/// The draft of an article out of a ticket that is solved.
struct Solution {
    store::Record article;                        ///< not yet added
    std::vector<Redaction::Replaced> replaced{};  ///< what told whose the ticket was
};

/// A Draft of kind Solution with the ticket's product and the language of its contact: symptom and
/// Problem are the customer's words, Cause is a note that says so, Solution is the resolution and
/// the last answer. The customer is taken out of all of it. `title`: the subject where it is empty.
Solution solution_of(store::Store& store, const store::Record& ticket, const std::string& title);

/// The article that was made from a ticket; nothing where there is none.
std::optional<store::Record> article_from(store::Store& store, const store::Record& ticket);

}  // namespace crm::knowledge
