#include "calendar/digest.hpp"

#include "calendar/day_plan.hpp"
#include "sql/expression.hpp"
#include "store/cursor.hpp"
#include "time/time_of_day.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace crm::calendar {
namespace {

using Part = DigestItem::Part;

constexpr std::int32_t days_back = 7;  ///< so far missed days are looked at

/// What was told is kept as cursors (store/cursor.hpp), whose names begin with this.
std::string cursors_of(const Digest& digest) {
    return fmt::format("digest u{} {}", digest.user,
                       digest.to.empty() ? "" : "to " + digest.to + " ");
}
/// One for each day on which a digest was made, about the user …
std::string cursor_of_day(const Digest& digest, Date day) {
    return cursors_of(digest) + day.iso();
}
/// … and one for each item.
std::string cursor_of_item(const Digest& digest, const DigestItem& item) {
    return fmt::format("{}{} {}", cursors_of(digest), item.day.iso(), item.item.what);
}

std::int64_t record_of(store::Store& store, const AgendaItem& item) {
    return std::stoll(item.id.substr(store.model().get(item.noun).prefix.size()));
}

/// The last day on which the user had a digest, or would have had one with something in it.
std::optional<Date> last_day(store::Store& store, const Digest& digest) {
    if (!store::has_cursors(store))
        return {};
    const std::string from = cursors_of(digest);
    sql::Statement get = store.db().prepare(R"(
        SELECT max("name") FROM "cursor"
        WHERE "name" >= ?1 AND "name" < ?2 AND "noun" = ?3 AND "record" = ?4)");
    // What is bound must stay until the statement has run.
    const std::string first = from + "0", end = from + ":";
    get.with(first, end, store.model().with(meta::Role::user).number, digest.user);
    if (!get.step() || get.null(0))
        return {};
    return iso_date(get.text(0).substr(from.size()));
}

class DigestBuilder {
public:
    DigestBuilder(store::Resolver& resolver, Digest& digest)
        : resolver_(resolver),
          store_(resolver.store()),
          digest_(digest),
          today_(digest.clock.today()) {}

    void build() {
        const auto last = last_day(store_, digest_);
        digest_.first_of_day = !last || *last < today_;
        add_missed(std::max(last.value_or(today_).days, today_.days - days_back));
        add_due();
        add_meetings(today_);
        for (AgendaItem& item :
             reminders(resolver_, digest_.clock, {today_, today_}, digest_.whose))
            add(Part::reminders, std::move(item), today_);
        std::ranges::sort(digest_.items, {}, [](const DigestItem& one) {
            return std::tuple(one.part, one.day, one.item.when, one.item.id);
        });
    }

private:
    /// What was due only on a day on which no digest told it.
    void add_missed(std::int32_t first) {
        for (Date day{first}; day < today_; ++day.days) {
            for (AgendaItem& item : birthdays(resolver_, digest_.clock, day, digest_.whose))
                add(Part::missed, std::move(item), day);
            for (AgendaItem& item : reminders(resolver_, digest_.clock, {day, day}, digest_.whose))
                add(Part::missed, std::move(item), day);
            add_meetings(day);
        }
    }

    void add_due() {
        Agenda found = agenda(resolver_, digest_.clock, today_, digest_.whose);
        digest_.warnings = std::move(found.warnings);
        for (AgendaItem& item : found.items) {
            if (item.noun == "meeting" || item.noun == "visit")
                continue;  // by who takes part, not by who owns them
            const std::string promised = item.noun == "task" ? promised_to(item) : "";
            Part part = part_of(item);
            if (!promised.empty()) {
                part = Part::promises;
                item.what = "promise";
                item.about = "to " + promised;
            }
            add(part, std::move(item), today_);
        }
    }

    Part part_of(const AgendaItem& item) const {
        if (item.what == "birthday")
            return Part::birthdays;
        const auto at = read_instant(item.when, digest_.clock);
        const Date day = at ? digest_.clock.day(*at) : today_;
        return day < today_ ? Part::overdue : day == today_ ? Part::today : Part::coming;
    }

    void add_meetings(Date day) {
        for (PlanItem& plan : day_plan(store_, digest_.clock, day, day, digest_.whose)) {
            const bool planned = plan.status.empty() || plan.status == "Planned";
            if ((plan.noun != "meeting" && plan.noun != "visit") || !planned)
                continue;
            AgendaItem item{.when = std::move(plan.start),
                            .id = std::move(plan.id),
                            .noun = plan.noun,
                            .what = plan.noun == "meeting" ? "meet" : "visit",
                            .name = std::move(plan.name),
                            .about = std::move(plan.with),
                            .begins = true,
                            .uid = {},
                            .updated_at = {}};
            add(day < today_ ? Part::missed : Part::today, std::move(item), day);
        }
    }

    /// The contact that a task was promised to; empty where there is none.
    std::string promised_to(const AgendaItem& item) {
        const meta::Entity& tasks = store_.model().get("task");
        const auto task = store_.find(tasks, record_of(store_, item));
        const std::int64_t who = task ? task->number(*tasks.find("promised_to")) : 0;
        return who == 0 ? std::string() : store_.name(store_.model().get("contact"), who);
    }

    void add(Part part, AgendaItem item, Date day) {
        DigestItem one{part, std::move(item), day};
        if (!was_told(one))
            digest_.items.push_back(std::move(one));
        else if (part != Part::missed)
            digest_.told_before = true;
    }

    bool was_told(const DigestItem& one) {
        if (!store::has_cursors(store_))
            return false;
        const meta::Entity& noun = store_.model().get(one.item.noun);
        return store_.db()
            .prepare(
                R"(SELECT 1 FROM "cursor" WHERE "name" = ?1 AND "noun" = ?2 AND "record" = ?3)")
            .with(cursor_of_item(digest_, one), noun.number, record_of(store_, one.item))
            .step();
    }

    store::Resolver& resolver_;
    store::Store& store_;
    Digest& digest_;
    const Date today_;
};

/// The users whose digest it is time for, without items.
std::vector<Digest> digests_to_make(store::Store& store, const Clock& clock, const Whose& whose,
                                    const std::string& to) {
    std::vector<Digest> out;
    if (!store.db().has_table("user"))
        return out;
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "id", "name", coalesce("email", ''), coalesce("timezone", ''),
               coalesce("digest_at", ''), "manager"
           FROM "user" WHERE coalesce("active", 1) = 1 AND {} ORDER BY "id")",
        sql::live()));
    while (get.step()) {
        const std::int64_t id = get.integer(0);
        if (!whose.all && std::ranges::find(whose.users, id) == whose.users.end())
            continue;
        Digest digest{.user = id,
                      .name = std::string(get.text(1)),
                      .address = std::string(get.text(2)),
                      .to = to,
                      .whose = {.all = false, .users = {id}, .nobodys = get.null(5)},
                      .clock = clock,
                      .items = {},
                      .warnings = {}};
        if (!get.text(3).empty())
            digest.clock.zone = get.text(3);
        const auto from = minutes_of_day(get.text(4));
        if (!from || digest.clock.second_of_day() >= *from * 60)
            out.push_back(std::move(digest));
    }
    return out;
}

}  // namespace

std::vector<Digest> digests(store::Resolver& resolver, const Clock& clock, const Whose& whose,
                            const std::string& to) {
    std::vector<Digest> out = digests_to_make(resolver.store(), clock, whose, to);
    for (Digest& digest : out)
        DigestBuilder(resolver, digest).build();
    return out;
}

void keep_told(store::Store& store, const Digest& digest) {
    const Date today = digest.clock.today();
    for (const DigestItem& one : digest.items)
        store::move_cursor(store, cursor_of_item(digest, one), store.model().get(one.item.noun),
                           record_of(store, one.item));
    store::move_cursor(store, cursor_of_day(digest, today), store.model().with(meta::Role::user),
                       digest.user);
    const std::string all = cursors_of(digest);
    store.db()
        .prepare(R"(DELETE FROM "cursor" WHERE "name" >= ?1 AND "name" < ?2)")
        .with(all + "0", all + Date{today.days - days_back - 1}.iso())
        .run();
}

}  // namespace crm::calendar
