#pragma once

#include "meta/entity.hpp"
#include "sql/connection.hpp"

/// The step to schema 12: the noun kb was called article, and its versions were in the history
/// alone.
namespace crm::sql {

/// Gives the tables of articles their present name, and drops counts of votes, which nothing wrote.
void rename_articles(Connection& connection);

/// The versions of articles: the changes of title and text that were not taken back.
void fill_versions(Connection& connection, const meta::Model& model);

}  // namespace crm::sql
