#pragma once

#include "report/compile.hpp"
#include "sql/dialect.hpp"
#include "sql/money.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace crm::report {

/// The marks that only reports of the program have: amounts and their currency, stages, plans of
/// commission. compile.cpp lists them.
class ProgramMarks {
public:
    /// Throws usage where --in names no currency, or --method no method of the report.
    ProgramMarks(const Report& report, const Request& request, store::Resolver& resolver,
                 const Clock& clock);

    /// The SQL of a mark; nothing where it is not one of these. Arguments are expanded already.
    std::optional<std::string> find(std::string_view name,
                                    std::span<const std::string> arguments) const;

    /// How amounts are weighted; null where the report has no methods.
    const Method* method() const { return method_; }
    /// The currency of --in; empty without it.
    const std::string& asked_currency() const { return asked_currency_; }
    /// Whether amounts are converted by these marks.
    bool converts() const;
    /// The column of the value of a record in the currency of --in; empty without --in.
    std::string converted_column() const;
    /// FROM of records that have that column.
    std::string with_converted(std::string_view view) const;
    /// Selects the currency and the day of an amount that has no rate; of the report come its WITH
    /// and its FROM and WHERE. Empty without --in.
    std::string select_missing_rate(const std::string& with, const std::string& from) const;

private:
    std::optional<std::string> named(std::string_view name) const;
    std::optional<std::string> of_one(std::string_view name, const std::string& x) const;
    std::optional<std::string> of_two(std::string_view name, const std::string& a,
                                      const std::string& b) const;

    std::string_view value_name() const;
    std::string own_value() const;
    std::string value_currency() const;
    std::string value() const;
    sql::Rounding rounding() const;
    std::string currency() const;
    const std::string& main_currency() const;
    std::string rate_day() const;
    std::string converted(const std::string& minor, const std::string& currency,
                          const std::string& day) const;
    std::string missing_rate(const std::string& currency, const std::string& day) const;
    std::string stage_number(std::string_view stage) const;
    std::string stages() const;

    const Report& report_;
    const Clock& clock_;
    const meta::Model& model_;
    const meta::Entity& entity_;
    const sql::Dialect& dialect_;
    const std::string own_currency_;
    const Method* method_;
    std::string asked_currency_;
};

}  // namespace crm::report
