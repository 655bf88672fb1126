#pragma once

#include "store/record.hpp"
#include "store/rule.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// The steps and variants of a campaign as lists.
namespace crm::campaign {

std::int64_t next_step_number(const store::Record& campaign);
/// B, C, …
std::string next_variant_name(const store::Record& campaign);

/// In memory. Throws not_found where there is none, refused where it is not the last or somebody
/// has had it.
void remove_step(store::Store& store, store::Record& campaign, std::int64_t number);
void remove_variant(store::Record& campaign, std::string_view name);

/// Steps follow one another; each variant has a template and a share, and the shares are 100 % at
/// most. Throws refused.
void check_plan(store::RuleContext& context, const store::Record* before,
                const store::Record& campaign);

}  // namespace crm::campaign
