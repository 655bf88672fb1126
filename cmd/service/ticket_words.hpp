#pragma once

#include "cmd/cli/changes.hpp"
#include "service/ticket_change.hpp"

#include <string>

/// What the verbs of tickets share.
namespace crm::cmd {

service::Actor actor(Session& session);

/// REF, or several with -.
Argument tickets_argument();
Option where_option();

/// The text of a command: its words, or standard input for `-`. Throws usage where it is empty.
std::string text_of_words(Session& session, const Arguments& args, std::size_t from);

/// Keeps a text as a note about a ticket.
void add_note(Session& session, Change& change, const store::Record& ticket,
              const std::string& text);

}  // namespace crm::cmd
