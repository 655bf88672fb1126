#include "people/overview.hpp"

#include "base/money.hpp"
#include "base/text.hpp"
#include "people/account_totals.hpp"
#include "people/activities.hpp"
#include "people/open_problems.hpp"
#include "people/promises.hpp"
#include "people/related.hpp"
#include "show/cell.hpp"
#include "store/columns.hpp"
#include "store/select.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <unordered_map>
#include <utility>

namespace crm::people {
namespace {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;

std::vector<Value> text_cell(std::string text) {
    if (text.empty())
        return {Value()};
    return {Value(std::move(text))};
}

Value copied(const View& view) {
    if (view.null())
        return {};
    if (view.kind == View::Kind::integer)
        return Value(view.number);
    return Value(std::string(view.text));
}

// --- related records

/// Whether a column of a list shows the record that the overview is about, which is known.
bool leads_back(const FieldInfo* field, std::span<const View> cells, std::string_view id) {
    return field != nullptr && field->type() == Type::link && !cells.empty() &&
           cells.front().text == id;
}

/// The records of one noun that link to a record, as a list shows them.
class RelatedSection {
public:
    RelatedSection(const OverviewRequest& request, const Related& related)
        : request_(request), related_(related), selection_(request.store(), *related.entity) {
        for (const std::string_view name : related.entity->columns()) {
            const FieldInfo* field = related.entity->find(name);
            if (field == nullptr || field->to != request.about.entity)
                store::add_columns(selection_, {std::string(name)});
        }
    }

    OverviewSection section() {
        OverviewSection out{.name = std::string(related_.entity->plural),
                            .title = std::string(related_.entity->plural)};
        for (const store::SelectColumn& column : selection_.columns)
            out.columns.push_back({column.title, column.single() ? nullptr : column.field});
        out.rows = rows();
        out.more = related_.count - static_cast<std::int64_t>(related_.ids.size());
        return out;
    }

private:
    /// In the order of the ids, which a selection does not keep.
    std::vector<OverviewRow> rows() {
        std::unordered_map<std::string, std::size_t> place;
        for (const std::int64_t id : related_.ids)
            place.emplace(meta::short_id(*related_.entity, id), place.size());
        std::vector<OverviewRow> out(place.size());
        selection_.among = related_.ids;
        selection_.each([&](std::span<const std::span<const View>> cells) {
            OverviewRow& row = out[place.at(std::string(cells.front().front().text))];
            row.cells.reserve(cells.size());
            for (const std::span<const View> column : cells) {
                std::vector<Value>& values = row.cells.emplace_back();
                std::ranges::transform(column, std::back_inserter(values), copied);
            }
            row.line = line(cells);
            return true;
        });
        return out;
    }

    /// What is known of it, without links to the record that the overview is about.
    std::string line(std::span<const std::span<const View>> cells) const {
        const std::string about = meta::short_id(*request_.about.entity, request_.about.id);
        std::string out;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const store::SelectColumn& column = selection_.columns[i];
            const FieldInfo* field = column.single() ? nullptr : column.field;
            std::string text = cell_text(column, cells[i]);
            if (text.empty() || leads_back(field, cells[i], about))
                continue;
            text = text::visible(text);
            if (i == 0)
                out += fmt::format("{:<5}", text);
            else
                out += (i == 1 ? " " : ", ") + text;
        }
        return out;
    }

    /// For a person as in a table, for a program with the day of a moment.
    std::string cell_text(const store::SelectColumn& column, std::span<const View> cells) const {
        const FieldInfo* field = column.single() ? nullptr : column.field;
        if (request_.person) {
            std::string scratch;
            const show::Style style{.person = true, .clock = &request_.clock};
            return std::string(show::raw_text({column.title, field}, cells, style, scratch));
        }
        std::string text = store::cell_text(column, cells, request_.clock);
        if (field != nullptr && field->type() == Type::instant)
            text.resize(std::min<std::size_t>(text.size(), 10));  // the local day
        return text;
    }

    const OverviewRequest& request_;
    const Related& related_;
    store::Selection selection_;
};

void add_related_nouns(const OverviewRequest& request, bool with_activities,
                       std::vector<OverviewSection>& sections) {
    for (const Related& related :
         related_records(request.resolver, request.clock, request.about, request.most))
        if (with_activities || !is_activity(*related.entity))
            sections.push_back(RelatedSection(request, related).section());
}

// --- activities

/// A local time to the minute; a day as it is.
std::string time_text(const std::string& at, const OverviewRequest& request) {
    const auto instant = iso_instant(at);
    if (!instant)
        return at;
    return request.person ? day_and_time(*instant, request.clock)
                          : day_and_minute(*instant, request.clock);
}

/// What a record is about, unless that is the one that the overview is about.
std::string about_text(const OverviewRequest& request, const store::Record& record) {
    const FieldInfo* about = record.entity->find("about");
    const std::int64_t id = about == nullptr ? 0 : record.number(*about);
    if (id == 0)
        return {};
    const auto* noun = std::get_if<std::int64_t>(&record.of(*about).front());
    const Entity* entity =
        noun == nullptr ? about->to : request.store().model().by_number(static_cast<int>(*noun));
    if (entity == nullptr || (entity == request.about.entity && id == request.about.id))
        return {};
    return meta::short_id(*entity, id) + " " + request.store().name(*entity, id);
}

OverviewRow activity_row(const OverviewRequest& request, const Activity& activity) {
    const store::Record record = request.store().get(*activity.entity, activity.id);
    const std::string what = record.text(*activity.entity->name());
    const std::string about = about_text(request, record);
    const std::string id = record.short_id();
    OverviewRow row;
    row.cells = {{Value(activity.at)},
                 {Value(id)},
                 {Value(std::string(activity.entity->noun))},
                 text_cell(what),
                 text_cell(about)};
    row.line =
        fmt::format("{:<16} {:<5} {}", time_text(activity.at, request), id, text::visible(what));
    if (!about.empty())
        row.line += " (" + text::visible(about) + ")";
    return row;
}

// --- totals

/// A row for each currency, the first of which has the line for all of them.
std::vector<OverviewRow> total_rows(const AccountTotal& total, bool person) {
    std::vector<OverviewRow> rows;
    std::string amounts;
    for (const AccountTotal::Amount& amount : total.amounts) {
        std::vector<Value> money{Value(), Value()};
        if (!amount.currency.empty()) {
            money = {Value(amount.minor), Value(amount.currency)};
            const std::string number = money_text(amount.minor, amount.currency);
            amounts += fmt::format("{}{} {}", amounts.empty() ? "  " : " + ",
                                   person ? show::grouped(number) : number, amount.currency);
        }
        rows.push_back(
            {.cells = {text_cell(std::string(total.label)), {Value(amount.count)}, money},
             .line = {}});
    }
    rows.front().line = fmt::format("{:<14} {:>5}{}", total.label, total.count, amounts);
    return rows;
}

// --- promises

std::string promise_line(const Promise& promise) {
    std::string line = fmt::format("{:<5} {}", promise.id, promise.subject);
    if (!promise.due.empty())
        line += ", " + promise.due;
    if (promise.state == PromiseState::broken)
        line += ", broken";
    if (!promise.by.empty())
        line += ", by " + promise.by;
    if (!promise.contradicts.empty())
        line += ", contradicts " + text::joined(promise.contradicts, " ");
    return text::visible(line);
}

}  // namespace

void add_problems(const OverviewRequest& request, std::vector<OverviewSection>& sections) {
    const std::vector<OpenProblem> problems =
        open_problems(request.store(), request.clock, request.about);
    if (problems.empty())
        return;
    OverviewSection section{.name = "problems", .title = "open problem"};
    section.columns = {{"id"}, {"subject"}, {"type"}, {"severity"}, {"days"}};
    for (const OpenProblem& problem : problems)
        section.rows.push_back(
            {.cells = {text_cell(meta::short_id(*problem.ticket.entity, problem.ticket.id)),
                       text_cell(problem.subject),
                       text_cell(problem.type),
                       text_cell(problem.severity),
                       {Value(problem.days)}},
             .line = text::visible(problem_text(problem))});
    sections.push_back(std::move(section));
}

void add_totals(const OverviewRequest& request, std::vector<OverviewSection>& sections) {
    const AccountTotals all = account_totals(request.resolver, request.clock, request.about.id);
    if (all.totals.empty())
        return;
    const std::int64_t below = all.accounts - 1;
    OverviewSection section{.name = "totals", .title = "totals"};
    if (below > 0)
        section.title +=
            fmt::format(", including {} {} below it", below, below == 1 ? "company" : "companies");
    const FieldInfo* money = request.store().model().get("deal").find("amount");
    section.columns = {{"what"}, {"count"}, {"amount", money}};
    for (const AccountTotal& total : all.totals)
        std::ranges::move(total_rows(total, request.person), std::back_inserter(section.rows));
    sections.push_back(std::move(section));
}

void add_promises(const OverviewRequest& request, std::vector<OverviewSection>& sections) {
    OverviewSection section{.name = "promises", .title = "promises"};
    section.columns = {{"id"},          {"state"},   {"due"},   {"promised_by"}, {"promised_to"},
                       {"promised_in"}, {"subject"}, {"about"}, {"contradicts"}};
    for (const Promise& promise : promises_to(request.resolver, request.clock, request.about)) {
        if (!promise.pending())
            continue;
        section.rows.push_back(
            {.cells = {text_cell(promise.id), text_cell(std::string(state_name(promise.state))),
                       text_cell(promise.due), text_cell(promise.by), text_cell(promise.to),
                       text_cell(promise.in), text_cell(promise.subject), text_cell(promise.about),
                       text_cell(text::joined(promise.contradicts, " "))},
             .line = promise_line(promise)});
    }
    if (!section.rows.empty())
        sections.push_back(std::move(section));
}

void add_activities(const OverviewRequest& request, std::vector<OverviewSection>& sections) {
    const std::vector<Activity> all = activities(request.store(), request.about);
    if (all.empty())
        return;
    const FieldInfo* instant = request.store().model().get("note").find("created_at");
    OverviewSection section{.name = "activities", .title = "activities"};
    section.columns = {{"at", instant}, {"id"}, {"noun"}, {"what"}, {"about"}};
    const std::size_t most = request.most < 0
                                 ? all.size()
                                 : std::min(all.size(), static_cast<std::size_t>(request.most));
    for (const Activity& activity : std::span(all).first(most))
        section.rows.push_back(activity_row(request, activity));
    section.more = static_cast<std::int64_t>(all.size() - most);
    sections.push_back(std::move(section));
}

void add_related(const OverviewRequest& request, std::vector<OverviewSection>& sections) {
    add_related_nouns(request, true, sections);
}

void add_related_without_activities(const OverviewRequest& request,
                                    std::vector<OverviewSection>& sections) {
    add_related_nouns(request, false, sections);
}

}  // namespace crm::people
