#include "cmd/report/page.hpp"

#include "cmd/cli/session.hpp"
#include "show/cell.hpp"
#include "show/figures_page.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

std::vector<std::string> facts_of(const Session& session, const report::Answer& answer) {
    std::vector<std::string> out = {time_text(session)};
    if (!answer.period.empty())
        out.push_back(period_text(answer.period, answer.days));
    if (!answer.filter.empty())
        out.push_back("filter: " + answer.filter);
    if (!answer.method.empty())
        out.push_back("by " + answer.method);
    if (!answer.currency.empty())
        out.push_back("in " + answer.currency);
    if (answer.records)
        out.push_back(fmt::format("{} {}", show::grouped(std::to_string(*answer.records)),
                                  *answer.records == 1 ? "record" : "records"));
    return out;
}

}  // namespace

std::string time_text(const Session& session) {
    const report::Column time{.name = "time", .type = report::ColumnType::instant};
    return show::figure_text(time, session.env.clock.local(session.env.clock.now));
}

std::string period_text(const std::string& typed, const std::optional<DateSpan>& days) {
    if (!days || !days->first || !days->last)
        return typed;
    const std::string first = days->first->iso();
    const std::string last = days->last->iso();
    return fmt::format("{}: {}", typed,
                       first == last ? first : fmt::format("{} to {}", first, last));
}

std::string report_page(const Session& session, const report::Answer& answer,
                        std::optional<show::ChartKind> chart) {
    show::FiguresPage page;
    page.title = answer.title;
    page.help = answer.help;
    page.facts = facts_of(session, answer);
    page.panels.push_back({.title = "",
                           .help = "",
                           .result = answer.result,
                           .totals = answer.totals,
                           .chart = chart});
    page.version = "crm " CRM_VERSION;
    page.command = answer.command;
    page.sql = answer.sql;
    return show::figures_page(page);
}

}  // namespace crm::cmd
