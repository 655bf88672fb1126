#pragma once

#include "meta/entity.hpp"
#include "sql/connection.hpp"

#include <string_view>

/// The step to schema 12: members of campaigns were rows of theirs, and their template was a text.
namespace crm::sql {

/// Gives the column of the old texts another name, before that of the links takes its own.
void set_campaign_texts_aside(Connection& connection);

/// Makes members of the rows, and links to templates of the texts. A text that names no template
/// becomes one.
void make_campaign_records(Connection& connection, const meta::Model& model);

/// What an old status says, as a rank and a mark. Only what was sent can come back.
struct OldStanding {
    std::string_view rank;
    std::string_view mark;  ///< the field with its time; empty where there is none
};
OldStanding old_standing(const meta::FieldInfo& rank, std::string_view status);

}  // namespace crm::sql
