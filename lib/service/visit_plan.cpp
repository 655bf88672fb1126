#include "service/visit_plan.hpp"

#include "base/text.hpp"
#include "calendar/free_slots.hpp"
#include "meta/type.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace crm::service {

using meta::FieldInfo;
using store::Found;
using store::Record;
using store::Store;

namespace {

constexpr std::int64_t half_hour = 1800;

std::optional<Record> record_behind(Store& store, const Record& record, std::string_view name) {
    const FieldInfo& field = record.field(name);
    return record.number(field) == 0 ? std::nullopt : store.find(*field.to, record.number(field));
}

std::vector<std::int64_t> numbers(Store& store, const std::string& select, std::int64_t parameter) {
    sql::Statement get = store.db().prepare(select);
    std::vector<std::int64_t> out;
    for (get.with(parameter); get.step();)
        out.push_back(get.integer(0));
    return out;
}

/// What speaks for each engineer.
class EngineerSearch {
public:
    EngineerSearch(Store& store, const Record& ticket) : store_(store), ticket_(ticket) {
        for (
            const std::int64_t id : numbers(
                store,
                fmt::format(
                    R"(SELECT "id" FROM "user" WHERE {} AND coalesce("active", ?1) = 1 ORDER BY "id")",
                    sql::live()),
                1))
            active_.insert(id);
    }

    std::map<std::int64_t, std::vector<std::string>> find() {
        add_skills();
        add_territory();
        add_queue();
        add_earlier_visits();
        if (out_.empty() && store_.db().has_table("visit"))
            for (const std::int64_t user :
                 numbers(store_,
                         R"(SELECT DISTINCT "engineer" FROM "visit" WHERE "engineer" >= ?1)", 1))
                add(user, {});
        if (out_.empty())
            for (const std::int64_t user : active_)
                out_[user];
        return std::move(out_);
    }

private:
    void add(std::int64_t user, std::string reason) {
        if (!active_.contains(user))
            return;
        std::vector<std::string>& reasons = out_[user];
        if (!reason.empty())
            reasons.push_back(std::move(reason));
    }

    /// A skill is a product, a type of tickets or a tag.
    void add_skills() {
        const meta::Entity& users = store_.model().with(meta::Role::user);
        const FieldInfo* skills = users.find("skills");
        if (skills == nullptr)
            return;
        std::set<std::string> wanted{text::key(ticket_.text("type"))};
        if (const auto product = record_behind(store_, ticket_, "product"))
            wanted.insert(text::key(product->label()));
        meta::each_value(ticket_.field("tags"), ticket_.text("tags"),
                         [&](std::string_view tag) { wanted.insert(text::key(tag)); });
        wanted.erase("");
        for (const std::int64_t user : active_) {
            const Record record = store_.get(users, user);
            std::string known;
            meta::each_value(*skills, record.text(*skills), [&](std::string_view skill) {
                if (wanted.contains(text::key(skill)))
                    known += fmt::format("{}{}", known.empty() ? "skill " : ", ", skill);
            });
            if (!known.empty())
                add(user, std::move(known));
        }
    }

    void add_members(const Record& of, std::string_view reason) {
        const FieldInfo& members = of.field("members");
        for (const store::RowCells& row : of.rows[members.first])
            if (const auto* user = std::get_if<std::int64_t>(&row[members.rows.front().first]))
                add(*user, fmt::format("{} {}", reason, of.label()));
    }

    void add_territory() {
        const auto account = record_behind(store_, ticket_, "account");
        const auto territory =
            account ? record_behind(store_, *account, "territory") : std::nullopt;
        if (territory)
            add_members(*territory, "territory");
    }

    void add_queue() {
        if (const auto queue = record_behind(store_, ticket_, "queue"))
            add_members(*queue, "queue");
    }

    void add_earlier_visits() {
        const std::int64_t asset = ticket_.number("asset");
        if (asset == 0 || !store_.db().has_table("visit"))
            return;
        const std::string id = meta::short_id(store_.model().get("asset"), asset);
        for (const std::int64_t user :
             numbers(store_,
                     fmt::format(R"(SELECT DISTINCT "engineer" FROM "visit"
                                WHERE "asset" = ?1 AND "engineer" IS NOT NULL AND "status" = 'Held'
                                  AND {} ORDER BY "engineer")",
                                 sql::live()),
                     asset))
            add(user, fmt::format("was at {} before", id));
    }

    Store& store_;
    const Record& ticket_;
    std::set<std::int64_t> active_;
    std::map<std::int64_t, std::vector<std::string>> out_;
};

/// The mean travel of an engineer to the account, else that of anybody.
std::optional<std::int64_t> travel_minutes(Store& store, const Record& ticket,
                                           std::int64_t engineer) {
    if (ticket.number("account") == 0 || !store.db().has_table("visit"))
        return {};
    sql::Statement get =
        store.db().prepare(fmt::format(R"(SELECT sum("travel"), count("travel") FROM "visit"
                       WHERE "account" = ?1 AND "travel" IS NOT NULL AND {}
                       GROUP BY CASE WHEN "engineer" = ?2 THEN 0 ELSE 1 END
                       ORDER BY CASE WHEN "engineer" = ?2 THEN 0 ELSE 1 END)",
                                       sql::live()));
    if (!get.with(ticket.number("account"), engineer).step() || get.integer(1) == 0)
        return {};
    return (get.integer(0) + get.integer(1) / 2) / get.integer(1);
}

/// A proposal with what it is ranked by.
struct Ranked {
    VisitProposal proposal;
    std::size_t round = 0;  ///< the how manieth of its engineer
    bool late = false;
    std::size_t reasons = 0;

    auto rank() const {
        return std::tuple(round, late, ~reasons, proposal.time.start, proposal.engineer.id);
    }
};

}  // namespace

std::vector<VisitProposal> plan_visit(Store& store, const Record& ticket,
                                      const VisitRequest& request, const Clock& clock) {
    const meta::Entity& users = store.model().with(meta::Role::user);
    const auto due = iso_instant(ticket.text("resolution_due"));
    const Interval within{clock.now, {clock.now.seconds + request.within}};
    std::vector<Ranked> all;
    for (const auto& [user, reasons] : EngineerSearch(store, ticket).find()) {
        const Found engineer{&users, user};
        const auto travel = travel_minutes(store, ticket, user);
        const std::int64_t before =
            (travel.value_or(0) * 60 + half_hour - 1) / half_hour * half_hour;
        std::size_t round = 0;
        for (const calendar::MeetingTime& slot : calendar::free_slots(
                 store, {engineer}, before + request.seconds, within, request.most, clock)) {
            Ranked ranked{{engineer, {{slot.start.seconds + before}, slot.end}, travel, reasons},
                          round++,
                          due && slot.end > *due,
                          reasons.size()};
            std::vector<std::string>& why = ranked.proposal.why;
            why.emplace_back("free");
            if (due)
                why.emplace_back(ranked.late ? "after the due time" : "before the due time");
            all.push_back(std::move(ranked));
        }
    }
    std::ranges::sort(all, {}, &Ranked::rank);
    std::vector<VisitProposal> out;
    for (Ranked& ranked : all)
        if (out.size() < request.most)
            out.push_back(std::move(ranked.proposal));
    return out;
}

}  // namespace crm::service
