#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

/// The stages of a sales process (names.md): how likely a deal in each of them is won, and
/// whether it is decided.
namespace crm::meta {

enum class Outcome : std::uint8_t { open, won, lost };

struct Stage {
    std::string_view name;
    int probability;  ///< per cent
    Outcome outcome;
    std::string_view pipeline{};               ///< that it belongs to; every one when empty
    std::vector<std::string_view> needs{};     ///< fields that a deal in it must have
    std::vector<std::string_view> playbook{};  ///< articles: ids, references or titles
};

/// The stages unless others are configured. Whatever the open ones are, deals are decided in the
/// last two.
inline constexpr std::string_view won_stage = "Closed Won", lost_stage = "Closed Lost";
inline constexpr std::string_view default_stages[] = {"Prospecting", "Qualification", "Proposal",
                                                      "Negotiation", won_stage,       lost_stage};

/// All stages, the open ones in order, the decided ones last.
class Stages {
public:
    Stages();
    /// Open stages instead of the usual ones, and what won and lost ones need. The texts are the
    /// caller's and outlive this.
    explicit Stages(std::vector<Stage> open, Stage won, Stage lost);

    const std::vector<Stage>& all() const { return all_; }
    const std::vector<std::string_view>& names() const { return names_; }  ///< each once
    const std::vector<std::string_view>& pipelines() const {
        return pipelines_;
    }  ///< empty when there is only one
    /// The stage of that name in that pipeline; without a pipeline the first of that name. Null
    /// where there is none.
    const Stage* find(std::string_view name, std::string_view pipeline = {}) const;
    /// Open ones of a pipeline.
    std::vector<std::string_view> open(std::string_view pipeline = {}) const;

private:
    std::vector<Stage> all_;
    std::vector<std::string_view> names_, pipelines_;
};

}  // namespace crm::meta
