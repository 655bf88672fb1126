#include "value/learning_reports.hpp"

#include "value/likelihood.hpp"

#include <algorithm>
#include <cmath>

namespace crm::value {
namespace {

std::vector<report::Column> columns_of_models() {
    return {integer_column("rows", "that have an outcome"),
            integer_column("positives", "of them that were successful"),
            integer_column("train", "rows that the model learnt from"),
            integer_column("test", "later rows that it is tested with"),
            number_column("auc", 8, "how likely a success has a higher probability than a failure"),
            number_column("auc_low", 4, "lower end of its 95 % interval"),
            number_column("auc_high", 4, "upper end of its 95 % interval"),
            number_column("logloss", 8, "mean log-loss of the test rows, lower is better"),
            number_column("base_logloss", 8, "the same of the share of successes in training"),
            number_column("brier", 6, "mean squared error of the probabilities"),
            number_column("objective", 6, "least of penalty and log-losses in training"),
            number_column("intercept", 6, "log-odds of a row with means and first levels"),
            number_column("ece", 6, "calibration error: probabilities against shares in ten bins"),
            number_column("slope", 6, "calibration slope; below 1: too extreme"),
            number_column("calibration_intercept", 6, "calibration intercept"),
            integer_column("steps", "steps of Newton's method"),
            text_column("verdict", "whether it is better than the share of successes alone")};
}

void add_measures(report::Row& row, const Assessment& a, const Fitted& fitted) {
    row.push_back(decimals(a.auc, 8));
    row.push_back(decimals(a.auc_low, 4));
    row.push_back(decimals(a.auc_high, 4));
    row.push_back(decimals(a.log_loss, 8));
    row.push_back(decimals(a.base_log_loss, 8));
    row.push_back(decimals(a.brier, 6));
    row.push_back(decimals(fitted.model.objective, 6));
    row.push_back(decimals(fitted.model.intercept, 6));
    row.push_back(decimals(a.calibration_error, 6));
    row.push_back(a.line ? decimals(a.line->slope, 6) : Value());
    row.push_back(a.line ? decimals(a.line->intercept, 6) : Value());
    row.push_back(std::int64_t{fitted.model.steps});
    row.push_back(std::string(a.is_better() ? "better than the base rate" : not_better));
}

}  // namespace

report::Result model_report(const LearningTable& table, const LearningRequest& request) {
    report::Result out;
    out.columns = columns_of_models();
    const Learnt learnt = learn(table, request);
    out.notes = learnt.notes;
    report::Row row = {static_cast<std::int64_t>(table.outcomes.size()),
                       static_cast<std::int64_t>(std::ranges::count(table.outcomes, true)),
                       static_cast<std::int64_t>(learnt.rows.train.size()),
                       static_cast<std::int64_t>(learnt.rows.test.size())};
    if (learnt.fitted) {
        const Assessment assessment = assess(table, learnt);
        add_measures(row, assessment, *learnt.fitted);
        if (const std::string note = assessment.correction_note(); !note.empty())
            out.notes.push_back(note);
    }
    row.resize(out.columns.size());
    out.rows.push_back(std::move(row));
    return out;
}

report::Result factors_report(const LearningTable& table, const LearningRequest& request) {
    report::Result out;
    report::Column field = text_column("field", "what is known of a record");
    report::Column level = text_column("level", "its value; none of a number");
    field.group = level.group = true;
    out.columns = {field,
                   level,
                   integer_column("records", "training rows with the value"),
                   share_column("rate", "of them that were successful"),
                   number_column("weight", 6,
                                 "what it adds to the log-odds; of a number for one "
                                 "deviation"),
                   number_column("odds_ratio", 6, "by what it multiplies the odds")};
    const Learnt learnt = learn(table, request);
    out.notes = learnt.notes;
    if (!learnt.fitted)
        return out;
    for (std::size_t c = 0; c < learnt.fitted->columns.size(); ++c) {
        const ModelColumn& column = learnt.fitted->columns[c];
        const LearningField& of = table.fields[column.field];
        const double weight = learnt.fitted->model.weights[c];
        report::Row row = {of.name};
        if (of.is_number) {
            row.insert(row.end(),
                       {Value(), static_cast<std::int64_t>(learnt.rows.train.size()), Value()});
        } else {
            row.push_back(of.levels[column.level]);
            row.push_back(column.records);
            row.push_back(
                share(static_cast<double>(column.positives), static_cast<double>(column.records)));
        }
        row.push_back(decimals(weight, 6));
        row.push_back(decimals(std::exp(weight), 6));
        out.rows.push_back(std::move(row));
    }
    return out;
}

}  // namespace crm::value
