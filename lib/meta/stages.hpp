#pragma once

#include <cstdint>
#include <span>
#include <string_view>

/// The stages of a sales process (names.md): how likely a deal is won that stands there, and whether it is decided.
namespace crm::meta {

enum class Outcome : std::uint8_t { open, won, lost };

struct Stage {
    std::string_view name;
    int probability;  ///< per cent
    Outcome outcome;
};

inline constexpr Stage deal_stages[] = {
    {"Prospecting", 10, Outcome::open}, {"Qualification", 20, Outcome::open}, {"Proposal", 50, Outcome::open},
    {"Negotiation", 80, Outcome::open}, {"Closed Won", 100, Outcome::won},    {"Closed Lost", 0, Outcome::lost},
};

/// Null for a name that is no stage.
constexpr const Stage* deal_stage(std::string_view name) {
    for (const Stage& stage : deal_stages)
        if (stage.name == name) return &stage;
    return nullptr;
}

/// The stage that a won or lost deal stands in.
constexpr const Stage& decided(Outcome outcome) {
    for (const Stage& stage : deal_stages)
        if (stage.outcome == outcome) return stage;
    return deal_stages[0];
}

}  // namespace crm::meta
