#include "value/store_deals.hpp"

#include "base/error.hpp"
#include "meta/stages.hpp"
#include "sql/money.hpp"
#include "sql/views.hpp"
#include "store/query_context.hpp"
#include "value/store_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

namespace crm::value {
namespace {

class DealReader {
public:
    DealReader(store::Resolver& resolver, const Clock& clock, const std::string& where,
               const std::string& in)
        : resolver_(resolver), store_(resolver.store()), clock_(clock), where_(where), in_(in) {}

    DealData read() {
        DealData out;
        const meta::Entity& noun = store_.model().get("deal");
        if (!is_in_use(store_, noun))
            return out;
        read_stages();
        read_deals(noun);
        for (auto& [currency, deals] : deals_)
            out.currencies.push_back({.currency = currency,
                                      .deals = std::move(deals),
                                      .products = products_.size() + 1,
                                      .owners = owners_.size() + 1,
                                      .stages = stage_names_});
        note_left_out(out.notes, without_amount_, "without an amount", "deal");
        if (opened_late_ > 0)
            out.notes.push_back(
                fmt::format("{} {} created after {} closed: when {} opened is not "
                            "known",
                            opened_late_, opened_late_ == 1 ? "deal was" : "deals were",
                            opened_late_ == 1 ? "it was" : "they were",
                            opened_late_ == 1 ? "it was" : "they were"));
        return out;
    }

private:
    /// Where a deal was from a day on.
    struct Visit {
        std::int64_t deal;
        std::int32_t day;
        std::uint32_t stage;
    };

    void read_stages() {
        sql::Statement rows = store_.db().prepare(R"(
            SELECT v.deal_key, v.stage, v.at
            FROM "v_deal_stages" v
            WHERE v.at IS NOT NULL
            ORDER BY v.deal_key, v.position)");
        std::unordered_map<std::string, std::uint32_t> numbers;
        while (rows.step()) {
            const auto at = iso_instant(rows.text(2));
            if (!at)
                continue;
            const auto next = static_cast<std::uint32_t>(numbers.size());
            const auto [found, added] = numbers.try_emplace(std::string(rows.text(1)), next);
            if (added)
                stage_names_.push_back(found->first);
            visits_.push_back({rows.integer(0), clock_.day(*at).days, found->second});
        }
    }

    /// Those of a deal; to be asked for by rising keys.
    std::vector<StageFrom> stages_of(std::int64_t deal, std::string_view pipeline) {
        std::vector<StageFrom> out;
        while (next_visit_ < visits_.size() && visits_[next_visit_].deal < deal)
            ++next_visit_;
        for (; next_visit_ < visits_.size() && visits_[next_visit_].deal == deal; ++next_visit_) {
            const Visit& visit = visits_[next_visit_];
            const meta::Stage* stage =
                store_.model().stages().find(stage_names_[visit.stage], pipeline);
            out.push_back({visit.day, visit.stage, stage != nullptr ? stage->probability : 0});
        }
        return out;
    }

    void read_deals(const meta::Entity& noun) {
        const store::Selection selection =
            store::select(resolver_, clock_, noun,
                          where_.empty() ? std::vector<std::string>{} : std::vector{where_});
        const sql::AmountColumns value = sql::amount_columns(noun, "value");
        const std::string amount = "t." + value.minor;
        const std::string currency = "t." + value.currency;
        const std::string today = fmt::format("'{}'", clock_.today().iso());
        const std::string day =
            fmt::format("CASE WHEN t.close_date < {0} THEN t.close_date ELSE {0} END", today);
        std::string text = fmt::format(
            R"(SELECT t.key, t.product_key, t.owner_key, t.created_at, t.stage, t.close_date,
       coalesce(t.won_at, t.lost_at), {0}, {1}, p.price_minor, p.price_currency, {2}, {3},
       t.pipeline
FROM "v_deal" t
LEFT JOIN "v_product" p ON p.key = t.product_key
WHERE coalesce(t.forecast_category, '') <> 'Omitted')",
            amount, currency, converted(amount, currency, day),
            converted("p.price_minor", "p.price_currency", today));
        if (!selection.condition.empty())
            text += "\n  AND " + over_view(noun, selection.condition);
        sql::Statement rows = store_.db().prepare(text + "\nORDER BY t.key");
        int at = 0;
        for (const crm::Value& bound : selection.binds)
            rows.bind(++at, View(bound));
        while (rows.step())
            add(rows);
    }

    std::string converted(const std::string& amount, const std::string& currency,
                          const std::string& day) const {
        if (in_.empty())
            return "NULL";
        const auto rounded = [this](std::string_view number) {
            return store_.db().dialect().rounded_exactly(number);
        };
        return sql::in_currency(rounded, in_, amount, currency, day);
    }

    void add(const sql::Statement& row) {
        const std::string stage(row.text(4));
        DealLife deal{.product = row.null(1) ? 0 : number_in(products_, row.integer(1)),
                      .owner = row.null(2) ? 0 : number_in(owners_, row.integer(2)),
                      .won = stage == meta::won_stage};
        const auto opened = iso_instant(row.text(3));
        if (!opened)
            return;
        deal.opened = clock_.day(*opened).days;
        if (stage == meta::won_stage || stage == meta::lost_stage) {
            deal.closed = closed_on(row);
            if (!deal.closed)
                return;
            opened_late_ += *deal.closed < deal.opened ? 1 : 0;
        }
        // A lost deal may have no amount: the list price says what it was about.
        if (row.null(7) && !(deal.closed && !deal.won)) {
            ++without_amount_;
            return;
        }
        std::string currency = row.null(8) ? store_.currency() : std::string(row.text(8));
        if (!in_.empty() && !row.null(7)) {
            if (row.null(11))
                throw Error(Fault::refused, "no_rate",
                            fmt::format("{} has no rate to {}", currency, in_),
                            fmt::format("crm rate set {}/{} RATE", currency, in_));
            deal.amount = static_cast<double>(row.integer(11));
        } else if (!row.null(7)) {
            deal.amount = static_cast<double>(row.integer(7));
        }
        if (!in_.empty())
            currency = in_;
        if (!in_.empty() && !row.null(12))
            deal.price = static_cast<double>(row.integer(12));
        else if (in_.empty() && !row.null(9) && row.text(10) == currency)
            deal.price = static_cast<double>(row.integer(9));
        if (row.null(7))
            deal.amount = deal.price.value_or(0);
        deal.stages = stages_of(row.integer(0), row.text(13));
        deals_[currency].push_back(std::move(deal));
    }

    /// Numbers of records, from 1 as they come.
    using Numbers = std::unordered_map<std::int64_t, std::uint32_t>;

    static std::uint32_t number_in(Numbers& numbers, std::int64_t record) {
        return numbers.try_emplace(record, static_cast<std::uint32_t>(numbers.size() + 1))
            .first->second;
    }

    std::optional<std::int32_t> closed_on(const sql::Statement& row) const {
        if (const auto day = row.null(5) ? std::nullopt : iso_date(row.text(5)))
            return day->days;
        if (const auto at = row.null(6) ? std::nullopt : iso_instant(row.text(6)))
            return clock_.day(*at).days;
        return std::nullopt;
    }

    store::Resolver& resolver_;
    store::Store& store_;
    const Clock& clock_;
    const std::string& where_;
    const std::string& in_;
    std::vector<Visit> visits_;  ///< by deal
    std::size_t next_visit_ = 0;
    std::vector<std::string> stage_names_;
    Numbers products_, owners_;
    std::map<std::string, std::vector<DealLife>> deals_;
    std::int64_t without_amount_ = 0, opened_late_ = 0;
};

}  // namespace

DealData deals_of_store(store::Resolver& resolver, const Clock& clock, const std::string& where,
                        const std::string& in) {
    return DealReader(resolver, clock, where, in).read();
}

std::vector<std::string> forecast_notes(store::Resolver& resolver, const Clock& clock,
                                        const std::string& where, const std::string& in,
                                        const Request& request) {
    constexpr std::int64_t most = 20'000;
    sql::Statement more =
        resolver.store().db().prepare(R"(SELECT 1 FROM "v_deal" LIMIT 1 OFFSET ?1)");
    more.with(most);
    if (more.step())
        return {
            "there are more than 20,000 deals: crm report forecast-error says how far the "
            "methods were off"};
    return forecast_error_notes(deals_of_store(resolver, clock, where, in), request);
}

}  // namespace crm::value
