#pragma once

#include "report/answer.hpp"
#include "show/chart.hpp"

#include <optional>
#include <string>

/// What a report answers, as a page.
namespace crm::cmd {

class Session;

/// A page of one report. Without a kind of chart the figures decide on it.
std::string report_page(const Session& session, const report::Answer& answer,
                        std::optional<show::ChartKind> chart);

}  // namespace crm::cmd
