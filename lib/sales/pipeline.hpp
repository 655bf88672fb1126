#pragma once

#include "meta/type.hpp"
#include "store/record.hpp"

#include <string>
#include <string_view>

/// Deals and the stages of their pipeline. What follows from a new stage (probability, dates,
/// required fields) are rules, which are applied whoever changes a deal.
namespace crm::sales {

std::string stage_of(const store::Record& deal);
/// Reads a stage by its name; case, blanks and hyphens do not count. Throws where there is no such
/// stage.
void put_stage(store::Record& deal, std::string_view stage, const meta::Reading& how);
/// Throws refused where the deal is in another stage, because another user moved it.
void require_stage(const store::Record& deal, std::string_view expected);
/// The stage to which a won or lost deal returns by default: the last open one of its pipeline.
/// Throws refused where the deal is open.
std::string stage_to_reopen(const store::Record& deal);

}  // namespace crm::sales
