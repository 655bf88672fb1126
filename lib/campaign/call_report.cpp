#include "campaign/call_report.hpp"

#include "base/text.hpp"
#include "campaign/call_result.hpp"
#include "report/compile.hpp"
#include "report/script.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace crm::campaign {
namespace {

using report::Column;
using report::ColumnType;

const std::array<Column, 3>& own_groups() {
    static const std::array<Column, 3> all{
        Column{.name = "user",
               .type = ColumnType::link,
               .group = true,
               .help = "who called",
               .noun = "user"},
        Column{.name = "list",
               .type = ColumnType::link,
               .group = true,
               .help = "the call list",
               .noun = "campaign"},
        Column{.name = "hour",
               .type = ColumnType::integer,
               .group = true,
               .help = "hour of the day in which the call began"}};
    return all;
}

const Column* own_group(std::string_view name) {
    const auto* it = std::ranges::find(own_groups(), name, &Column::name);
    return it == own_groups().end() ? nullptr : it;
}

std::vector<Column> call_figures() {
    return {{.name = "calls",
             .type = ColumnType::integer,
             .charted = true,
             .help = "calls with a result"},
            {.name = "reached",
             .type = ColumnType::integer,
             .help = "those in which somebody was spoken to"},
            {.name = "sales", .type = ColumnType::integer, .help = "those that ended with a sale"},
            {.name = "time", .type = ColumnType::integer, .help = "minutes that they took"}};
}

struct CallFigures {
    std::int64_t calls = 0, reached = 0, sales = 0, seconds = 0;
};

/// The value of one group: what is shown, and the id of a record.
struct CallGroup {
    Value text;
    std::string id;
    auto operator<=>(const CallGroup&) const = default;
};

/// The calls that a request is about, and what they are grouped by.
class CallGroups {
public:
    CallGroups(store::Resolver& resolver, const Clock& clock, const CallReportRequest& request)
        : resolver_(resolver), clock_(clock) {
        const std::string by = request.by.empty() ? "user" : request.by;
        std::vector<std::string> fields;
        for (const std::string_view part : text::split(by, ',')) {
            names_.emplace_back(text::trimmed(part));
            if (own_group(names_.back()) == nullptr)
                fields.push_back(names_.back());
        }
        report::Report calls;
        calls.name = "calls";
        calls.noun = "call";
        calls.query = "result:any";
        calls.period = "start";
        calls.sql =
            "SELECT {by}\n       t.{key} AS call\nFROM \"v_call\" t\nWHERE {where}\n"
            "ORDER BY {order} t.{key}";
        statement_ = report::compile(
            calls,
            {.by = text::joined(fields, ","), .where = request.where, .period = request.period},
            resolver, clock);
    }

    std::string sql() const { return report::as_script(statement_); }

    report::Result result() {
        report::Result out;
        std::size_t field = 0;
        for (const std::string& name : names_) {
            const Column* own = own_group(name);
            out.columns.push_back(own != nullptr ? *own : statement_.columns[field++]);
            out.columns.back().group = true;
        }
        has_links_ =
            std::ranges::find(out.columns, ColumnType::link, &Column::type) != out.columns.end();
        std::ranges::move(call_figures(), std::back_inserter(out.columns));
        std::map<std::vector<CallGroup>, CallFigures> rows;
        if (resolver_.store().db().has_table("call"))
            count(rows);
        for (const auto& [key, figures] : rows)
            add_row(out, key, figures);
        return out;
    }

private:
    void count(std::map<std::vector<CallGroup>, CallFigures>& rows) {
        const meta::Entity& calls = resolver_.store().model().get("call");
        sql::Statement get = resolver_.store().db().prepare(statement_.sql);
        for (std::size_t i = 0; i < statement_.binds.size(); ++i)
            get.bind(static_cast<int>(i) + 1, View(statement_.binds[i]));
        while (get.step()) {
            const store::Record call = resolver_.store().get(calls, get.integer(get.columns() - 1));
            CallFigures& figures = rows[key_of(get, call)];
            const std::string& result = call.text("result");
            ++figures.calls;
            figures.reached += is_reached(result) ? 1 : 0;
            figures.sales += result == "Sale" ? 1 : 0;
            if (const std::string& duration = call.text("duration"); !duration.empty())
                figures.seconds += duration_seconds(duration);
        }
    }

    std::vector<CallGroup> key_of(const sql::Statement& row, const store::Record& call) {
        std::vector<CallGroup> out;
        int at = 0;
        int id = static_cast<int>(statement_.columns.size());
        for (const std::string& name : names_) {
            if (own_group(name) != nullptr) {
                out.push_back(own_value(name, call));
                continue;
            }
            CallGroup value{row.null(at) ? Value() : row.view(at).owned(), {}};
            if (statement_.columns[static_cast<std::size_t>(at)].type == ColumnType::link)
                value.id = row.text(id++);
            ++at;
            out.push_back(std::move(value));
        }
        return out;
    }

    CallGroup own_value(const std::string& name, const store::Record& call) {
        if (name == "hour") {
            const auto start = iso_instant(call.text("start"));
            if (!start)
                return {};
            constexpr int seconds_of_hour = 3600;
            return {
                Value(std::int64_t{Clock{*start, clock_.zone}.second_of_day() / seconds_of_hour}),
                {}};
        }
        store::Store& store = resolver_.store();
        const meta::Entity& noun = store.model().get(name == "user" ? "user" : "campaign");
        const std::int64_t to = call.number(name == "user" ? "owner" : "campaign");
        if (to != 0)
            return {Value(store.name(noun, to)), meta::short_id(noun, to)};
        // Calls of other programs name their list.
        const std::string& list = call.text("list");
        return name == "list" && !list.empty() ? CallGroup{Value(list), {}} : CallGroup{};
    }

    void add_row(report::Result& out, const std::vector<CallGroup>& key,
                 const CallFigures& figures) const {
        constexpr std::int64_t minute = 60;
        report::Row row;
        report::RowIds ids;
        for (const CallGroup& value : key) {
            row.push_back(value.text);
            ids.push_back(value.id);
        }
        for (const std::int64_t figure : {figures.calls, figures.reached, figures.sales,
                                          (figures.seconds + minute / 2) / minute})
            row.emplace_back(figure);
        out.rows.push_back(std::move(row));
        if (has_links_)
            out.ids.push_back(std::move(ids));
    }

    store::Resolver& resolver_;
    const Clock& clock_;
    std::vector<std::string> names_;
    report::Statement statement_;
    bool has_links_ = false;
};

}  // namespace

report::Result call_report(store::Resolver& resolver, const Clock& clock,
                           const CallReportRequest& request) {
    return CallGroups(resolver, clock, request).result();
}

std::vector<Column> columns_of_call_report(std::string_view) {
    std::vector<Column> out{own_groups().front()};
    std::ranges::move(call_figures(), std::back_inserter(out));
    return out;
}

std::string sql_of_call_report(store::Resolver& resolver, const Clock& clock,
                               const CallReportRequest& request) {
    return CallGroups(resolver, clock, request).sql();
}

}  // namespace crm::campaign
