#include "sales/scoring.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

namespace crm::sales {

LeadScores::LeadScores(const meta::Entity& leads, std::vector<ScoreRule> rules,
                       const RecordQuery& find) {
    for (ScoreRule& rule : rules) {
        try {
            const auto ids = find(leads, {rule.query});
            rules_.push_back({std::move(rule), {ids.begin(), ids.end()}});
        } catch (const Error& e) {
            throw Error(Fault::config, "bad_config", fmt::format("{}: {}", rule.origin, e.message),
                        e.hint);
        }
    }
}

std::vector<const ScoreRule*> LeadScores::rules_for(std::int64_t lead) const {
    std::vector<const ScoreRule*> rules;
    for (const Matched& matched : rules_)
        if (matched.leads.contains(lead))
            rules.push_back(&matched.rule);
    return rules;
}

std::int64_t LeadScores::score(std::int64_t lead) const {
    std::int64_t sum = 0;
    for (const ScoreRule* rule : rules_for(lead))
        sum += rule->points;
    return sum;
}

std::string score_text(const store::Record& lead) {
    const auto* score = std::get_if<std::int64_t>(&lead.of(*lead.entity->find("score"))[0]);
    return score == nullptr ? std::string() : std::to_string(*score);
}

void put_score(store::Record& lead, std::int64_t score) {
    lead.put(*lead.entity->find("score"), {Value(score)});
}

}  // namespace crm::sales
