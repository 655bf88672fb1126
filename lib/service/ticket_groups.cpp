#include "service/ticket_groups.hpp"

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "report/numbers.hpp"
#include "report/script.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::service {

using report::Column;
using report::ColumnType;

namespace {

std::vector<std::string> names_in(std::string_view by) {
    std::vector<std::string> out;
    for (const std::string_view part : text::split(by, ','))
        if (const auto name = text::trimmed(part); !name.empty())
            out.emplace_back(name);
    return out;
}

}  // namespace

TicketGroups::TicketGroups(store::Resolver& resolver, const Clock& clock,
                           const TicketReportRequest& request, std::vector<Column> own)
    : resolver_(resolver), clock_(clock), names_(names_in(request.by)) {
    std::vector<std::string> fields;
    for (const std::string& name : names_) {
        const auto found = std::ranges::find(own, name, &Column::name);
        field_of_.push_back(found == own.end() ? static_cast<int>(fields.size()) : -1);
        if (found == own.end())
            fields.push_back(name);
    }
    compile(request, text::joined(fields, ","));
    std::size_t field = 0;
    for (const std::string& name : names_) {
        const auto found = std::ranges::find(own, name, &Column::name);
        columns_.push_back(found == own.end() ? statement_.columns[field++] : *found);
        columns_.back().group = true;
    }
}

/// The engine of reports knows fields, periods and queries.
void TicketGroups::compile(const TicketReportRequest& request, const std::string& fields) {
    report::Report tickets;
    tickets.name = "tickets";
    tickets.noun = "ticket";
    tickets.period = "created_at";
    tickets.sql =
        "SELECT {by}\n       t.{key} AS ticket\nFROM \"v_ticket\" t\nWHERE {where}\n"
        "ORDER BY {order} t.{key}";
    statement_ =
        report::compile(tickets, {.by = fields, .where = request.where, .period = request.period},
                        resolver_, clock_);
}

bool TicketGroups::has(std::string_view name) const {
    return std::ranges::find(names_, name) != names_.end();
}

GroupValue TicketGroups::value_of(const Column& column, Value text, std::string id) const {
    GroupValue out{.text = std::move(text), .id = std::move(id)};
    const meta::FieldInfo* field = resolver_.store().model().get("ticket").find(column.name);
    if (field != nullptr && field->type() == meta::Type::choice) {
        const auto& words = field->field->more.words;
        const auto place = std::ranges::find(words, std::string_view(report::text_of(out.text)));
        out.rank = 1 + (place - words.begin());
        if (std::holds_alternative<std::monostate>(out.text))
            out.rank = 0;
    }
    return out;
}

void TicketGroups::each(const std::function<void(const TicketRow&, const GroupKey&)>& ticket) {
    store::Store& store = resolver_.store();
    if (!store.db().has_table("ticket"))
        return;
    const std::vector<TicketRow> all = read_ticket_rows(store);
    sql::Statement rows = store.db().prepare(statement_.sql);
    for (std::size_t i = 0; i < statement_.binds.size(); ++i)
        rows.bind(static_cast<int>(i) + 1, View(statement_.binds[i]));
    const std::size_t fields = statement_.columns.size();
    while (rows.step()) {
        const std::int64_t id = rows.integer(rows.columns() - 1);
        const auto found = std::ranges::lower_bound(
            all, id, {}, [](const TicketRow& row) { return row.links.id; });
        if (found == all.end() || found->links.id != id)
            continue;
        GroupKey values;
        int next_id = static_cast<int>(fields);
        for (std::size_t i = 0; i < fields; ++i) {
            const bool is_link = statement_.columns[i].type == ColumnType::link;
            const int at = static_cast<int>(i);
            values.push_back(value_of(statement_.columns[i],
                                      rows.null(at) ? Value() : rows.view(at).owned(),
                                      is_link ? std::string(rows.text(next_id)) : std::string()));
            next_id += is_link ? 1 : 0;
        }
        ticket(*found, values);
    }
}

GroupKey TicketGroups::key(const GroupKey& fields,
                           const std::map<std::string_view, GroupValue>& own) const {
    GroupKey out;
    for (std::size_t i = 0; i < names_.size(); ++i) {
        if (field_of_[i] >= 0) {
            out.push_back(fields[static_cast<std::size_t>(field_of_[i])]);
        } else {
            const auto found = own.find(names_[i]);
            out.push_back(found == own.end() ? GroupValue() : found->second);
        }
    }
    return out;
}

void TicketGroups::add_row(report::Result& out, const GroupKey& key, report::Row figures) const {
    report::Row row;
    report::RowIds ids;
    for (const GroupValue& value : key) {
        row.push_back(value.text);
        ids.push_back(value.id);
    }
    std::ranges::move(figures, std::back_inserter(row));
    out.rows.push_back(std::move(row));
    if (std::ranges::find(columns_, ColumnType::link, &Column::type) != columns_.end())
        out.ids.push_back(std::move(ids));
}

std::string TicketGroups::sql() const {
    return report::as_script(statement_);
}

Value minutes_value(std::optional<double> seconds) {
    if (!seconds)
        return {};
    return report::rounded_text(*seconds / 60, 1);
}

Value share_value(std::int64_t part, std::int64_t of) {
    if (of == 0)
        return {};
    return report::rounded_text(static_cast<double>(part) / static_cast<double>(of), 6);
}

Column figure(std::string name, ColumnType type, std::string help, int digits, std::string title) {
    return {.name = std::move(name),
            .type = type,
            .digits = digits,
            .help = std::move(help),
            .title = std::move(title)};
}

}  // namespace crm::service
