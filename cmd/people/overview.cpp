#include "cmd/people/overview.hpp"

#include "base/money.hpp"
#include "base/text.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "people/account_totals.hpp"
#include "people/promises.hpp"
#include "people/related.hpp"
#include "sales/stage_history.hpp"

#include <fmt/format.h>

#include <utility>

namespace crm::cmd {
namespace {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;

constexpr int most_related = 8;  ///< records of a noun

void print_title(Session& session, std::string_view text) {
    if (session.env.color)
        session.out.write(fmt::format("\n\x1b[1m{}\x1b[0m\n", text));
    else
        session.out.write(fmt::format("\n{}\n", text));
}

/// Whether a column of a list shows the record that the overview is about, which is known.
bool leads_back(const FieldInfo* field, std::span<const View> cells, std::string_view id) {
    return field != nullptr && field->type() == Type::link && cells.front().text == id;
}

/// One line: what a list shows of the record, without links to the one that the overview is about.
std::string related_line(Session& session, const Entity& entity, std::int64_t id,
                         const store::Found& about) {
    store::Selection selection(session.store(), entity);
    selection.one = id;
    for (const std::string_view name : entity.columns())
        if (const FieldInfo* field = entity.find(name);
            field == nullptr || field->to != about.entity)
            store::add_columns(selection, {std::string(name)});
    const std::string about_id = meta::short_id(*about.entity, about.id);
    std::string out;
    selection.each([&](std::span<const std::span<const View>> cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const store::SelectColumn& column = selection.columns[i];
            const FieldInfo* field = column.single() ? nullptr : column.field;
            std::string text = store::cell_text(column, cells[i], session.env.clock);
            if (text.empty() || leads_back(field, cells[i], about_id))
                continue;
            if (field != nullptr && field->type() == Type::instant)
                text.resize(std::min<std::size_t>(text.size(), 10));  // the day
            text = text::clipped(text::visible(text), 60);
            if (i == 0)
                out += fmt::format("  {:<5}", text);
            else
                out += (i == 1 ? " " : ", ") + text;
        }
        return true;
    });
    return out;
}

void print_related(Session& session, const store::Found& found) {
    for (const people::Related& related :
         people::related_records(session.resolver(), session.env.clock, found, most_related)) {
        print_title(session, related.entity->plural);
        for (const std::int64_t id : related.ids)
            session.out.write(related_line(session, *related.entity, id, found) + "\n");
        if (related.count > most_related)
            session.out.write(fmt::format("  … {} more\n", related.count - most_related));
    }
}

void print_totals(Session& session, const store::Found& account) {
    const people::AccountTotals all =
        people::account_totals(session.resolver(), session.env.clock, account.id);
    if (all.totals.empty())
        return;
    const std::int64_t below = all.accounts - 1;
    if (below == 0)
        print_title(session, "totals");
    else
        print_title(session, fmt::format("totals, including {} {} below it", below,
                                         below == 1 ? "company" : "companies"));
    for (const people::AccountTotal& total : all.totals) {
        std::string amounts;
        for (const auto& [minor, currency] : total.amounts)
            amounts += fmt::format("{}{} {}", amounts.empty() ? "  " : " + ",
                                   money_text(minor, currency), currency);
        session.out.write(fmt::format("  {:<14} {:>5}{}\n", total.label, total.count, amounts));
    }
}

std::string promise_line(const people::Promise& promise) {
    std::string line = fmt::format("{:<5} {}", promise.id, promise.subject);
    if (!promise.due.empty())
        line += ", " + promise.due;
    if (promise.state == people::PromiseState::broken)
        line += ", broken";
    if (!promise.by.empty())
        line += ", by " + promise.by;
    if (!promise.contradicts.empty())
        line += ", contradicts " + text::joined(promise.contradicts, " ");
    return text::visible(line);
}

void print_promises(Session& session, const store::Found& account) {
    bool titled = false;
    for (const people::Promise& promise :
         people::promises_to(session.resolver(), session.env.clock, account)) {
        if (!promise.pending())
            continue;
        if (!std::exchange(titled, true))
            print_title(session, "promises");
        session.out.write("  " + promise_line(promise) + "\n");
    }
}

/// Where a deal stood how long, how long such deals still take, and what helps where it stands.
void print_stages(Session& session, const store::Found& found) {
    const auto visits = sales::stage_history(session.store(), found.id, session.env.clock.now);
    if (visits.empty())
        return;
    print_title(session, "stages");
    for (const sales::StageVisit& visit : visits)
        session.out.write(
            fmt::format("  {:<14} {:>6.1f} days\n", text::visible(visit.stage), visit.days));
    const store::Record deal = session.store().get(*found.entity, found.id);
    const meta::Stage* stage = session.model().stages().find(
        deal.text(*found.entity->find("stage")), deal.text(*found.entity->find("pipeline")));
    if (stage == nullptr || stage->outcome != meta::Outcome::open)
        return;
    if (const auto to_win = sales::time_to_win(session.store(), stage->name); to_win.deals > 0)
        session.out.write(
            fmt::format("  deals that were won took {} more days from here ({} case{})\n",
                        to_win.days, to_win.deals, to_win.deals == 1 ? "" : "s"));
    for (const std::string_view title : stage->playbook) {
        const Entity& articles = session.model().get("article");
        const auto ids = store::by_value(session.store(), articles, "title", title);
        session.out.write(
            fmt::format("  playbook: {} ({})\n", text::visible(title),
                        ids.empty() ? "not written yet" : meta::short_id(articles, ids.front())));
    }
}

}  // namespace

void print_overview(Session& session, const store::Found& found) {
    if (found.entity->noun == "account") {
        print_totals(session, found);
        print_promises(session, found);
    }
    if (found.entity->noun == "deal")
        print_stages(session, found);
    print_related(session, found);
}

}  // namespace crm::cmd
