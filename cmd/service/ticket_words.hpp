#pragma once

#include "cmd/cli/changes.hpp"
#include "service/ticket_change.hpp"

#include <functional>
#include <string>

/// What the verbs of tickets share.
namespace crm::cmd {

service::Actor actor(Session& session);

/// REF, or several with -.
Argument tickets_argument();
Option where_option();

/// Changes each ticket that the words or --where name, and reports `result` with what `more` says,
/// or `unchanged`. `follow`: what else is done with it.
int change_tickets(
    Session& session, const Arguments& args, const std::function<void(store::Record&)>& change,
    std::string_view result,
    const std::function<std::string(const store::Record& before, const store::Record& after)>& more,
    const std::function<void(Change&, const store::Record&)>& follow = {});

/// The text of a command: its words, or standard input for `-`. Throws usage where it is empty.
std::string text_of_words(Session& session, const Arguments& args, std::size_t from);

/// Keeps a text as a note about a ticket.
void add_note(Session& session, Change& change, const store::Record& ticket,
              const std::string& text);

}  // namespace crm::cmd
