#include "value/store_purchases.hpp"

#include "base/error.hpp"
#include "base/money.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "report/compile.hpp"
#include "report/script.hpp"
#include "sql/money.hpp"
#include "sql/views.hpp"
#include "store/query_context.hpp"
#include "value/store_costs.hpp"
#include "value/store_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

namespace crm::value {
namespace {

/// Accounts and contacts have numbers of their own: accounts come first.
constexpr std::int64_t contacts_from = std::int64_t{1} << 40;

struct OrderRow {
    std::int64_t customer;
    Purchase purchase;
};

class OrderReader {
public:
    OrderReader(store::Resolver& resolver, const Clock& clock, const OrderRequest& request)
        : resolver_(resolver),
          store_(resolver.store()),
          clock_(clock),
          request_(request),
          orders_(store_.model().get("order")) {}

    PurchaseData read() {
        PurchaseData out;
        if (!is_in_use(store_, orders_))
            return out;
        read_rows();
        if (request_.less_costs)
            take_costs();
        leave_out(out.notes);
        for (auto& [currency, rows] : rows_)
            out.currencies.push_back(purchases_of(currency, rows));
        note_left_out(out.notes, without_amount_, "without an amount", "order");
        note_left_out(out.notes, below_zero_, "with an amount below 0", "order");
        return out;
    }

    /// The statement, with the values of the query in its parameters.
    report::Statement statement() const {
        const store::Selection selection = store::select(
            resolver_, clock_, orders_,
            request_.where.empty() ? std::vector<std::string>{} : std::vector{request_.where});
        const std::string amount = request_.margin ? "t.margin_minor" : "t.total_minor";
        const std::string currency = request_.margin ? "t.margin_currency" : "t.total_currency";
        const std::string lines =
            request_.count_lines
                ? "(SELECT count(*) FROM \"v_order_lines\" l WHERE l.order_key = t.key)"
                : "1";
        report::Statement out;
        out.sql = fmt::format(
            R"(SELECT t.account_key,
       t.contact_key,
       t.order_date,
       {} AS amount,
       {} AS currency,
       t.key AS "order",
       {} AS lines,
       {} AS converted
FROM "v_order" t
WHERE t.status NOT IN ('Draft', 'Cancelled')
  AND t.order_date <= '{}')",
            amount, currency, lines, converted(amount, currency), request_.filter.as_of.iso());
        const DateSpan& span = request_.filter.period;
        if (span.first)
            out.sql += fmt::format("\n  AND t.order_date >= '{}'", span.first->iso());
        if (span.last)
            out.sql += fmt::format("\n  AND t.order_date <= '{}'", span.last->iso());
        if (!selection.condition.empty())
            out.sql += "\n  AND " + over_view(orders_, selection.condition);
        out.sql += "\nORDER BY t.key";
        out.binds = selection.binds;
        return out;
    }

private:
    void read_rows() {
        const report::Statement orders = statement();
        sql::Statement rows = store_.db().prepare(orders.sql);
        int at = 0;
        for (const Value& value : orders.binds)
            rows.bind(++at, View(value));
        while (rows.step())
            add(rows);
    }

    std::string converted(const std::string& amount, const std::string& currency) const {
        if (request_.currency.empty())
            return "NULL";
        const auto rounded = [this](std::string_view number) {
            return store_.db().dialect().rounded_exactly(number);
        };
        return sql::in_currency(rounded, request_.currency, amount, currency, "t.order_date");
    }

    void add(const sql::Statement& row) {
        const bool has_account = !row.null(0);
        const bool has_contact = !row.null(1);
        if (!has_account && !has_contact)
            return;
        if (row.null(3)) {
            ++without_amount_;
            return;
        }
        std::string currency(row.text(4));
        std::int64_t amount = row.integer(3);
        if (!request_.currency.empty()) {
            if (row.null(7)) {
                if (!request_.leave_out_without_rate)
                    refuse_missing_rate(currency, row.text(2));
                without_rate_.emplace(customer_number(row), currency);
                return;
            }
            amount = row.integer(7);
            currency = request_.currency;
        }
        if (amount < 0 && !request_.margin) {
            ++below_zero_;
            return;
        }
        const auto day = iso_date(row.text(2));
        if (!day)
            return;
        OrderRow order{customer_number(row),
                       {0, day->days, amount, static_cast<std::uint32_t>(row.integer(5))}};
        std::vector<OrderRow>& rows = rows_[currency];
        rows.push_back(order);
        order.purchase.amount = 0;
        for (std::int64_t line = 1; line < row.integer(6); ++line)
            rows.push_back(order);
    }

    /// Of an order with an account or a contact.
    std::int64_t customer_number(const sql::Statement& row) const {
        const bool by_contact = !row.null(1) && (request_.of_contacts || row.null(0));
        return by_contact ? contacts_from + row.integer(1) : row.integer(0);
    }

    /// Costs are purchases below 0: no report that counts purchases asks for them.
    void take_costs() {
        const auto costs = service_costs(store_, clock_, request_.service_hour, request_.currency);
        std::uint32_t order = std::numeric_limits<std::uint32_t>::max();
        for (const ServiceCost& cost : costs) {
            if (!request_.filter.counts(cost.day))
                continue;
            if (!request_.currency.empty() && !cost.converted)
                refuse_missing_rate(cost.currency, cost.day.iso());
            const std::int64_t customer = (cost.is_contact ? contacts_from : 0) + cost.customer;
            rows_[request_.currency.empty() ? cost.currency : request_.currency].push_back(
                {customer, {0, cost.day.days, -cost.converted.value_or(cost.amount), order--}});
        }
    }

    /// Customers whose orders cannot all be converted have no figures.
    void leave_out(std::vector<std::string>& notes) {
        for (auto& [currency, rows] : rows_)
            std::erase_if(
                rows, [this](const OrderRow& row) { return without_rate_.contains(row.customer); });
        std::erase_if(rows_, [](const auto& rows) { return rows.second.empty(); });
        std::map<std::string, std::vector<std::string>> names;
        for (const auto& [number, currency] : without_rate_) {
            const Customer customer = customer_of(number);
            names[currency].push_back(fmt::format("{} {}", customer.id, customer.name));
        }
        for (const auto& [currency, left_out] : names)
            notes.push_back(without_rate_note(currency, left_out));
    }

    std::string without_rate_note(std::string_view currency,
                                  const std::vector<std::string>& names) const {
        constexpr std::size_t named = 5;
        std::string who;
        for (std::size_t i = 0; i < std::min(named, names.size()); ++i)
            who += (i == 0 ? "" : ", ") + names[i];
        if (names.size() > named)
            who += fmt::format(" and {} more", names.size() - named);
        return fmt::format("{} {} left out: {} has no rate to {}", who,
                           names.size() == 1 ? "is" : "are", currency, request_.currency);
    }

    [[noreturn]] void refuse_missing_rate(std::string_view from, std::string_view day) const {
        throw Error(Fault::refused, "no_rate",
                    fmt::format("{} has no rate to {} on {}", from, request_.currency, day),
                    fmt::format("crm rate set {}/{} RATE --on {}", from, request_.currency, day));
    }

    Purchases purchases_of(const std::string& currency, std::vector<OrderRow>& rows) {
        std::ranges::stable_sort(rows, {}, [](const OrderRow& row) {
            return std::tuple(row.customer, row.purchase.day);
        });
        Purchases out{.currency = currency};
        std::int64_t last = -1;
        for (const OrderRow& row : rows) {
            if (row.customer != last)
                out.customers.push_back(customer_of(row.customer));
            last = row.customer;
            out.purchases.push_back(row.purchase);
            out.purchases.back().customer = static_cast<std::uint32_t>(out.customers.size() - 1);
        }
        out.check_sum();
        return out;
    }

    Customer customer_of(std::int64_t number) {
        const bool is_contact = number >= contacts_from;
        const meta::Entity& noun = store_.model().get(is_contact ? "contact" : "account");
        const std::int64_t id = is_contact ? number - contacts_from : number;
        return {meta::short_id(noun, id), store_.name(noun, id)};
    }

    store::Resolver& resolver_;
    store::Store& store_;
    const Clock& clock_;
    const OrderRequest& request_;
    const meta::Entity& orders_;
    std::map<std::string, std::vector<OrderRow>> rows_;
    std::map<std::int64_t, std::string> without_rate_;  ///< customers, with the currency
    std::int64_t without_amount_ = 0, below_zero_ = 0;
};

}  // namespace

PurchaseData purchases_of_store(store::Resolver& resolver, const Clock& clock,
                                const OrderRequest& request) {
    return OrderReader(resolver, clock, request).read();
}

std::string purchases_sql(store::Resolver& resolver, const Clock& clock,
                          const OrderRequest& request) {
    return report::as_script(OrderReader(resolver, clock, request).statement());
}

}  // namespace crm::value
