#include "value/store_costs.hpp"

#include "sql/expression.hpp"
#include "sql/money.hpp"

#include <fmt/format.h>

namespace crm::value {
namespace {

/// The customer of a visit: the account of its ticket or of its asset, else the contact.
constexpr std::string_view of_visits = R"(
FROM "visit" v
LEFT JOIN "ticket" k ON k."id" = v."ticket"
LEFT JOIN "asset" s ON s."id" = v."asset")";
constexpr std::string_view customer_of_visit =
    R"(coalesce(k."account", s."account"), k."contact", substr(v."start", 1, 20))";

class CostReader {
public:
    CostReader(store::Store& store, const Clock& clock, const std::string& in)
        : store_(store), clock_(clock), in_(in) {}

    std::vector<ServiceCost> read(const std::optional<Money>& hour) {
        read_expenses();
        if (hour)
            read_time(*hour);
        read_parts();
        return std::move(out_);
    }

private:
    void read_expenses() {
        const meta::Model& model = store_.model();
        read(fmt::format(
            R"(SELECT CASE WHEN e."about_noun" = {0} THEN e."about" END,
       CASE WHEN e."about_noun" = {1} THEN e."about" END,
       coalesce(e."date", e."created_at"), {2}
FROM "expense" e
WHERE {3} AND e."about_noun" IN ({0}, {1}) AND e."amount" IS NOT NULL)",
            model.get("account").number, model.get("contact").number,
            amounts(R"(e."amount")", R"(e."amount_currency")",
                    R"(coalesce(e."date", substr(e."created_at", 1, 10)))"),
            sql::live("e")));
    }

    void read_time(const Money& hour) {
        // Half a unit more, and whole units.
        const std::string cost = fmt::format(R"((v."minutes" * {} * 2 + 60) / 120)", hour.minor);
        read(fmt::format(
            "SELECT {}, {}{}\nWHERE {} AND v.\"minutes\" > 0 AND v.\"start\" IS NOT NULL",
            customer_of_visit,
            amounts(cost, fmt::format("'{}'", hour.currency), R"(substr(v."start", 1, 10))"),
            of_visits, sql::live("v")));
    }

    void read_parts() {
        read(
            fmt::format("SELECT {}, {}{}\nJOIN \"visit_lines\" l ON l.\"record\" = v.\"id\"\n"
                        "JOIN \"product\" p ON p.\"id\" = l.\"product\"\n"
                        "WHERE {} AND p.\"cost\" IS NOT NULL AND v.\"start\" IS NOT NULL",
                        customer_of_visit,
                        amounts(R"(p."cost" * coalesce(l."quantity", 1))", R"(p."cost_currency")",
                                R"(substr(v."start", 1, 10))"),
                        of_visits, sql::live("v")));
    }

    /// The columns of an amount: as it is, its currency, and converted.
    std::string amounts(const std::string& minor, const std::string& currency,
                        const std::string& day) const {
        if (in_.empty())
            return fmt::format("{}, {}, NULL", minor, currency);
        const auto rounded = [this](std::string_view number) {
            return store_.db().dialect().rounded_exactly(number);
        };
        return fmt::format("{}, {}, {}", minor, currency,
                           sql::in_currency(rounded, in_, minor, currency, day));
    }

    void read(const std::string& statement) {
        sql::Statement rows = store_.db().prepare(statement);
        while (rows.step()) {
            if (rows.null(0) && rows.null(1))
                continue;
            const auto day = day_of(rows.text(2));
            if (!day)
                continue;
            ServiceCost cost{.is_contact = rows.null(0),
                             .customer = rows.null(0) ? rows.integer(1) : rows.integer(0),
                             .day = *day,
                             .amount = rows.integer(3),
                             .currency = std::string(rows.text(4))};
            if (!rows.null(5))
                cost.converted = rows.integer(5);
            out_.push_back(std::move(cost));
        }
    }

    std::optional<Date> day_of(std::string_view text) const {
        if (text.size() == 10)
            return iso_date(text);
        const auto at = iso_instant(text);
        return at ? std::optional(clock_.day(*at)) : std::nullopt;
    }

    store::Store& store_;
    const Clock& clock_;
    const std::string& in_;
    std::vector<ServiceCost> out_;
};

}  // namespace

std::vector<ServiceCost> service_costs(store::Store& store, const Clock& clock,
                                       const std::optional<Money>& hour, const std::string& in) {
    return CostReader(store, clock, in).read(hour);
}

}  // namespace crm::value
