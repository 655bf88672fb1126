#include "value/learning.hpp"

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "insight/calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace crm::value {
namespace {

constexpr std::size_t rows_needed = 50;
constexpr std::size_t outcomes_needed = 10;
/// Of a model: its work grows with the cube of them.
constexpr std::size_t most_columns = 500;
/// A field that alone separates the outcomes so well was hardly known before them.
constexpr double suspicious_alone = .95;
/// A field without which so much is lost may be known too late.
constexpr double suspicious_loss = .05;

Split split(const LearningTable& table, const TrainRule& rule) {
    if (rule.kind == TrainRule::Kind::before && table.days.empty() && !table.outcomes.empty())
        throw Error(Fault::usage, "bad_value",
                    "--train before DATE: the rows of a file have no days", "--train 'first 70%'");
    Split out;
    for (std::size_t row = 0; row < table.outcomes.size(); ++row) {
        const std::int32_t day = table.days.empty() ? 0 : table.days[row];
        (rule.trains(row, table.outcomes.size(), day) ? out.train : out.test).push_back(row);
    }
    return out;
}

double median_of(std::vector<double> numbers) {
    std::erase_if(numbers, [](double number) { return std::isnan(number); });
    if (numbers.empty())
        return 0;
    const auto half = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
    std::ranges::nth_element(numbers, half);
    if (numbers.size() % 2 == 1)
        return *half;
    return (*std::max_element(numbers.begin(), half) + *half) / 2;
}

/// Those of the training rows.
std::vector<double> training_numbers(const LearningField& field,
                                     const std::vector<std::size_t>& train) {
    std::vector<double> out;
    out.reserve(train.size());
    for (const std::size_t row : train)
        out.push_back(field.numbers[row]);
    return out;
}

ModelColumn number_column_of(const LearningField& field, std::size_t at,
                             const std::vector<std::size_t>& train) {
    ModelColumn out{.field = at};
    std::vector<double> numbers = training_numbers(field, train);
    out.median = median_of(numbers);
    const auto count = static_cast<double>(numbers.size());
    double sum = 0;
    for (double& number : numbers) {
        number = std::isnan(number) ? out.median : number;
        sum += number;
    }
    out.mean = sum / count;
    double squares = 0;
    for (const double number : numbers)
        squares += (number - out.mean) * (number - out.mean);
    out.deviation = std::sqrt(squares / count);
    return out;
}

/// The levels of a set that enough training rows have, but for the first.
std::vector<ModelColumn> level_columns_of(const LearningTable& table, std::size_t at,
                                          const Split& rows, std::int64_t rare) {
    const LearningField& field = table.fields[at];
    std::vector<ModelColumn> levels(field.levels.size());
    for (const std::size_t row : rows.train) {
        ModelColumn& level = levels[field.level_of[row]];
        ++level.records;
        level.positives += table.outcomes[row] ? 1 : 0;
    }
    std::vector<ModelColumn> out;
    bool first = true;
    for (std::uint32_t level = 0; level < levels.size(); ++level) {
        if (levels[level].records == 0)
            continue;
        levels[level].field = at;
        levels[level].level = level;
        if (!first && levels[level].records >= rare)
            out.push_back(levels[level]);
        first = false;
    }
    return out;
}

/// The columns of the fields, as the training rows have them. Where there would be too many, the
/// fields with the most levels have none.
std::vector<ModelColumn> columns_of(const LearningTable& table,
                                    const std::vector<std::size_t>& fields, const Split& rows,
                                    std::int64_t rare, std::vector<std::string>& notes) {
    std::map<std::size_t, std::vector<ModelColumn>> by_field;
    std::size_t count = 0;
    for (const std::size_t at : fields) {
        std::vector<ModelColumn>& columns = by_field[at];
        if (table.fields[at].is_number) {
            ModelColumn column = number_column_of(table.fields[at], at, rows.train);
            if (column.deviation > 1e-12 * (std::abs(column.mean) + 1e-300))
                columns.push_back(column);
        } else {
            columns = level_columns_of(table, at, rows, rare);
        }
        count += columns.size();
    }
    while (count > most_columns) {
        const auto largest = std::ranges::max_element(
            by_field, {}, [](const auto& field) { return field.second.size(); });
        notes.push_back(
            fmt::format("{} has {} values and was left out; --rare N keeps those "
                        "of at least N rows",
                        table.fields[largest->first].name, largest->second.size() + 1));
        count -= largest->second.size();
        by_field.erase(largest);
    }
    std::vector<ModelColumn> out;
    for (const auto& [at, columns] : by_field)
        out.insert(out.end(), columns.begin(), columns.end());
    return out;
}

/// What a model says of the test rows.
void try_out(Fitted& model, const LearningTable& table, const Split& rows) {
    const insight::SparseRows test = rows_of(table, model.columns, rows.test);
    model.test.clear();
    for (std::size_t i = 0; i < test.rows(); ++i)
        model.test.push_back(model.model.probability(test, i));
    model.auc = insight::auc(model.test, outcomes_of(table, rows.test));
}

/// `start`: a model of these columns to begin from.
std::expected<Fitted, std::string> fit(const LearningTable& table, std::vector<ModelColumn> columns,
                                       const Split& rows,
                                       const insight::Logistic* start = nullptr) {
    Fitted out;
    out.columns = std::move(columns);
    auto model = insight::fit_logistic(rows_of(table, out.columns, rows.train),
                                       outcomes_of(table, rows.train), {.start = start});
    if (!model)
        return std::unexpected(model.error());
    out.model = std::move(*model);
    try_out(out, table, rows);
    return out;
}

/// A model that does not look at a field.
Fitted without(const Fitted& model, std::size_t field) {
    Fitted out;
    out.model.intercept = model.model.intercept;
    for (std::size_t c = 0; c < model.columns.size(); ++c)
        if (model.columns[c].field != field) {
            out.columns.push_back(model.columns[c]);
            out.model.weights.push_back(model.model.weights[c]);
        }
    return out;
}

/// How well one field alone separates the outcomes of the test rows: a number by its value, a level
/// by its share of yes in the training rows.
double auc_alone(const LearningTable& table, std::size_t at, const Split& rows) {
    const LearningField& field = table.fields[at];
    std::vector<double> scores;
    if (field.is_number) {
        const double median = median_of(training_numbers(field, rows.train));
        for (const std::size_t row : rows.test)
            scores.push_back(std::isnan(field.numbers[row]) ? median : field.numbers[row]);
    } else {
        std::vector<double> yes(field.levels.size()), all(field.levels.size());
        double total = 0;
        for (const std::size_t row : rows.train) {
            ++all[field.level_of[row]];
            yes[field.level_of[row]] += table.outcomes[row] ? 1 : 0;
            total += table.outcomes[row] ? 1 : 0;
        }
        const double base = total / static_cast<double>(rows.train.size());
        for (const std::size_t row : rows.test) {
            const std::uint32_t level = field.level_of[row];
            // A level that is seen once says little about itself.
            scores.push_back((yes[level] + 5 * base) / (all[level] + 5));
        }
    }
    const double out = insight::auc(scores, outcomes_of(table, rows.test)).value_or(.5);
    return std::max(out, 1 - out);
}

bool is_among(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::any_of(
        names, [&](const std::string& n) { return text::key(n) == text::key(name); });
}

void check_names(const LearningTable& table, const std::vector<std::string>& names,
                 std::string_view option) {
    std::vector<std::string> known;
    for (const LearningField& field : table.fields)
        known.push_back(field.name);
    for (const std::string& name : names)
        if (!is_among(known, name)) {
            Error e(Fault::usage, "unknown_field",
                    fmt::format("--{}: there is no field '{}'", option, text::clipped(name, 40)));
            suggest(e, name, known, text::joined(known, ", "));
            throw e;
        }
}

std::string missing(const LearningTable& table, const Split& rows) {
    const auto positives = static_cast<std::size_t>(std::ranges::count(table.outcomes, true));
    const std::size_t negatives = table.outcomes.size() - positives;
    if (table.outcomes.size() < rows_needed)
        return fmt::format("{} {} an outcome; {} are needed for a model", table.outcomes.size(),
                           table.outcomes.size() == 1 ? "row has" : "rows have", rows_needed);
    if (std::min(positives, negatives) < outcomes_needed)
        return fmt::format(
            "{} rows have the one outcome and {} the other; {} of each are needed "
            "for a model",
            positives, negatives, outcomes_needed);
    for (const auto* part : {&rows.train, &rows.test}) {
        const std::vector<bool> outcomes = outcomes_of(table, *part);
        const auto yes = std::ranges::count(outcomes, true);
        if (yes == 0 || yes == static_cast<std::ptrdiff_t>(outcomes.size()))
            return "the rows that train or those that test have one outcome only";
    }
    return "";
}

/// Whether a field is of a record that one of these links leads to.
bool is_behind(const std::vector<std::string>& links, std::string_view path) {
    return std::ranges::any_of(links, [&](const std::string& link) {
        return path.size() > link.size() && path.starts_with(link) && path[link.size()] == '.';
    });
}

/// Whether its values come back often enough to say something of the next row.
bool comes_back(const LearningTable& table, const LearningField& field) {
    constexpr std::size_t rows_of_a_value = 3;
    return field.is_number || !field.of_many_values ||
           field.levels.size() * rows_of_a_value <= table.outcomes.size();
}

struct Choice {
    std::vector<std::size_t> fields;
    std::map<std::size_t, double> alone;  ///< the AUC of each
    std::vector<std::string> notes;
};

/// What is said of the fields that tell the outcomes by themselves.
std::string alone_note(const LearningTable& table, const std::vector<std::size_t>& fields,
                       const std::map<std::size_t, double>& alone) {
    if (fields.size() == 1) {
        const std::string& name = table.fields[fields[0]].name;
        return fmt::format(
            "{} alone has an AUC of {:.3f} and was left out: is it known before "
            "the outcome? --keep {} uses it",
            name, alone.at(fields[0]), name);
    }
    std::vector<std::string> parts;
    for (const std::size_t at : fields)
        parts.push_back(fmt::format("{} ({:.3f})", table.fields[at].name, alone.at(at)));
    return fmt::format(
        "{} have such an AUC alone that they were left out: are they known before "
        "the outcome? --keep NAME uses one",
        text::joined(parts, ", "));
}

/// The fields that are asked for, without those that seem to be known too late.
Choice choose_fields(const LearningTable& table, const LearningRequest& request,
                     const Split& rows) {
    Choice out;
    std::vector<std::string> late;
    std::vector<std::size_t> telling;
    for (std::size_t at = 0; at < table.fields.size(); ++at) {
        const LearningField& field = table.fields[at];
        const std::string& name = field.name;
        const bool asked = is_among(request.features, name);
        const bool kept = is_among(request.keep, name);
        if (is_among(request.drop, name) || (!request.features.empty() && !asked) ||
            (!kept && is_behind(late, name)))
            continue;
        if (const auto found = table.late.find(name); found != table.late.end() && !kept) {
            late.push_back(name);
            out.notes.push_back(
                fmt::format("{} was written at or after the outcome in {} of {} records and was "
                            "left out; --keep {} uses it",
                            name, found->second, table.outcomes.size(), name));
            continue;
        }
        out.alone[at] = auc_alone(table, at, rows);
        if (out.alone[at] >= suspicious_alone && !kept) {
            late.push_back(name);
            telling.push_back(at);
        } else if (asked || kept || comes_back(table, field)) {
            out.fields.push_back(at);
        }
    }
    if (!telling.empty())
        out.notes.push_back(alone_note(table, telling, out.alone));
    return out;
}

/// Names the fields without which the model is much worse.
void note_suspicious(const LearningTable& table, const std::vector<std::size_t>& fields,
                     const std::map<std::size_t, double>& alone, Learnt& out) {
    const Fitted& whole = *out.fitted;
    const auto loses_much = [&](const Fitted& part) {
        return whole.auc && part.auc && *whole.auc - *part.auc > suspicious_loss;
    };
    for (const std::size_t at : fields) {
        // Removing a field that says little alone loses little.
        if (alone.at(at) < .65 || fields.size() < 2)
            continue;
        Fitted blind = without(whole, at);
        try_out(blind, table, out.rows);
        // What learns anew makes up for a part of the loss.
        if (!loses_much(blind))
            continue;
        const auto anew = fit(table, blind.columns, out.rows, &blind.model);
        if (anew && loses_much(*anew))
            out.notes.push_back(
                fmt::format("without {} the AUC is {:.4f} instead of {:.4f}: is it known before "
                            "the outcome? --drop leaves it out",
                            table.fields[at].name, *anew->auc, *whole.auc));
    }
}

}  // namespace

std::vector<bool> outcomes_of(const LearningTable& table, const std::vector<std::size_t>& rows) {
    std::vector<bool> out;
    for (const std::size_t row : rows)
        out.push_back(table.outcomes[row]);
    return out;
}

insight::SparseRows rows_of(const LearningTable& table, const std::vector<ModelColumn>& columns,
                            const std::vector<std::size_t>& rows) {
    // Which column a level of a field is.
    std::vector<std::vector<std::size_t>> place(table.fields.size());
    std::vector<std::size_t> fields;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const LearningField& field = table.fields[columns[c].field];
        std::vector<std::size_t>& places = place[columns[c].field];
        if (places.empty()) {
            fields.push_back(columns[c].field);
            places.assign(field.is_number ? 1 : field.levels.size(), columns.size());
        }
        places[columns[c].level] = c;
    }
    insight::SparseRows out(columns.size());
    out.reserve(rows.size(), fields.size());
    for (const std::size_t row : rows) {
        for (const std::size_t at : fields) {
            const LearningField& field = table.fields[at];
            const std::size_t column = place[at][field.is_number ? 0 : field.level_of[row]];
            if (column == columns.size())
                continue;
            if (!field.is_number) {
                out.add(column, 1);
                continue;
            }
            const ModelColumn& c = columns[column];
            const double number = std::isnan(field.numbers[row]) ? c.median : field.numbers[row];
            out.add(column, (number - c.mean) / c.deviation);
        }
        out.end_row();
    }
    return out;
}

Learnt learn(const LearningTable& table, const LearningRequest& request) {
    check_names(table, request.features, "features");
    check_names(table, request.drop, "drop");
    check_names(table, request.keep, "keep");
    Learnt out{.rows = split(table, request.train), .notes = table.notes};
    if (std::string why = missing(table, out.rows); !why.empty()) {
        out.notes.push_back(std::move(why));
        return out;
    }
    const Choice choice = choose_fields(table, request, out.rows);
    const std::vector<std::size_t>& fields = choice.fields;
    out.notes.insert(out.notes.end(), choice.notes.begin(), choice.notes.end());
    if (fields.empty()) {
        out.notes.emplace_back("no field is left to learn from");
        return out;
    }
    std::vector<ModelColumn> columns = columns_of(table, fields, out.rows, request.rare, out.notes);
    if (columns.empty())
        out.notes.emplace_back("no field differs among the rows that train");
    auto fitted = fit(table, std::move(columns), out.rows);
    if (!fitted) {
        out.notes.push_back(fitted.error());
        return out;
    }
    out.fitted = std::move(*fitted);
    note_suspicious(table, fields, choice.alone, out);
    return out;
}

}  // namespace crm::value
