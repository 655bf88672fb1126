#pragma once

#include "value/learning.hpp"

/// How well outcomes can be known, and by what.
namespace crm::value {

report::Result model_report(const LearningTable& table, const LearningRequest& request);
report::Result factors_report(const LearningTable& table, const LearningRequest& request);

}  // namespace crm::value
