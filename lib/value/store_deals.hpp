#pragma once

#include "store/resolve.hpp"
#include "time/date.hpp"
#include "value/forecast.hpp"

namespace crm::value {

/// The deals that a query finds, but for those omitted from the forecast, by currency; with `in`
/// converted by the rate of their close date, of later ones by today's. Throws usage for a wrong
/// query, refused where a rate is missing.
DealData deals_of_store(store::Resolver& resolver, const Clock& clock, const std::string& where,
                        const std::string& in);

/// How far the method of the report forecast was off in past periods. All deals have to be read for
/// that: of very many a sentence says which report does.
std::vector<std::string> forecast_notes(store::Resolver& resolver, const Clock& clock,
                                        const std::string& where, const std::string& in,
                                        const Request& request);

}  // namespace crm::value
