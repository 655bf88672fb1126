#include "cmd/report/page.hpp"

#include "cmd/cli/session.hpp"
#include "show/cell.hpp"
#include "show/figures_page.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

using report::ColumnType;
using show::FigureKind;

FigureKind kind_of(ColumnType type) {
    switch (type) {
        case ColumnType::date:
            return FigureKind::date;
        case ColumnType::instant:
            return FigureKind::instant;
        case ColumnType::month:
            return FigureKind::month;
        case ColumnType::integer:
            return FigureKind::integer;
        case ColumnType::number:
            return FigureKind::number;
        case ColumnType::share:
            return FigureKind::share;
        case ColumnType::percent:
            return FigureKind::percent;
        case ColumnType::money:
            return FigureKind::money;
        case ColumnType::days:
            return FigureKind::days;
        case ColumnType::text:
        case ColumnType::boolean:
        case ColumnType::duration:
        case ColumnType::link:
            break;
    }
    return FigureKind::text;
}

show::FigureRow row_of(const report::Row& row, bool total) {
    show::FigureRow out{.cells = {}, .total = total};
    for (const Value& value : row)
        out.cells.push_back(report::text_of(value));
    return out;
}

std::string days_text(const report::Answer& answer) {
    if (!answer.days || !answer.days->first || !answer.days->last)
        return answer.period;
    const std::string first = answer.days->first->iso();
    const std::string last = answer.days->last->iso();
    return fmt::format("{}: {}", answer.period,
                       first == last ? first : fmt::format("{} to {}", first, last));
}

std::vector<std::string> facts_of(const Session& session, const report::Answer& answer) {
    const show::FigureColumn time{.name = "time", .kind = FigureKind::instant};
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

show::Figures figures_of(const report::Answer& answer) {
    const report::Result& result = answer.result;
    show::Figures out;
    for (const report::Column& column : result.columns)
        out.columns.push_back({.name = column.name,
                               .title = column.heading(),
                               .kind = kind_of(column.type),
                               .unit = column.unit,
                               .help = column.help,
                               .group = column.group});
    for (std::size_t i = 0; i < result.rows.size(); ++i)
        out.rows.push_back(row_of(result.rows[i], result.level(i) < result.groups()));
    for (const report::Row& row : answer.totals)
        out.totals.push_back(row_of(row, true));
    out.notes = result.notes;
    out.charted = result.charted();
    out.currency = result.currency();
    return out;
}

std::string report_page(const Session& session, const report::Answer& answer,
                        std::optional<show::ChartKind> chart) {
    show::FiguresPage page;
    page.title = answer.title;
    page.help = answer.help;
    page.facts = facts_of(session, answer);
    page.panels.push_back({.title = "", .help = "", .figures = figures_of(answer), .chart = chart});
    page.version = "crm " CRM_VERSION;
    page.command = answer.command;
    page.sql = answer.sql;
    return show::figures_page(page);
}

}  // namespace crm::cmd
