#include "calendar/day_plan.hpp"

#include "calendar/busy.hpp"
#include "calendar/task_series.hpp"
#include "time/time_of_day.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace crm::calendar {

using meta::Entity;
using meta::FieldInfo;
using store::Found;
using store::Record;
using store::Store;

namespace {

class Planner {
public:
    Planner(Store& store, const Clock& clock, Date first, Date last, const Whose& whose)
        : store_(store),
          clock_(clock),
          first_(first),
          last_(last),
          whose_(whose),
          within_{clock.at(first, 0), clock.at({last.days + 1}, 0)} {}

    std::vector<PlanItem> build() {
        add_busy();
        add_calls_to_return();
        add_callbacks();
        add_tasks();
        std::vector<Placed*> order;  // an item has many texts to move
        for (Placed& placed : items_)
            order.push_back(&placed);
        std::ranges::sort(order, {}, [](const Placed* placed) {
            return std::tie(placed->day, placed->at, placed->item.id, placed->item.start);
        });
        std::vector<PlanItem> out;
        out.reserve(order.size());
        for (Placed* placed : order)
            out.push_back(std::move(placed->item));
        return out;
    }

private:
    struct Placed {
        Date day;
        std::int64_t at = 0;  ///< 0 without a time: first on its day
        PlanItem item;
    };

    bool concerns(const std::vector<Found>& people) const {
        if (whose_.all)
            return true;
        bool anybody = false;
        for (const Found& person : people) {
            if (person.entity->role != meta::Role::user)
                continue;
            anybody = true;
            if (std::ranges::find(whose_.users, person.id) != whose_.users.end())
                return true;
        }
        return whose_.nobodys && !anybody;
    }

    std::string names(const std::vector<Found>& people) {
        std::string out;
        for (const Found& person : people)
            out += (out.empty() ? "" : ", ") + name_of(person);
        return out;
    }

    /// The same people are in many meetings.
    const std::string& name_of(const Found& person) {
        const auto [known, is_new] = names_.try_emplace({person.entity->number, person.id});
        if (is_new)
            known->second = store_.name(*person.entity, person.id);
        return known->second;
    }

    void add_busy() {
        const std::vector<BusyTime> busy = busy_times(store_, clock_, within_);
        const std::vector<bool> conflicts = overlapping(busy);
        for (std::size_t i = 0; i < busy.size(); ++i) {
            const BusyTime& time = busy[i];
            const bool is_absence = time.record.entity->role == meta::Role::user;
            if (is_absence || !concerns(time.people))
                continue;
            const Record& record = *time.whole;
            PlanItem item = item_of(record, time.record.entity->noun);
            item.name = time.label;
            item.with = names(time.people);
            const FieldInfo* all_day = record.entity->find("all_day");
            item.all_day = all_day != nullptr && record.number(*all_day) == 1;
            item.conflict = conflicts[i];
            place(std::move(item), time.time, record);
        }
    }

    /// Which times somebody has something else at. `busy` is in the order of its starts.
    static std::vector<bool> overlapping(const std::vector<BusyTime>& busy) {
        std::vector<bool> out(busy.size());
        std::vector<std::size_t> open;  // begun and not ended
        for (std::size_t i = 0; i < busy.size(); ++i) {
            const BusyTime& own = busy[i];
            std::erase_if(open, [&](std::size_t j) { return busy[j].time.end <= own.time.start; });
            for (const std::size_t j : open)
                if (overlap(busy[j].time, own.time) && share_a_person(busy[j], own))
                    out[i] = out[j] = true;
            open.push_back(i);
        }
        return out;
    }

    static bool share_a_person(const BusyTime& a, const BusyTime& b) {
        return std::ranges::any_of(a.people, [&](const Found& person) {
            return std::ranges::find(b.people, person) != b.people.end();
        });
    }

    PlanItem item_of(const Record& record, std::string_view what) const {
        PlanItem item;
        item.id = record.short_id();
        item.noun = record.entity->noun;
        item.what = what;
        item.name = record.label();
        item.location = record.text("location");
        item.status = record.text("status");
        return item;
    }

    void place(PlanItem item, const MeetingTime& time, const Record& record) {
        if (!item.all_day) {
            item.start = clock_.local(time.start);
            item.end = clock_.local(time.end);
            items_.push_back({clock_.day(time.start), time.start.seconds, std::move(item)});
            return;
        }
        const Clock local = meeting_clock(record, clock_);
        item.start = local.day(time.start).iso();
        item.end = local.day({time.end.seconds - 1}).iso();
        items_.push_back({local.day(time.start), 0, std::move(item)});
    }

    std::vector<Record> records(std::string_view noun, std::string_view condition,
                                std::string_view from, std::string_view to) {
        return store_.live(store_.model().get(noun), condition, {from, to});
    }

    std::vector<Found> owner_of(const Record& record) const {
        const std::int64_t owner = record.number(*record.entity->find("owner"));
        if (owner == 0)
            return {};
        return {{&store_.model().with(meta::Role::user), owner}};
    }

    /// The name of the record of any noun that a field holds.
    std::string linked(const Record& record, std::string_view name) const {
        const FieldInfo& field = *record.entity->find(name);
        const auto* noun = std::get_if<std::int64_t>(&record.of(field).front());
        const Entity* entity =
            noun == nullptr ? nullptr : store_.model().by_number(static_cast<int>(*noun));
        return entity == nullptr ? std::string() : store_.name(*entity, record.number(field));
    }

    void add_calls_to_return() {
        for (const Record& call :
             records("call", R"("status" = 'Planned' AND "callback" >= ?1 AND "callback" < ?2)",
                     within_.from.iso(), within_.to.iso())) {
            const auto at = iso_instant(call.text("callback"));
            if (!at || !concerns(owner_of(call)))
                continue;
            PlanItem item = item_of(call, "call back");
            item.with = linked(call, "about");
            item.start = clock_.local(*at);
            items_.push_back({clock_.day(*at), at->seconds, std::move(item)});
        }
    }

    /// Of members of call lists, by whoever is to call them.
    void add_callbacks() {
        const Entity& users = store_.model().with(meta::Role::user);
        for (const Record& member : records(
                 "member",
                 R"("result" IN ('Callback', 'Interested') AND "next_at" >= ?1 AND "next_at" < ?2)",
                 within_.from.iso(), within_.to.iso())) {
            const auto at = iso_instant(member.text("next_at"));
            const Record list =
                store_.get(store_.model().get("campaign"), member.number("campaign"));
            const std::string& status = list.text("status");
            const bool open = status == "Planning" || status == "Active";
            std::vector<Found> seller;
            if (const std::int64_t user = member.number("user"); user != 0)
                seller.push_back({&users, user});
            if (!at || !open || !concerns(seller))
                continue;
            PlanItem item;
            item.id = member.short_id();
            item.noun = member.entity->noun;
            item.what = "call back";
            item.name = list.label();
            item.with = linked(member, "who");
            item.start = clock_.local(*at);
            items_.push_back({clock_.day(*at), at->seconds, std::move(item)});
        }
    }

    void add_tasks() {
        for (const Record& task : records(
                 "task",
                 R"("status" IN ('Not Started', 'In Progress') AND "due" >= ?1 AND "due" <= ?2)",
                 first_.iso(), last_.iso())) {
            const auto due = iso_date(task.text("due"));
            if (!due || !concerns(owner_of(task)))
                continue;
            PlanItem item = item_of(task, "task");
            item.with = linked(task, "about");
            const auto minutes = minutes_of_day(task.text("due_time"));
            if (!minutes) {
                item.start = due->iso();
                items_.push_back({*due, 0, std::move(item)});
                continue;
            }
            const Instant at = clock_of(store_, task, clock_).at(*due, *minutes * 60);
            item.start = clock_.local(at);
            items_.push_back({clock_.day(at), at.seconds, std::move(item)});
        }
    }

    Store& store_;
    const Clock& clock_;
    const Date first_, last_;
    const Whose& whose_;
    const Interval within_;
    std::map<std::pair<int, std::int64_t>, std::string> names_;  ///< by noun and number
    std::vector<Placed> items_;
};

}  // namespace

std::vector<PlanItem> day_plan(Store& store, const Clock& clock, Date first, Date last,
                               const Whose& whose) {
    return Planner(store, clock, first, last, whose).build();
}

}  // namespace crm::calendar
