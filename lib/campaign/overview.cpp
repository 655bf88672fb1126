#include "campaign/overview.hpp"

#include "campaign/audience.hpp"
#include "campaign/progress.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace crm::campaign {
namespace {

constexpr std::array<std::string_view, 7> stages{"to mail", "queued",    "sent",    "failed",
                                                 "unsure",  "cancelled", "left out"};
constexpr std::size_t to_mail = 0, queued = 1, sent = 2, cancelled = 5, left_out = 6;

/// How far the last mail of a member got.
std::size_t stage_of(std::string_view state) {
    if (state == "Queued" || state == "Held" || state == "Trying")
        return queued;
    constexpr std::array<std::string_view, 4> settled{"Sent", "Failed", "Unsure", "Cancelled"};
    for (std::size_t i = 0; i < settled.size(); ++i)
        if (state == settled[i])
            return queued + 1 + i;
    return left_out;
}

}  // namespace

void add_progress(const people::OverviewRequest& request,
                  std::vector<people::OverviewSection>& sections) {
    const store::Record campaign = request.store().get(*request.about.entity, request.about.id);
    if (channel_of(campaign) == store::Channel::phone)
        return;
    const bool by_post = channel_of(campaign) == store::Channel::post;
    const Progress progress(request.store(), campaign.id);
    std::array<std::int64_t, stages.size()> counts{};
    std::int64_t members = 0;
    for (const Candidate& candidate : audience({request.resolver, request.clock, campaign})) {
        const Progress::Last& last = progress.of(candidate.member);
        ++members;
        ++counts[candidate.reason == Reason::to_mail                   ? to_mail
                 : by_post && candidate.reason == Reason::already_sent ? sent
                 : last.cancelled                                      ? cancelled
                 : last.step > 0                                       ? stage_of(last.state)
                                                                       : left_out];
    }
    if (members == 0)
        return;
    people::OverviewSection section{.name = "progress",
                                    .title = fmt::format("progress of {} members", members),
                                    .columns = {{"state"}, {"members"}}};
    for (std::size_t i = 0; i < stages.size(); ++i)
        if (counts[i] > 0)
            section.rows.push_back({{{Value(std::string(stages[i]))}, {Value(counts[i])}},
                                    fmt::format("{} {}", counts[i], stages[i])});
    sections.push_back(std::move(section));
}

}  // namespace crm::campaign
