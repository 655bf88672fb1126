#pragma once

#include "meta/entity.hpp"
#include "sql/connection.hpp"

/// The step to schema 12: queues of tickets and plans of contracts were texts, and what happened to
/// a ticket was in the history alone.
namespace crm::sql {

/// Gives the columns of the old texts other names, before columns of links take theirs.
void set_service_texts_aside(Connection& connection);

/// Makes records of the old texts and links to them, words of sets of texts that are now sets, and
/// the events of tickets. A text that is in no set is kept as a property of another program.
void make_service_records(Connection& connection, const meta::Model& model);

}  // namespace crm::sql
