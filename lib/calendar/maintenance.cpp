#include "calendar/maintenance.hpp"

#include "meta/type.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>

namespace crm::calendar {

using store::Store;

namespace {

struct Promise {
    std::int64_t contract = 0, account = 0;
    std::string every, start;
};

class MaintenanceReader {
public:
    MaintenanceReader(Store& store, const Clock& clock, Date day)
        : store_(store), clock_(clock), day_(day) {}

    std::vector<Maintenance> read() {
        for (const char* noun : {"contract", "asset"})
            if (!store_.db().has_table(noun))
                return {};
        for (const Promise& promise : promises())
            for (const auto& [asset, installed] : assets_of(promise))
                add(promise, asset, installed);
        std::vector<Maintenance> out;
        for (const auto& [asset, due] : due_)
            out.push_back({asset, due});
        return out;
    }

private:
    std::vector<Promise> promises() {
        sql::Statement get = store_.db().prepare(
            fmt::format(R"(SELECT "id", "account", "visits_every", "start" FROM "contract"
                           WHERE "visits_every" IS NOT NULL AND {}
                             AND coalesce("status", '') NOT IN ('Cancelled', 'Expired')
                             AND coalesce("start", ?1) <= ?1 AND coalesce("end", ?1) >= ?1
                           ORDER BY "id")",
                        sql::live()));
        std::vector<Promise> out;
        for (get.with(day_.iso()); get.step();)
            out.push_back({get.integer(0), get.integer(1), std::string(get.text(2)),
                           std::string(get.text(3))});
        return out;
    }

    /// The assets, and since when they are there.
    std::vector<std::pair<std::int64_t, std::string>> assets_of(const Promise& promise) {
        sql::Statement get = store_.db().prepare(fmt::format(
            R"(SELECT a."id", coalesce(a."installed_on", substr(a."created_at", 1, 10))
               FROM "asset" a
               WHERE {} AND coalesce(a."status", '') NOT IN ('Replaced', 'Returned', 'Retired')
                 AND (a."id" IN (SELECT c."asset" FROM "contract_assets" c WHERE c."record" = ?1)
                      OR (a."account" = ?2 AND NOT EXISTS (
                          SELECT 1 FROM "contract_assets" c WHERE c."record" = ?1)))
               ORDER BY a."id")",
            sql::live("a")));
        std::vector<std::pair<std::int64_t, std::string>> out;
        for (get.with(promise.contract, promise.account); get.step();)
            out.emplace_back(get.integer(0), std::string(get.text(1)));
        return out;
    }

    void add(const Promise& promise, std::int64_t asset, const std::string& installed) {
        std::string last = promise.start.empty() ? installed : promise.start;
        if (store_.db().has_table("visit")) {
            if (has_planned_visit(asset))
                return;
            if (const std::string held = last_visit(asset); !held.empty())
                last = held;
        }
        const auto from = iso_date(last);
        const auto due = from ? later(*from, promise.every) : std::nullopt;
        if (!due || *due > day_)
            return;
        const auto [known, is_new] = due_.try_emplace(asset, *due);
        if (!is_new)
            known->second = std::min(known->second, *due);
    }

    bool has_planned_visit(std::int64_t asset) {
        sql::Statement get = store_.db().prepare(
            fmt::format(R"(SELECT 1 FROM "visit" WHERE "asset" = ?1 AND "status" = 'Planned'
                             AND {} LIMIT 1)",
                        sql::live()));
        return get.with(asset).step();
    }

    /// Its local day; empty where none was held.
    std::string last_visit(std::int64_t asset) {
        sql::Statement get = store_.db().prepare(fmt::format(R"(SELECT max("start") FROM "visit"
                           WHERE "asset" = ?1 AND "status" = 'Held' AND {})",
                                                             sql::live()));
        get.with(asset).step();
        const auto at = iso_instant(get.text(0));
        return at ? clock_.day(*at).iso() : std::string();
    }

    std::optional<Date> later(Date from, const std::string& duration) const {
        Clock then = clock_;
        then.now = then.at(from, 12 * 60 * 60);
        const meta::FieldInfo& date = *store_.model().get("contract").find("end");
        const auto read = meta::read(date, "+" + duration, {.clock = &then});
        const auto* text = read ? std::get_if<std::string>(&read->front()) : nullptr;
        return text == nullptr ? std::nullopt : iso_date(*text);
    }

    Store& store_;
    const Clock& clock_;
    const Date day_;
    std::map<std::int64_t, Date> due_;
};

}  // namespace

std::vector<Maintenance> due_maintenance(Store& store, const Clock& clock, Date day) {
    return MaintenanceReader(store, clock, day).read();
}

}  // namespace crm::calendar
