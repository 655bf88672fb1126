#pragma once

#include "cmd/cli/session.hpp"
#include "store/resolve.hpp"

#include <string>
#include <utility>
#include <vector>

namespace crm::cmd {

/// What a colleague promised a customer.
struct Promise {
    std::string id, subject, due, status, to, in, about, about_id, by;
    std::string state;    ///< open, broken (open past its day), kept, taken back
    std::string against;  ///< ids of those that it contradicts
};
/// Contradictions first, then what is broken, then what is open, by the day.
std::vector<Promise> promises_to(Session& session, const store::Found& account);

/// A stay of a deal in a stage; the last one has no end.
struct StageVisit {
    std::string stage, since, until, days;
};
std::vector<StageVisit> stage_history(Session& session, std::int64_t deal);
/// How many won deals came through the stage, and the days that they took from there on the
/// average.
std::pair<std::int64_t, std::int64_t> days_still(Session& session, std::string_view stage);

/// Nouns in the order in which somebody wants to know of them.
std::vector<const meta::Entity*> in_order(std::vector<const meta::Entity*> nouns);
/// SQL over alias t of the records that link to the one whose id is parameter `id`; empty where the
/// noun has no such link.
std::string references_to(const meta::Entity& entity, const store::Found& found, int id);

/// What else is known of a record, for a person who has half an hour: of an account the figures
/// over its whole tree; then every record that links to it, kind by kind, what is open first.
void overview(Session& session, const store::Found& found, std::string& out);

}  // namespace crm::cmd
