#include "calendar/agenda.hpp"

#include "base/text.hpp"
#include "calendar/agenda_rules.hpp"
#include "calendar/busy.hpp"
#include "calendar/maintenance.hpp"
#include "calendar/task_series.hpp"
#include "meta/type.hpp"
#include "sql/connection.hpp"
#include "sql/expression.hpp"
#include "store/query_context.hpp"
#include "time/time_of_day.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string_view>

namespace crm::calendar {
namespace {

using meta::Entity;
using store::SelectColumn;

/// Where the field is that says what a record is about; empty where the noun has none.
std::string_view about_field(const Entity& entity) {
    for (const std::string_view name : {"account", "about", "ticket"})
        if (entity.find(name) != nullptr)
            return name;
    return {};
}

class AgendaBuilder {
public:
    AgendaBuilder(store::Resolver& resolver, const Clock& clock, Date day, const Whose& whose)
        : resolver_(resolver),
          store_(resolver.store()),
          clock_(clock),
          date_(day),
          day_(day.iso()),
          whose_(whose),
          nouns_(store_.nouns()) {}

    Agenda build() {
        for (const AgendaRule& rule : agenda_rules)
            add(rule, fmt::format(fmt::runtime(rule.query), day_));
        add_occurrences();
        add_renewals();
        add_maintenance();
        add_birthdays();
        std::ranges::sort(out_.items);
        return std::move(out_);
    }

    std::vector<AgendaItem> birthdays() {
        add_birthdays();
        std::ranges::sort(out_.items);
        return std::move(out_.items);
    }

    std::vector<AgendaItem> reminders(Date first) {
        add("task", fmt::format("is:open reminder:{}..{}", first.iso(), day_), "reminder", "remind",
            [&](std::string_view at) {
                const auto read = read_instant(at, clock_);
                return read && *read <= clock_.now;
            });
        std::ranges::sort(out_.items);
        return std::move(out_.items);
    }

private:
    /// Meetings of series: what the query finds begins earlier, and takes place on the day or not.
    void add_occurrences() {
        const std::size_t first = out_.items.size();
        add("meeting", fmt::format("status:planned recurrence:any start:..{}", day_), "start",
            "meet");
        const Interval day{clock_.at(date_, 0), clock_.at({date_.days + 1}, 0)};
        std::erase_if(out_.items, [&](AgendaItem& item) {
            if (static_cast<std::size_t>(&item - out_.items.data()) < first)
                return false;
            const auto meeting = record_of(item);
            for (const MeetingTime& time :
                 times_of(meeting, day, clock_, changed_occurrences(store_, meeting.id)))
                if (time.start >= day.from) {
                    item.when = clock_.local(time.start);
                    return false;
                }
            return true;
        });
    }

    /// A task that is due at a time says so.
    void add_due_time(AgendaItem& item, std::string_view time) {
        const auto due = iso_date(item.when);
        const auto minutes = minutes_of_day(time);
        if (!due || !minutes)
            return;
        const Clock local = calendar::clock_of(store_, record_of(item), clock_);
        item.when = clock_.local(local.at(*due, *minutes * 60));
    }

    store::Record record_of(const AgendaItem& item) {
        const Entity& entity = store_.model().get(item.noun);
        return store_.get(entity, std::stoll(item.id.substr(entity.prefix.size())));
    }

    /// Contracts whose reminder, a duration before their end, has come.
    void add_renewals() {
        const Entity& contracts = store_.model().get("contract");
        Clock noon = clock_;
        noon.now = noon.at(date_, 12 * 60 * 60);
        for (const std::string& reminder : reminders_in_use(contracts)) {
            const auto last_end =
                meta::read(*contracts.find("end"), "+" + reminder, {.clock = &noon});
            if (!last_end) {
                out_.warnings.push_back(
                    fmt::format("renewal_reminder: '{}' is not a valid duration: 3mo, 30d",
                                text::clipped(reminder, 40)));
                continue;
            }
            const auto& end = std::get<std::string>(last_end->front());
            add("contract",
                fmt::format("-status:(Cancelled,Expired) renewal_reminder:=\"{}\" end:{}..{}",
                            reminder, day_, end),
                "end", "renew");
        }
    }

    /// Assets that a contract promises a visit to.
    void add_maintenance() {
        const Entity& contracts = store_.model().get("contract");
        const Entity& assets = store_.model().get("asset");
        if (!has_records(contracts) || !has_records(assets))
            return;
        const std::vector<Maintenance> all = due_maintenance(store_, clock_, date_);
        if (all.empty())
            return;
        std::map<std::string, std::string> due;
        for (const Maintenance& maintenance : all)
            due.emplace(meta::short_id(assets, maintenance.asset), maintenance.due.iso());
        const std::size_t first = out_.items.size();
        add("asset", "-status:(Replaced,Returned,Retired)", "created_at", "maintain");
        std::erase_if(out_.items, [&](AgendaItem& item) {
            if (static_cast<std::size_t>(&item - out_.items.data()) < first)
                return false;
            const auto found = due.find(item.id);
            if (found != due.end())
                item.when = found->second;
            return found == due.end();
        });
    }

    std::vector<std::string> reminders_in_use(const Entity& contracts) {
        std::vector<std::string> out;
        if (!has_records(contracts))
            return out;
        sql::Statement rows = store_.db().prepare(fmt::format(
            R"(SELECT DISTINCT "renewal_reminder"
               FROM "contract"
               WHERE "renewal_reminder" IS NOT NULL AND {}
               ORDER BY "renewal_reminder")",
            sql::live()));
        while (rows.step())
            out.emplace_back(rows.text(0));
        return out;
    }

    /// Birthdays of February 29th are on the 28th in other years.
    void add_birthdays() {
        const std::string month_day = day_.substr(5);
        int year;
        unsigned month, day;
        date_.civil(year, month, day);
        const bool also_leap_day = month_day == "02-28" && !calendar_day(year, 2, 29);
        const std::size_t first = out_.items.size();
        add("contact", "birthday:any", "birthday", "birthday", [&](std::string_view born) {
            const bool whole = born.size() == 10 || born.starts_with("--");  // not 1985-04
            return whole &&
                   (born.ends_with(month_day) || (also_leap_day && born.ends_with("02-29")));
        });
        for (std::size_t i = first; i < out_.items.size(); ++i)
            out_.items[i].when = day_;
    }

    bool has_records(const Entity& entity) const {
        return std::ranges::find(nouns_, &entity) != nouns_.end();
    }

    void add(std::string_view noun, const std::string& query, std::string_view when,
             std::string_view what, const std::function<bool(std::string_view)>& keep = {}) {
        add({.noun = noun, .query = {}, .when = when, .what = what}, query, keep);
    }

    /// The records that a query finds, and whose date `keep` accepts.
    void add(const AgendaRule& rule, const std::string& query,
             const std::function<bool(std::string_view)>& keep = {}) {
        const Entity& entity = store_.model().get(rule.noun);
        const std::string_view when = rule.when;
        if (!has_records(entity))
            return;
        std::vector<std::string> words{query};
        if (std::string whose = whose_query(store_, whose_, rule.whose); !whose.empty())
            words.push_back(std::move(whose));
        store::Selection found = store::select(resolver_, clock_, entity, words);
        const std::string_view name = !rule.name.empty()         ? rule.name
                                      : entity.name() == nullptr ? "id"
                                                                 : entity.name()->name();
        const std::string_view about = rule.about.empty() ? about_field(entity) : rule.about;
        for (const std::string_view column :
             {std::string_view("id"), when, name, std::string_view("uid"),
              std::string_view("updated_at"), about})
            if (!column.empty())
                found.columns.push_back(*store::select_column(entity, column));
        const bool has_time = when == "due";
        if (has_time)
            found.columns.push_back(*store::select_column(entity, "due_time"));
        found.each([&](std::span<const std::span<const View>> cells) {
            const auto text = [&](std::size_t i) { return cell_text(found.columns[i], cells[i]); };
            if (keep && !keep(text(1)))
                return true;
            out_.items.push_back({.when = text(1),
                                  .id = text(0),
                                  .noun = std::string(rule.noun),
                                  .what = std::string(rule.what),
                                  .name = text(2),
                                  .about = about.empty() ? "" : text(5),
                                  .begins = when == "start",
                                  .uid = text(3),
                                  .updated_at = std::string(cells[4].front().text)});
            if (has_time)
                add_due_time(out_.items.back(), text(cells.size() - 1));
            return true;
        });
    }

    std::string cell_text(const SelectColumn& column, std::span<const View> cells) const {
        if (column.single())
            return std::string(cells.front().text);
        return meta::text(*column.field, cells, &clock_);
    }

    store::Resolver& resolver_;
    store::Store& store_;
    const Clock& clock_;
    const Date date_;
    const std::string day_;
    const Whose& whose_;
    const std::vector<const Entity*> nouns_;
    Agenda out_;
};

}  // namespace

Agenda agenda(store::Resolver& resolver, const Clock& clock, Date day, const Whose& whose) {
    return AgendaBuilder(resolver, clock, day, whose).build();
}

std::vector<AgendaItem> birthdays(store::Resolver& resolver, const Clock& clock, Date day,
                                  const Whose& whose) {
    return AgendaBuilder(resolver, clock, day, whose).birthdays();
}

std::vector<AgendaItem> reminders(store::Resolver& resolver, const Clock& clock, const Days& days,
                                  const Whose& whose) {
    return AgendaBuilder(resolver, clock, days.last, whose).reminders(days.first);
}

}  // namespace crm::calendar
