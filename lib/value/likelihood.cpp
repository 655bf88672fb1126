#include "value/likelihood.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <tuple>

namespace crm::value {
namespace {

/// From so many test rows on steps are known well enough.
constexpr std::size_t rows_for_steps = 1000;
constexpr std::size_t factors_shown = 3;

/// What a field of a model adds to the log-odds of a row, compared with the training rows.
class FieldEffects {
public:
    FieldEffects(const LearningTable& table, const Learnt& learnt) : table_(table) {
        const Fitted& fitted = *learnt.fitted;
        const auto trained = static_cast<double>(learnt.rows.train.size());
        for (std::size_t c = 0; c < fitted.columns.size(); ++c) {
            const ModelColumn& column = fitted.columns[c];
            Effect& effect = effects_[column.field];
            const double weight = fitted.model.weights[c];
            if (table.fields[column.field].is_number) {
                effect.number = &column;
                effect.weight = weight;
                continue;
            }
            effect.weights[column.level] = weight;
            effect.mean += weight * static_cast<double>(column.records) / trained;
        }
        for (auto& [at, effect] : effects_) {
            const LearningField& field = table.fields[at];
            effect.seen.resize(field.levels.size());
            for (const std::size_t row : learnt.rows.train)
                if (!field.is_number)
                    effect.seen[field.level_of[row]] = true;
        }
    }

    /// What has to be added to the score of a row for levels that no training row has: the model
    /// takes them for the first one, while nothing is known of them.
    double of_unknown(std::size_t row) const {
        double out = 0;
        for (const auto& [at, effect] : effects_)
            if (!is_known(at, effect, row))
                out += effect.mean;
        return out;
    }

    std::string strongest(std::size_t row) const {
        std::vector<std::pair<double, std::size_t>> factors;
        for (const auto& [at, effect] : effects_) {
            const double size = is_known(at, effect, row) ? of_row(at, effect, row) : 0;
            if (std::abs(size) >= least_effect)
                factors.emplace_back(size, at);
        }
        std::ranges::stable_sort(factors, std::ranges::greater(),
                                 [](const auto& factor) { return std::abs(factor.first); });
        std::string out;
        for (std::size_t i = 0; i < std::min(factors.size(), factors_shown); ++i)
            out += (i == 0 ? "" : ", ") + text_of(factors[i].second, row, factors[i].first > 0);
        return out;
    }

private:
    struct Effect {
        const ModelColumn* number = nullptr;
        double weight = 0;                        ///< of a number
        std::map<std::uint32_t, double> weights;  ///< of levels, but for the first
        double mean = 0;
        std::vector<bool> seen;  ///< in a training row
    };

    bool is_known(std::size_t at, const Effect& effect, std::size_t row) const {
        return effect.number != nullptr || effect.seen[table_.fields[at].level_of[row]];
    }

    double of_row(std::size_t at, const Effect& effect, std::size_t row) const {
        const LearningField& field = table_.fields[at];
        if (effect.number != nullptr) {
            const double number = field.numbers[row];
            const ModelColumn& column = *effect.number;
            return effect.weight * ((std::isnan(number) ? column.median : number) - column.mean) /
                   column.deviation;
        }
        const auto found = effect.weights.find(field.level_of[row]);
        return (found == effect.weights.end() ? 0 : found->second) - effect.mean;
    }

    std::string text_of(std::size_t at, std::size_t row, bool raises) const {
        const LearningField& field = table_.fields[at];
        const std::string_view sign = raises ? "+" : "-";
        if (field.is_number)
            return fmt::format("{} ({})", field.name, sign);
        const std::string& level = field.levels[field.level_of[row]];
        return fmt::format("{} {} ({})", field.name, level.empty() ? "none" : level, sign);
    }

    static constexpr double least_effect = .01;
    const LearningTable& table_;
    std::map<std::size_t, Effect> effects_;  ///< by field
};

}  // namespace

bool Assessment::is_better() const {
    return log_loss < base_log_loss && (auc_low > .5 || auc_high < .5);
}

bool Assessment::needs_correction() const {
    return line && (line->slope < .8 || line->slope > 1.25);
}

std::string Assessment::correction_note() const {
    if (!is_better() || !needs_correction())
        return "";
    return fmt::format("the probabilities are too {} (slope {:.2f}); score --learnt corrects them",
                       line->slope < 1 ? "extreme" : "moderate", line->slope);
}

Assessment assess(const LearningTable& table, const Learnt& learnt) {
    const Fitted& fitted = *learnt.fitted;
    const std::vector<bool> train = outcomes_of(table, learnt.rows.train);
    const std::vector<bool> test = outcomes_of(table, learnt.rows.test);
    const auto positives = static_cast<std::size_t>(std::ranges::count(test, true));
    Assessment out;
    out.test_rows = test.size();
    out.auc = fitted.auc.value_or(.5);
    std::tie(out.auc_low, out.auc_high) =
        insight::auc_interval(out.auc, positives, test.size() - positives);
    out.log_loss = insight::log_loss(fitted.test, test);
    const double base_rate =
        static_cast<double>(std::ranges::count(train, true)) / static_cast<double>(train.size());
    out.base_log_loss = insight::log_loss(std::vector<double>(test.size(), base_rate), test);
    out.brier = insight::brier(fitted.test, test);
    out.calibration_error = insight::calibration_error(fitted.test, test);
    out.line = insight::calibration_line(fitted.test, test);
    return out;
}

std::vector<Likelihood> likelihoods(const LearningTable& table, const Learnt& learnt,
                                    const Assessment& assessment) {
    const Fitted& fitted = *learnt.fitted;
    const std::size_t known = table.outcomes.size();
    std::size_t all = known;
    for (const LearningField& field : table.fields)
        all = std::max(all, field.is_number ? field.numbers.size() : field.level_of.size());
    std::vector<std::size_t> asked(all - known);
    std::iota(asked.begin(), asked.end(), known);
    const insight::SparseRows rows = rows_of(table, fitted.columns, asked);
    std::optional<insight::IsotonicCorrection> steps;
    if (assessment.needs_correction() && assessment.test_rows >= rows_for_steps)
        steps.emplace(fitted.test, outcomes_of(table, learnt.rows.test));
    const FieldEffects effects(table, learnt);
    std::vector<Likelihood> out;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        double probability =
            insight::sigmoid(fitted.model.score(rows, row) + effects.of_unknown(known + row));
        if (steps)
            probability = steps->corrected(probability);
        else if (assessment.needs_correction())
            probability = assessment.line->corrected(probability);
        out.push_back({probability, effects.strongest(known + row)});
    }
    return out;
}

}  // namespace crm::value
