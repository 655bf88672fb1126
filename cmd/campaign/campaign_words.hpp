#pragma once

#include "cmd/cli/changes.hpp"

#include <span>
#include <string>
#include <vector>

/// What the commands of campaigns share.
namespace crm::cmd {

/// The campaign that a word names. Throws refused when it is in the trash.
store::Record campaign_named(Session& session, const std::string& word);

/// c12 Ada Lovelace
std::string short_id_and_name(Session& session, const store::Found& who);
/// Who a member is.
store::Found who_of(Session& session, const store::Record& member);

/// Whether a word names one record: an id, an address or a number. Everything else is a query.
bool names_record(const meta::Model& model, std::string_view word);

/// The records that words name: references one by one, `-` those of standard input, all other words
/// as one query over `noun`. Each once, in their order.
std::vector<store::Found> records_named(Session& session, std::span<const std::string> words,
                                        const meta::Entity& noun);

}  // namespace crm::cmd
