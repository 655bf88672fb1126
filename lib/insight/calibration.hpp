#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

/// How good probabilities are, once the outcomes are known.
namespace crm::insight {

/// The area under the receiver operating characteristic: how likely a yes has a greater score than
/// a no; of equal scores half count. Nothing without both outcomes.
std::optional<double> auc(std::span<const double> scores, const std::vector<bool>& outcomes);
/// Its 95 % interval (Hanley, McNeil 1982, Radiology 143).
std::pair<double, double> auc_interval(double auc, std::size_t positives, std::size_t negatives);

/// The mean log-loss; probabilities are kept 1e-15 away from 0 and 1.
double log_loss(std::span<const double> probabilities, const std::vector<bool>& outcomes);
/// The mean squared difference (Brier 1950).
double brier(std::span<const double> probabilities, const std::vector<bool>& outcomes);
/// The expected calibration error: how far the mean probability is from the share of yes in ten
/// bins of equal size, weighted by their size.
double calibration_error(std::span<const double> probabilities, const std::vector<bool>& outcomes);

/// The line that fits the outcomes to the logarithms of the odds (Cox 1958, Biometrika 45). A slope
/// below 1: the probabilities are too extreme.
struct CalibrationLine {
    double slope = 1, intercept = 0;
    /// A probability as it should have been.
    double corrected(double probability) const;
};
std::optional<CalibrationLine> calibration_line(std::span<const double> probabilities,
                                                const std::vector<bool>& outcomes);

/// Probabilities corrected by steps that rise: the shares of yes in the order of the probabilities,
/// with pools of those that would fall (Ayer et al. 1955).
class IsotonicCorrection {
public:
    IsotonicCorrection(std::span<const double> probabilities, const std::vector<bool>& outcomes);
    double corrected(double probability) const;

private:
    std::vector<double> from_, share_;
};

}  // namespace crm::insight
