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

/// The day and time for the head of a page.
std::string time_text(const Session& session);
/// A period as it was typed, with its days: "this quarter: 2026-10-01 to 2026-12-31".
std::string period_text(const std::string& typed, const std::optional<DateSpan>& days);

}  // namespace crm::cmd
