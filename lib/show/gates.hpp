#pragma once

#include "report/gate_result.hpp"

#include <span>
#include <string>

/// What gates found, for people, continuous integration and scripts.
namespace crm::show {

/// One line for each gate, and below a failure its sample.
std::string gates_text(std::span<const report::GateResult> results);
/// Test Anything Protocol, version 13: https://testanything.org/tap-version-13-specification.html
std::string gates_tap(std::span<const report::GateResult> results);
/// An array of objects, or with `array` false one object a line.
std::string gates_json(std::span<const report::GateResult> results, bool array);
/// JUnit XML, one test suite for each file.
std::string gates_junit(std::span<const report::GateResult> results);

}  // namespace crm::show
