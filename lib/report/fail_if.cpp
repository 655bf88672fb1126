#include "report/fail_if.hpp"

#include "base/decimal.hpp"
#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace crm::report {
namespace {

using TermKind = FailTerm::Kind;
using Op = FailTerm::Op;
using Unit = FailTerm::Unit;

/// A decimal text; what has more than nine decimals is cut off there. Nothing for what is no
/// number.
std::optional<Exact> exact(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return Exact{*number} * exact_one;
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr || text->empty())
        return {};
    std::string number = without_exponent(*text);
    const bool negative = number.starts_with('-');
    Exact out = 0;
    int places = -1, digits = 0;
    for (const char c : std::string_view(number).substr(negative ? 1 : 0)) {
        if (c == '.' && places < 0) {
            places = 0;
            continue;
        }
        if (c < '0' || c > '9' || ++digits > 40)
            return {};
        if (places >= exact_decimals)
            continue;
        if (places < 0 && digits > 22)
            return {};
        out = out * 10 + (c - '0');
        places += places >= 0 ? 1 : 0;
    }
    if (digits == 0)
        return {};
    for (places = std::max(places, 0); places < exact_decimals; ++places)
        out *= 10;
    return negative ? -out : out;
}

std::string exact_text(Exact value) {
    const bool negative = value < 0;
    if (negative)
        value = -value;
    std::string out = fmt::format("{}.{:09}", static_cast<std::uint64_t>(value / exact_one),
                                  static_cast<std::uint64_t>(value % exact_one));
    out.erase(out.find_last_not_of('0') + 1);
    if (out.ends_with('.'))
        out.pop_back();
    return (negative ? "-" : "") + out;
}

bool holds(Op op, Exact value, Exact limit) {
    switch (op) {
        case Op::below:
            return value < limit;
        case Op::at_most:
            return value <= limit;
        case Op::equal:
            return value == limit;
        case Op::differs:
            return value != limit;
        case Op::at_least:
            return value >= limit;
        default:
            return value > limit;
    }
}

/// How far a value is from failing, below 0 where it fails.
Exact distance(Op op, Exact value, Exact limit) {
    switch (op) {
        case Op::below:
        case Op::at_most:
            return value - limit;
        case Op::equal:
            return value < limit ? limit - value : value - limit;
        case Op::differs:
            return 0;
        default:
            return limit - value;
    }
}

/// A value of a term; that of a mean is a sum that was not divided yet.
struct Measured {
    Exact value = 0;
    std::int64_t divisor = 1;
    std::size_t row = 0;
    bool of_row = false;
};

class Judge {
public:
    Judge(const FailIf& condition, const Result& result) : condition_(condition), result_(result) {
        for (std::size_t row = 0; row < result.rows.size(); ++row)
            if (result.level(row) == result.groups())
                rows_.push_back(row);
    }

    Verdict verdict() {
        Verdict out;
        for (const auto& terms : condition_.terms)
            for (const FailTerm& term : terms) {
                check(term);
                note_missing_group(term, out);
            }
        out.text = condition_.text;
        for (const auto& terms : condition_.terms)
            judge_all(terms, out);
        if (!out.fails)
            show_nearest(out);
        return out;
    }

private:
    [[noreturn]] void fail(std::size_t at, Error e) const {
        e.place = condition_.text;
        e.at = at;
        throw e;
    }

    const Column& column_of(const FailTerm& term) const {
        return result_.columns[result_.place_of(term.column)];
    }

    /// Whatever the rows are: a condition that is wrong never passes.
    void check(const FailTerm& term) const {
        if (term.kind == TermKind::rows) {
            if (term.unit != Unit::none)
                fail(term.limit_at, Error(Fault::usage, "bad_condition",
                                          "the number of rows has no unit", "rows>0"));
            return;
        }
        check_column(term);
        if (term.kind == TermKind::group)
            check_group(term);
        check_unit(term);
        const bool joins = term.kind != TermKind::column && term.kind != TermKind::group;
        if (joins && column_of(term).type == ColumnType::money && term.currency.empty() &&
            currencies(term).size() > 1)
            fail(term.column_at,
                 Error(Fault::usage, "several_currencies",
                       fmt::format("{} has amounts in several currencies", term.column),
                       fmt::format("name one, as in {}{}, or convert them: --in {}", term.as_typed,
                                   *currencies(term).begin(), *currencies(term).begin())));
    }

    void check_column(const FailTerm& term) const {
        std::vector<std::string> figures;
        for (const Column& column : result_.columns)
            if (column.numeric())
                figures.push_back(column.name);
        const std::size_t place = result_.place_of(term.column);
        if (place < result_.columns.size() && result_.columns[place].numeric())
            return;
        Error e(Fault::usage, "unknown_column",
                place < result_.columns.size()
                    ? fmt::format("{} has no numbers", term.column)
                    : fmt::format("there is no column '{}'", text::clipped(term.column, 40)));
        figures.emplace_back("rows");
        suggest_values(e, term.column, figures);
        fail(term.column_at, std::move(e));
    }

    void check_group(const FailTerm& term) const {
        std::vector<std::string> groups;
        for (std::size_t i = 0; i < result_.groups(); ++i)
            groups.push_back(result_.columns[i].name);
        if (std::ranges::find(groups, term.group) != groups.end())
            return;
        Error e(Fault::usage, "unknown_column",
                fmt::format("the report has no group '{}'", text::clipped(term.group, 40)));
        suggest_values(e, term.group, groups);
        fail(term.group_at, std::move(e));
    }

    /// A text that is misspelt would never fail.
    void note_missing_group(const FailTerm& term, Verdict& out) const {
        const auto has_it = [&](std::size_t row) { return in_group(term, row); };
        if (term.kind == TermKind::group && !rows_.empty() && std::ranges::none_of(rows_, has_it))
            out.notes.push_back(fmt::format("No row has the {} '{}'.", term.group,
                                            text::visible(text::clipped(term.text, 60))));
    }

    void check_unit(const FailTerm& term) const {
        const Column& column = column_of(term);
        std::string_view kind;
        switch (term.unit) {
            case Unit::none:
                return;
            case Unit::percent:
                if (column.type == ColumnType::share || column.type == ColumnType::percent)
                    return;
                kind = "a share or per cent";
                break;
            case Unit::money:
                if (column.type == ColumnType::money)
                    return;
                kind = "an amount of money";
                break;
            default:
                if (column.type == ColumnType::days || in_hours(column) ||
                    column.name.starts_with("days") || column.name.ends_with("_days"))
                    return;
                kind = "a number of days or hours";
        }
        fail(term.limit_at,
             Error(Fault::usage, "bad_condition", fmt::format("{} is not {}", term.column, kind),
                   "write the limit without a unit"));
    }

    static bool in_hours(const Column& column) {
        return column.name == "hours" || column.name.starts_with("hours_") ||
               column.name.ends_with("_hours");
    }

    std::string currency_of(const FailTerm& term, std::size_t row) const {
        const Column& column = column_of(term);
        if (!column.unit.empty())
            return column.unit;
        const std::size_t place = result_.currency();
        return place < result_.columns.size() ? report::text_of(result_.rows[row][place])
                                              : std::string();
    }

    std::set<std::string> currencies(const FailTerm& term) const {
        std::set<std::string> out;
        for (const std::size_t row : rows_)
            if (exact(result_.rows[row][result_.place_of(term.column)]))
                out.insert(currency_of(term, row));
        return out;
    }

    /// The limit in the unit of the column.
    Exact limit_of(const FailTerm& term) const {
        if (term.kind == TermKind::rows)
            return term.limit;
        const Column& column = column_of(term);
        if (term.unit == Unit::percent && column.type == ColumnType::share)
            return term.limit / 100;
        if (term.unit == Unit::days && in_hours(column))
            return term.limit * 24;
        if (term.unit == Unit::hours && !in_hours(column))
            return term.limit / 24;
        return term.limit;
    }

    std::optional<Exact> value_in(const FailTerm& term, std::size_t row) const {
        if (!term.currency.empty() && currency_of(term, row) != term.currency)
            return {};
        return exact(result_.rows[row][result_.place_of(term.column)]);
    }

    bool in_group(const FailTerm& term, std::size_t row) const {
        const std::size_t group = result_.place_of(term.group);
        const std::string have = report::text_of(result_.rows[row][group]);
        if (term.text == "none" && have.empty())
            return true;
        return have == term.text || result_.id_of(row, group) == term.text ||
               (!have.empty() && text::key(have) == text::key(term.text));
    }

    /// The values of a term; of a term about a row only that one.
    std::vector<Measured> values(const FailTerm& term, std::optional<std::size_t> row) const {
        if (term.kind == TermKind::rows)
            return {{.value = Exact{static_cast<std::int64_t>(rows_.size())} * exact_one}};
        std::vector<Measured> all;
        for (const std::size_t each : rows_) {
            if (term.kind == TermKind::column && row && each != *row)
                continue;
            if (term.kind == TermKind::group && !in_group(term, each))
                continue;
            if (const auto value = value_in(term, each))
                all.push_back({.value = *value, .row = each, .of_row = true});
        }
        if (term.kind == TermKind::column || term.kind == TermKind::group)
            return all;
        return joined(term, all);
    }

    static std::vector<Measured> joined(const FailTerm& term, const std::vector<Measured>& all) {
        if (term.kind == TermKind::min || term.kind == TermKind::max) {
            const auto found = term.kind == TermKind::min
                                   ? std::ranges::min_element(all, {}, &Measured::value)
                                   : std::ranges::max_element(all, {}, &Measured::value);
            return found == all.end() ? std::vector<Measured>() : std::vector{*found};
        }
        Measured sum;
        for (const Measured& one_of_them : all)
            sum.value += one_of_them.value;
        if (term.kind == TermKind::mean) {
            if (all.empty())
                return {};
            sum.divisor = static_cast<std::int64_t>(all.size());
        }
        return {sum};
    }

    bool fails(const FailTerm& term, const Measured& measured) const {
        return holds(term.op, measured.value, limit_of(term) * measured.divisor);
    }

    static Exact divided(const Measured& measured) { return measured.value / measured.divisor; }

    /// Whether all terms hold; those about a column for one row at a time.
    void judge_all(const std::vector<FailTerm>& terms, Verdict& out) const {
        const bool by_row = std::ranges::any_of(
            terms, [](const FailTerm& term) { return term.kind == TermKind::column; });
        if (!by_row)
            return judge_row(terms, {}, out);
        for (const std::size_t row : rows_)
            judge_row(terms, row, out);
    }

    void judge_row(const std::vector<FailTerm>& terms, std::optional<std::size_t> row,
                   Verdict& out) const {
        std::vector<std::pair<const FailTerm*, Measured>> failing;
        for (const FailTerm& term : terms) {
            const std::size_t before = failing.size();
            for (const Measured& measured : values(term, row))
                if (fails(term, measured))
                    failing.emplace_back(&term, measured);
            if (failing.size() == before)
                return;
        }
        for (const auto& [term, measured] : failing) {
            if (!out.fails)
                show(*term, measured, out);
            out.fails = true;
            if (measured.of_row)
                out.rows.push_back(
                    {measured.row, result_.place_of(term->column), shown(*term, measured)});
        }
    }

    void show_nearest(Verdict& out) const {
        const FailTerm& term = condition_.terms.front().front();
        const std::vector<Measured> all = values(term, {});
        const auto nearest = std::ranges::min_element(all, {}, [&](const Measured& measured) {
            return distance(term.op, measured.value, limit_of(term) * measured.divisor);
        });
        if (nearest != all.end())
            show(term, *nearest, out);
        else
            out.limit = exact_text(limit_of(term));
    }

    void show(const FailTerm& term, const Measured& measured, Verdict& out) const {
        out.value = value_text(term, measured);
        out.shown = shown(term, measured);
        out.limit = exact_text(limit_of(term));
        out.money = term.kind != TermKind::rows && column_of(term).type == ColumnType::money;
        if (measured.of_row)
            out.row = row_text(measured.row);
    }

    /// One value as the report has it; what was computed with the digits that it needs.
    std::string value_text(const FailTerm& term, const Measured& measured) const {
        if (measured.of_row)
            return report::text_of(result_.rows[measured.row][result_.place_of(term.column)]);
        return exact_text(divided(measured));
    }

    std::string shown(const FailTerm& term, const Measured& measured) const {
        if (term.kind == TermKind::rows)
            return exact_text(divided(measured));
        const Column& column = column_of(term);
        if (column.type == ColumnType::share)
            return exact_text(divided(measured) * 100) + " %";
        if (column.type == ColumnType::percent)
            return exact_text(divided(measured)) + " %";
        if (column.type != ColumnType::money)
            return value_text(term, measured);
        std::string currency = term.currency;
        if (currency.empty() && measured.of_row)
            currency = currency_of(term, measured.row);
        else if (currency.empty() && !currencies(term).empty())
            currency = *currencies(term).begin();
        return value_text(term, measured) + (currency.empty() ? "" : " " + currency);
    }

    std::string row_text(std::size_t row) const {
        std::string out;
        for (std::size_t i = 0; i < result_.groups(); ++i) {
            const std::string value = report::text_of(result_.rows[row][i]);
            out += fmt::format("{}{} {}", out.empty() ? "" : ", ", result_.columns[i].name,
                               value.empty() ? "none" : value);
        }
        return out;
    }

    const FailIf& condition_;
    const Result& result_;
    std::vector<std::size_t> rows_;  ///< without those of --totals
};

}  // namespace

std::string Verdict::message() const {
    std::string out = fmt::format("{}: {}", text, shown);
    if (!row.empty())
        out += fmt::format(" ({})", row);
    if (rows.size() > 1)
        out += fmt::format(" and {} more {}", rows.size() - 1, rows.size() == 2 ? "row" : "rows");
    return out;
}

Verdict judge(const FailIf& condition, const Result& result) {
    return Judge(condition, result).verdict();
}

}  // namespace crm::report
