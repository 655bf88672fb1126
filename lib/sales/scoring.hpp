#pragma once

#include "sales/record_query.hpp"
#include "store/record.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

/// Lead scores: the sum of the points of all rules whose query finds the lead.
namespace crm::sales {

/// One [[score]] table of the configuration.
struct ScoreRule {
    std::int64_t points = 0;  ///< may be negative
    std::string query;
    std::string why;     ///< shown to explain a score; not empty
    std::string origin;  ///< file:line, for errors
};

/// The leads that each rule finds, looked up once for many leads.
class LeadScores {
public:
    /// Throws config where the query of a rule is wrong.
    LeadScores(const meta::Entity& leads, std::vector<ScoreRule> rules, const RecordQuery& find);

    std::int64_t score(std::int64_t lead) const;
    /// The rules that give the lead points.
    std::vector<const ScoreRule*> rules_for(std::int64_t lead) const;

private:
    struct Matched {
        ScoreRule rule;
        std::set<std::int64_t> leads;
    };
    std::vector<Matched> rules_;
};

/// The score that a lead has, as text; empty where it was never scored.
std::string score_text(const store::Record& lead);
void put_score(store::Record& lead, std::int64_t score);

}  // namespace crm::sales
