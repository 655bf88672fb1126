#pragma once

#include "cmd/cli/command.hpp"
#include "report/report.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Reports that C++ computes, where SQL cannot. They are one line of a table here and a function;
/// `crm report` treats them like all others.
namespace crm::cmd {

class Session;

struct ComputedReport {
    std::string_view name;
    std::string_view title;     ///< for people
    std::string_view help;      ///< what it shows, in one line
    std::string_view noun;      ///< the records that it is about; empty where it has none
    std::string_view period;    ///< the field that -p is about
    std::string_view options;   ///< those that it takes besides the ones about its rows
    std::string_view sums;      ///< the columns that totals add up
    bool about_record = false;  ///< it asks for a record: cross-sell a1
    report::Result (*run)(Session&, const Arguments&);
    /// The columns, whether or not there are rows.
    std::vector<report::Column> (*columns)(std::string_view name);
    std::string (*sql)(Session&, const Arguments&) = nullptr;  ///< of its input
    std::vector<report::Parameter> (*parameters)() = nullptr;  ///< NAME=VALUE that it takes
    std::string_view method = {};  ///< of a report over SQL: what --method calls this one
    std::string_view total = {};   ///< the first group of the rows that are its totals
};

std::span<const ComputedReport> computed_reports();
/// What the catalogue says of one.
report::Report described(const ComputedReport& report);
/// Methods of reports over SQL that are computed instead: forecast --method cohort.
std::span<const ComputedReport> computed_methods();
/// Null where SQL makes the report.
const ComputedReport* computed_method(std::string_view name, std::string_view method);
/// The report that C++ computes for a name and a method; null where SQL makes it.
const ComputedReport* find_computed(std::string_view name, std::string_view method);
/// Throws internal where there is none of that name.
const ComputedReport& computed_report(std::string_view name);

/// The options that only computed reports take.
std::span<const Option> computed_options();
/// Throws usage for options that the report does not take.
void check_options(const ComputedReport& report, const Arguments& args);
/// Throws usage where a report of another kind is given one of their options.
void refuse_computed_options(const Arguments& args);

/// "a b" as a list.
std::vector<std::string> words_of(std::string_view text);

}  // namespace crm::cmd
