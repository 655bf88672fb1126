#include "cmd/report/page.hpp"

#include "cmd/cli/session.hpp"
#include "show/cell.hpp"
#include "show/figures_page.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

std::string days_text(const report::Answer& answer) {
    if (!answer.days || !answer.days->first || !answer.days->last)
        return answer.period;
    const std::string first = answer.days->first->iso();
    const std::string last = answer.days->last->iso();
    return fmt::format("{}: {}", answer.period,
                       first == last ? first : fmt::format("{} to {}", first, last));
}

std::vector<std::string> facts_of(const Session& session, const report::Answer& answer) {
    const report::Column time{.name = "time", .type = report::ColumnType::instant};
    std::vector<std::string> out = {
        show::figure_text(time, session.env.clock.local(session.env.clock.now))};
    if (!answer.period.empty())
        out.push_back(days_text(answer));
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

std::string report_page(const Session& session, const report::Answer& answer,
                        std::optional<show::ChartKind> chart) {
    show::FiguresPage page;
    page.title = answer.title;
    page.help = answer.help;
    page.facts = facts_of(session, answer);
    page.result = answer.result;
    page.totals = answer.totals;
    page.chart = chart;
    page.version = "crm " CRM_VERSION;
    page.command = answer.command;
    page.sql = answer.sql;
    return show::figures_page(page);
}

}  // namespace crm::cmd
