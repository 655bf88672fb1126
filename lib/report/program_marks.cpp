#include "report/program_marks.hpp"

#include "base/currency.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "meta/stages.hpp"
#include "sql/connection.hpp"
#include "sql/expression.hpp"
#include "sql/money.hpp"
#include "sql/views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace crm::report {
namespace {

using sql::literal;

std::string currency_asked_for(const std::string& text) {
    if (text.empty())
        return {};
    Expected<std::string> code = read_currency(text);
    if (code)
        return *code;
    code.error().hint = "--in EUR";
    throw code.error();
}

/// The method that is asked for, or the first; null where the report has none.
const Method* find_method(const Report& report, const std::string& name) {
    if (report.plan)
        return nullptr;  // the name chose the plan
    if (name.empty())
        return report.methods.empty() ? nullptr : &report.methods.front();
    std::vector<std::string> names;
    for (const Method& method : report.methods) {
        if (text::key(method.name) == text::key(name))
            return &method;
        names.push_back(method.name);
    }
    Error e(Fault::usage, "unknown_method",
            fmt::format("{} has no method '{}'", report.name, text::clipped(name, 40)));
    suggest(e, name, names, names.empty() ? "leave out --method" : text::joined(names, ", "));
    throw e;
}

/// The stages that a deal comes through; the lost one is none of them.
std::vector<std::string> stages_on_the_way(const meta::Stages& stages) {
    std::vector<std::string> out;
    for (const std::string_view name : stages.names())
        if (name != meta::lost_stage)
            out.push_back(literal(name));
    return out;
}

}  // namespace

ProgramMarks::ProgramMarks(const Report& report, const Request& request, store::Resolver& resolver,
                           const Clock& clock)
    : report_(report),
      clock_(clock),
      model_(resolver.store().model()),
      entity_(model_.get(report.noun)),
      dialect_(resolver.store().db().dialect()),
      own_currency_(resolver.store().currency()),
      method_(find_method(report, request.method)),
      asked_currency_(currency_asked_for(request.currency)) {}

std::optional<std::string> ProgramMarks::find(std::string_view name,
                                              std::span<const std::string> arguments) const {
    if (arguments.empty())
        return named(name);
    if (arguments.size() == 1)
        return of_one(name, arguments[0]);
    if (arguments.size() == 2)
        return of_two(name, arguments[0], arguments[1]);
    if (arguments.size() == 3 && name == "converted")
        return converted(arguments[0], arguments[1], arguments[2]);
    return {};
}

std::optional<std::string> ProgramMarks::named(std::string_view name) const {
    if (name == "value")
        return value();
    if (name == "currency")
        return currency();
    if (name == "value_currency")
        return value_currency();
    if (name == "key")
        return sql::extra_column(entity_, "key");
    if (name == "stages")
        return stages();
    if (name == "minor_per_major")
        return sql::minor_per_major(literal(main_currency()));
    if (name == "own_minor_per_major")
        return sql::minor_per_major(literal(own_currency_));
    if (name == "owner_part" && report_.plan)
        return fmt::format("{}", 1 - report_.plan->team / 100);
    if (name == "team_part" && report_.plan)
        return fmt::format("{}", report_.plan->team / 100);
    return {};
}

std::optional<std::string> ProgramMarks::of_one(std::string_view name, const std::string& x) const {
    if (name == "round")
        return dialect_.rounded_exactly(x);
    if (name == "mean")  // halves up, in whole numbers, which are exact
        return fmt::format("(2 * sum({0}) + count({0})) / (2 * count({0}))", x);
    if (name == "noun")
        return std::to_string(model_.get(x).number);
    if (name == "stage_number")
        return stage_number(x);
    if (name == "deal_value")
        return x + "." + sql::amount_columns(model_.get("deal"), "value").minor;
    if (name == "deal_currency")
        return x + "." + sql::amount_columns(model_.get("deal"), "value").currency;
    if (name == "commission" && report_.plan)
        return commission_of(*report_.plan, x, currency(), dialect_);
    return {};
}

std::optional<std::string> ProgramMarks::of_two(std::string_view name, const std::string& a,
                                                const std::string& b) const {
    if (name == "greater")
        return dialect_.greater(a, b);
    if (name == "lesser")
        return dialect_.lesser(a, b);
    if (name == "add_days")
        return dialect_.add_days(a, b);
    if (name == "missing_rate")
        return missing_rate(a, b);
    return {};
}

// --- money

bool ProgramMarks::converts() const {
    return report_.sql.find("{value}") != std::string::npos ||
           report_.sql.find("{converted(") != std::string::npos;
}

/// What a record is worth, in minor units of its own currency.
std::string ProgramMarks::own_value() const {
    return "t." + sql::amount_columns(entity_, value_name()).minor;
}
std::string ProgramMarks::value_currency() const {
    return "t." + sql::amount_columns(entity_, value_name()).currency;
}
std::string_view ProgramMarks::value_name() const {
    return report_.value.empty() ? "value" : std::string_view(report_.value);
}

std::string ProgramMarks::value() const {
    if (asked_currency_.empty())
        return own_value();
    return "t." + converted_column();
}

std::string ProgramMarks::converted_column() const {
    if (asked_currency_.empty())
        return {};
    return fmt::format("{}_{}_minor", value_name(), text::lower_ascii(asked_currency_));
}

std::string ProgramMarks::with_converted(std::string_view view) const {
    return fmt::format("(\n    SELECT t.*,\n           {} AS {}\n    FROM {}\n) t",
                       sql::indented(sql::in_currency(rounding(), asked_currency_, own_value(),
                                                      value_currency(), rate_day()),
                                     "           "),
                       converted_column(), view);
}

/// What cannot be exact is refused.
sql::Rounding ProgramMarks::rounding() const {
    return [this](std::string_view x) { return dialect_.rounded_exactly(x); };
}

/// What has no amount counts beside the amounts in the currency of the database.
std::string ProgramMarks::currency() const {
    if (!asked_currency_.empty())
        return literal(asked_currency_);
    return fmt::format("coalesce({}, {})", value_currency(), literal(own_currency_));
}

/// The currency of the figures: that of --in, else the database's.
const std::string& ProgramMarks::main_currency() const {
    return asked_currency_.empty() ? own_currency_ : asked_currency_;
}

/// The day whose rate counts: that of the report's period, but no later than today.
std::string ProgramMarks::rate_day() const {
    const std::string field = "t." + report_.period;
    const bool is_date = entity_.find(report_.period)->type() == meta::Type::date;
    const std::string day = is_date ? field : dialect_.local_day(field);
    return dialect_.lesser(fmt::format("coalesce({}, {})", day, dialect_.local_day("t.created_at")),
                           literal(clock_.today().iso()));
}

/// Minor units of the main currency. Without --in only amounts that are in it count: those of
/// several currencies are never added.
std::string ProgramMarks::converted(const std::string& minor, const std::string& currency,
                                    const std::string& day) const {
    if (asked_currency_.empty())
        return fmt::format("CASE WHEN {} = {} THEN {} END", currency, literal(own_currency_),
                           minor);
    return sql::in_currency(rounding(), asked_currency_, minor, currency, day);
}

/// "USD 2026-11-30" where there is no rate to the currency of --in.
std::string ProgramMarks::missing_rate(const std::string& currency, const std::string& day) const {
    if (asked_currency_.empty())
        return "NULL";
    const std::string to = literal(asked_currency_);
    return fmt::format("CASE WHEN {0} <> {1} AND {2} IS NULL THEN {0} || ' ' || {3} END", currency,
                       to, sql::rate(currency, to, day), day);
}

std::string ProgramMarks::select_missing_rate(const std::string& with,
                                              const std::string& from) const {
    if (asked_currency_.empty())
        return {};
    if (!report_.missing.empty())
        return fmt::format(
            "{2}SELECT substr({0}, 1, 3), substr({0}, 5)\n{1}\n  AND {0} IS NOT NULL\nLIMIT 1",
            report_.missing, from, with);
    if (!report_.has_money() || !converts())
        return {};
    const std::string currency = value_currency();
    const std::string day = rate_day();
    return fmt::format(
        "{5}SELECT {0}, {1}\n{2}\n  AND {3} IS NOT NULL AND {4} IS NOT NULL\nLIMIT 1", currency,
        day, from, own_value(), missing_rate(currency, day), with);
}

// --- stages

/// How far a deal came is the number of its stage. The lost stage has no number of its own: what
/// is known is that the deal was in the first.
std::string ProgramMarks::stage_number(std::string_view stage) const {
    std::string out = fmt::format("CASE {}", stage);
    int number = 0;
    for (const std::string& name : stages_on_the_way(model_.stages()))
        out += fmt::format(" WHEN {} THEN {}", name, ++number);
    return out + " ELSE 1 END";
}

std::string ProgramMarks::stages() const {
    std::string out;
    int number = 0;
    for (const std::string& name : stages_on_the_way(model_.stages()))
        out += fmt::format("{}SELECT {} AS number, {} AS name", out.empty() ? "" : "\nUNION ALL ",
                           ++number, name);
    return out;
}

}  // namespace crm::report
