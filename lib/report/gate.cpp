#include "report/gate.hpp"

#include "store/gate_run.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::report {
namespace {

using Bound = Gate::Bound;

constexpr int most_decimals = 6;

bool is_most(Bound bound) {
    return bound == Bound::max || bound == Bound::max_percent;
}

/// Whether value / divisor is beyond a limit. Both sides are in units of 10^-9.
bool exceeds(Bound bound, Exact value, Exact divisor, Exact limit) {
    return is_most(bound) ? value > limit * divisor : value < limit * divisor;
}

/// value / of as per cent in units of 10^-decimals, rounded half up.
Exact rounded_percent(std::int64_t value, std::int64_t of, int decimals) {
    Exact factor = 100;
    for (int i = 0; i < decimals; ++i)
        factor *= 10;
    return (Exact{value} * factor * 2 + of) / (Exact{of} * 2);
}

std::string decimal_text(Exact units, int decimals) {
    std::string digits = std::to_string(static_cast<std::int64_t>(units));
    const auto places = static_cast<std::size_t>(decimals);
    if (digits.size() <= places)
        digits.insert(0, places + 1 - digits.size(), '0');
    digits.insert(digits.size() - places, ".");
    return digits;
}

std::string without_zeros(std::string decimal) {
    decimal.erase(decimal.find_last_not_of('0') + 1);
    if (decimal.ends_with('.'))
        decimal.pop_back();
    return decimal;
}

/// 16.2 %: one decimal, or as many as it takes that the text does not contradict the verdict.
std::string percent_text(const Gate& gate, std::int64_t value, std::int64_t of) {
    const auto agrees = [&](int decimals, std::int64_t limit) {
        Exact scaled = rounded_percent(value, of, decimals) * exact_one;
        Exact divisor = 1;
        for (int i = 0; i < decimals; ++i)
            divisor *= 10;
        return exceeds(gate.bound, scaled, divisor, limit) ==
               exceeds(gate.bound, Exact{value} * 100 * exact_one, of, limit);
    };
    int decimals = 1;
    if (gate.in_percent())
        while (decimals < most_decimals &&
               !(agrees(decimals, gate.limit) && agrees(decimals, gate.warn.value_or(gate.limit))))
            ++decimals;
    return without_zeros(decimal_text(rounded_percent(value, of, decimals), decimals)) + " %";
}

std::string bound_text(const Gate& gate) {
    const std::string_view unit = gate.in_percent() ? " %" : "";
    std::string out =
        fmt::format("{} {}{}", is_most(gate.bound) ? "limit" : "at least", gate.limit_text, unit);
    if (gate.warn)
        out += fmt::format(", warning {} {}{}", is_most(gate.bound) ? "above" : "below",
                           gate.warn_text, unit);
    return out;
}

GateResult result_of(const Gate& gate) {
    GateResult out;
    out.file = gate.file;
    out.name = gate.name;
    return out;
}

/// The groups of a row, and the figure that fails.
GateSample figure_sample(const Result& figures, const Verdict::Row& failed) {
    GateSample out;
    for (std::size_t i = 0; i < figures.columns.size(); ++i) {
        const Column& column = figures.columns[i];
        if (!column.group && i != failed.column)
            continue;
        const Value& value = figures.rows[failed.row][i];
        out.cells.push_back(
            {column.name, value, column.numeric() && column.type != ColumnType::money});
        if (column.group)
            out.text += fmt::format("{}{}", out.text.empty() ? "" : ", ",
                                    value == Value() ? "none" : text_of(value));
    }
    out.text += fmt::format("{}{} {}", out.text.empty() ? "" : ": ",
                            figures.columns[failed.column].name, failed.shown);
    return out;
}

}  // namespace

std::string_view word_of(GateState state) {
    return store::gate_states.at(static_cast<std::size_t>(state));
}

std::string GateResult::message() const {
    return state == GateState::error ? error : fmt::format("{}, {}", figure, bound);
}

Error gate_error(const Gate& gate, std::string_view key, Error error) {
    if (error.fault == Fault::io || error.fault == Fault::busy || error.fault == Fault::internal)
        return error;
    const auto line = gate.lines.find(key);
    error.message = fmt::format("{}:{}: {}", gate.file,
                                line == gate.lines.end() ? gate.line : line->second, error.message);
    return error;
}

GateResult broken(const Gate& gate, const Error& error) {
    GateResult out = result_of(gate);
    out.error = error.message;
    if (!error.hint.empty())
        out.error += "; " + error.hint;
    return out;
}

GateResult judge(const Gate& gate, GateCount count) {
    GateResult out = result_of(gate);
    out.value = std::to_string(count.value);
    out.figure = out.value;
    out.of = count.of;
    out.limit = gate.limit_text;
    out.bound = bound_text(gate);
    if (count.of)
        out.figure += fmt::format(" of {}", *count.of);
    if (count.of.value_or(0) > 0) {
        out.percent =
            decimal_text(rounded_percent(count.value, *count.of, most_decimals), most_decimals);
        out.figure += fmt::format(" ({})", percent_text(gate, count.value, *count.of));
    }
    const Exact divisor = gate.in_percent() ? count.of.value_or(0) : 1;
    const Exact value = Exact{count.value} * exact_one * (gate.in_percent() ? 100 : 1);
    const auto beyond = [&](std::int64_t limit) {
        return divisor > 0 && exceeds(gate.bound, value, divisor, limit);
    };
    out.state = beyond(gate.limit)                ? GateState::fail
                : gate.warn && beyond(*gate.warn) ? GateState::warn
                                                  : GateState::pass;
    if (out.state == GateState::fail)
        out.sample = std::move(count.sample);
    return out;
}

GateResult judge(const Gate& gate, const Result& figures, std::vector<std::string>& notes) {
    GateResult out = result_of(gate);
    out.state = GateState::pass;
    for (const Gate::Condition& condition : gate.conditions) {
        Verdict verdict;
        try {
            verdict = judge(condition.fail_if, figures);
        } catch (const Error& e) {
            Gate at_condition = gate;
            at_condition.lines["fail_if"] = condition.line;
            throw gate_error(at_condition, "fail_if", e);
        }
        notes.insert(notes.end(), verdict.notes.begin(), verdict.notes.end());
        if (!out.bound.empty() && (!verdict.fails || out.state == GateState::fail))
            continue;
        out.state = verdict.fails ? GateState::fail : GateState::pass;
        out.value = verdict.value;
        out.limit = verdict.limit;
        out.money = verdict.money;
        out.figure = verdict.shown.empty() ? "no value" : verdict.shown;
        if (!verdict.row.empty())
            out.figure += fmt::format(" ({})", verdict.row);
        out.bound = "fails if " + verdict.text;
        for (const Verdict::Row& row : verdict.rows)
            if (out.sample.size() < gate.sample)
                out.sample.push_back(figure_sample(figures, row));
    }
    return out;
}

}  // namespace crm::report
