#include "meta/stages.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace crm::meta {
namespace {

void once(std::vector<std::string_view>& list, std::string_view word) {
    if (!word.empty() && std::ranges::find(list, word) == list.end())
        list.push_back(word);
}

}  // namespace

Stages::Stages()
    : Stages({{"Prospecting", 10, Outcome::open},
              {"Qualification", 20, Outcome::open},
              {"Proposal", 50, Outcome::open},
              {"Negotiation", 80, Outcome::open}},
             {won_stage, 100, Outcome::won}, {lost_stage, 0, Outcome::lost}) {}

Stages::Stages(std::vector<Stage> open, Stage won, Stage lost) : all_(std::move(open)) {
    all_.push_back(std::move(won));
    all_.push_back(std::move(lost));
    for (const Stage& stage : all_)
        once(names_, stage.name), once(pipelines_, stage.pipeline);
}

const Stage* Stages::find(std::string_view name, std::string_view pipeline) const {
    const auto in = [&](const Stage& stage) {
        return pipeline.empty() || stage.pipeline.empty() || stage.pipeline == pipeline;
    };
    for (const Stage& stage : all_)  // as it is kept, which costs imports nothing
        if (stage.name == name && in(stage))
            return &stage;
    for (const Stage& stage : all_)
        if (text::key(stage.name) == text::key(name) &&
            (pipeline.empty() || stage.pipeline.empty() ||
             text::key(stage.pipeline) == text::key(pipeline)))
            return &stage;
    return nullptr;
}

std::vector<std::string_view> Stages::open(std::string_view pipeline) const {
    std::vector<std::string_view> out;
    for (const Stage& stage : all_)
        if (stage.outcome == Outcome::open && (pipeline.empty() || stage.pipeline.empty() ||
                                               text::key(stage.pipeline) == text::key(pipeline)))
            once(out, stage.name);
    return out;
}

}  // namespace crm::meta
