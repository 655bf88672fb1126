#pragma once

#include "report/answer.hpp"
#include "show/chart.hpp"

#include <optional>
#include <string>

/// What a report answers, as figures that charts and pages draw.
namespace crm::cmd {

class Session;

show::Figures figures_of(const report::Answer& answer);

/// A page of one report. Without a kind of chart the figures decide on it.
std::string report_page(const Session& session, const report::Answer& answer,
                        std::optional<show::ChartKind> chart);

}  // namespace crm::cmd
