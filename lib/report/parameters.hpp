#pragma once

#include "report/report.hpp"
#include "store/resolve.hpp"
#include "time/date.hpp"

#include <map>
#include <set>
#include <span>
#include <string>

namespace crm::report {

/// What :name stands for in the SQL of a report file.
struct Bindings {
    std::map<std::string, Value> values;  ///< empty where a parameter was left out
    std::set<std::string> numbers;        ///< whose value is a number with a fraction, as a text
    std::set<std::string> given;          ///< parameters that have a value: {?name …}
};

/// The values of the parameters of a report, from words such as least=50EUR, and what is always
/// there: :today, :now and :me. Throws usage, with the
/// nearest name or value, for what is missing, unknown, given twice or not valid; ambiguous where a
/// record is not the only one.
Bindings read_parameters(const Report& report, std::span<const std::string> words,
                         store::Resolver& resolver, const Clock& clock);

}  // namespace crm::report
