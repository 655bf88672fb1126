#pragma once

#include "insight/calibration.hpp"
#include "value/learning.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How good a model is, and what it says of the rows without an outcome.
namespace crm::value {

inline constexpr std::string_view not_better = "no better than the base rate";

/// What the test rows say about a model.
struct Assessment {
    double auc = .5, auc_low = 0, auc_high = 1;
    double log_loss = 0, base_log_loss = 0;  ///< of the model, and of the share of successes alone
    double brier = 0;
    double calibration_error = 0;
    std::optional<insight::CalibrationLine> line;
    std::size_t test_rows = 0;

    /// Its log-loss is below that of the share alone, and the interval of the AUC is without .5.
    bool is_better() const;
    /// Whether the slope of the line is outside .8 to 1.25: the probabilities are corrected.
    bool needs_correction() const;
    /// A sentence for probabilities of a better model that have to be corrected; else empty.
    std::string correction_note() const;
};
/// Of a model that was fitted.
Assessment assess(const LearningTable& table, const Learnt& learnt);

/// Of one row.
struct Likelihood {
    double probability = 0;
    std::string why;  ///< the three strongest factors: "source Web (+), amount (-)"
};
/// Of the rows without an outcome, in their order, corrected where that is needed: by the line of
/// Cox (Platt 1999), from 1,000 test rows on by rising steps.
std::vector<Likelihood> likelihoods(const LearningTable& table, const Learnt& learnt,
                                    const Assessment& assessment);

}  // namespace crm::value
