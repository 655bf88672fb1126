#pragma once

#include "store/store.hpp"

#include <set>
#include <string>
#include <vector>

namespace crm::service {

/// What a ticket is about: the words of its product, its type, its tags, its subject and its
/// description.
class TicketTopic {
public:
    TicketTopic(store::Store& store, const store::Record& ticket);

    /// Those of the user's skills whose words are all among them, as they were typed.
    std::vector<std::string> skills_of(const store::Record& user) const;

private:
    void add(std::string_view text);

    std::set<std::string, std::less<>> words_;
};

}  // namespace crm::service
