#pragma once

#include "store/resolve.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

/// To which extension the call of somebody is put through.
namespace crm::campaign {

/// One [[route]] table of the configuration.
struct RouteRule {
    std::string query;  ///< the callers that it is for; empty: all, also those who are not known
    std::string on;     ///< their noun
    std::string to;     ///< an extension, or a user who has one
    std::string query_origin, to_origin;  ///< file:line, for errors
};

/// The extension of who owns an open ticket of the callers, else of who owns them, else of who owns
/// their account; of an inactive owner their manager's; else that of the first rule that finds one
/// of them. Nothing where there is none. Throws config where a rule is wrong.
std::optional<std::string> extension_for(store::Resolver& resolver, const Clock& clock,
                                         const std::vector<store::Found>& callers,
                                         std::span<const RouteRule> rules);

}  // namespace crm::campaign
