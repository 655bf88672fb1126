#include "value/purchases.hpp"

#include "base/money.hpp"
#include "base/text.hpp"
#include "value/text_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <tuple>

namespace crm::value {
namespace {

constexpr std::string_view purchase_roles[] = {"customer", "date",  "amount", "quantity",
                                               "price",    "order", "item"};
constexpr std::string_view summary_roles[] = {"customer", "x", "t_x", "T", "z"};

/// Of an amount, a price or a quantity: a number with a fraction keeps all of it.
constexpr std::int64_t largest = 1'000'000'000'000'000;

/// A number as other programs write it, in units of 10^-places. A point separates decimals. Nothing
/// for one of more than 15 digits.
std::optional<std::int64_t> read_units(std::string_view text, int places) {
    const auto number = read_amount(text, "EUR", LoneMarks{LoneMark::decimal, LoneMark::thousands});
    if (!number)
        return std::nullopt;
    const std::int64_t doubled = number->units(places + 1, Amount::Round::down);
    if (doubled > largest * 10 || doubled < -largest * 10)
        return std::nullopt;
    return doubled >= 0 ? (doubled + 5) / 10 : -((-doubled + 5) / 10);
}

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Numbers by their value, texts by their bytes after them.
bool id_before(std::string_view a, std::string_view b) {
    if (is_number(a) != is_number(b))
        return is_number(a);
    if (!is_number(a))
        return a < b;
    const auto plain = [](std::string_view n) {
        n.remove_prefix(std::min(n.find_first_not_of('0'), n.size()));
        return n;
    };
    return std::tuple(plain(a).size(), plain(a), a) < std::tuple(plain(b).size(), plain(b), b);
}

class FileReader {
public:
    FileReader(const InputFile& file, const PurchaseFilter& filter)
        : table_(file), roles_(table_, file, purchase_roles), filter_(filter) {
        customer_ = roles_.get("customer");
        date_ = roles_.get("date");
        order_ = roles_.find("order");
        price_ = roles_.find("price");
        quantity_ = roles_.find("quantity");
        if (price_)
            quantity_ = roles_.get("quantity");
        else
            amount_ = roles_.get("amount");
    }

    PurchaseData read() {
        for (std::size_t at = 0; at < table_.rows(); ++at)
            if (at > 0 || read_day(table_.cell(0, date_)))
                read_row(at);
        PurchaseData out;
        out.from_file = true;
        out.notes = notes();
        if (!purchases_.purchases.empty()) {
            sort();
            out.currencies.push_back(std::move(purchases_));
        }
        return out;
    }

private:
    void read_row(std::size_t at) {
        const std::string_view customer = table_.cell(at, customer_);
        const auto day = read_day(table_.cell(at, date_));
        if (customer.empty() || !day) {
            ++without_date_;
            return;
        }
        const auto amount = amount_of(at);
        if (!amount) {
            ++without_amount_;
            return;
        }
        if (*amount < 0) {
            ++below_zero_;
            return;
        }
        if (*day > filter_.as_of) {
            ++later_;
            return;
        }
        if (!filter_.counts(*day))
            return;
        const std::uint32_t order = order_ ? orders_.of(table_.cell(at, *order_)) : 0;
        purchases_.purchases.push_back({customers_.of(customer), day->days, *amount, order});
    }

    /// Below 0 where it does not count.
    std::optional<std::int64_t> amount_of(std::size_t at) const {
        if (!price_)
            return read_units(table_.cell(at, amount_), 2);
        const auto price = read_units(table_.cell(at, *price_), 6);
        const auto quantity = read_units(table_.cell(at, *quantity_), 3);
        if (!price || !quantity)
            return std::nullopt;
        if (*price <= 0 || *quantity <= 0)
            return -1;
        const double amount = static_cast<double>(*price) * static_cast<double>(*quantity) / 1e7;
        if (amount > static_cast<double>(largest))
            return std::nullopt;
        return std::llround(amount);
    }

    /// Customers in the order of their ids, purchases by customer and day.
    void sort() {
        const auto& ids = customers_.texts();
        std::vector<std::uint32_t> order(ids.size());
        for (std::uint32_t i = 0; i < order.size(); ++i)
            order[i] = i;
        std::ranges::sort(
            order, [&](std::uint32_t a, std::uint32_t b) { return id_before(ids[a], ids[b]); });
        std::vector<std::uint32_t> place(order.size());
        for (std::uint32_t i = 0; i < order.size(); ++i) {
            place[order[i]] = i;
            const std::string id = text::sanitised(ids[order[i]]);
            purchases_.customers.push_back({id, id});
        }
        for (Purchase& purchase : purchases_.purchases)
            purchase.customer = place[purchase.customer];
        std::ranges::stable_sort(purchases_.purchases, {},
                                 [](const Purchase& p) { return std::tuple(p.customer, p.day); });
        purchases_.check_sum();
        if (order_)
            return;
        std::uint32_t number = 0;
        for (std::size_t i = 0; i < purchases_.purchases.size(); ++i) {
            Purchase& purchase = purchases_.purchases[i];
            if (i > 0) {
                const Purchase& before = purchases_.purchases[i - 1];
                number += before.customer != purchase.customer || before.day != purchase.day;
            }
            purchase.order = number;
        }
    }

    std::vector<std::string> notes() const {
        std::vector<std::string> out;
        note_left_out(out, static_cast<std::int64_t>(table_.unreadable()), "that cannot be read");
        note_left_out(out, without_date_, "without a customer or a date");
        note_left_out(out, without_amount_, "without an amount");
        note_left_out(out, below_zero_,
                      price_ ? "whose quantity or price is 0 or less" : "with an amount below 0");
        note_left_out(out, later_, fmt::format("after {}", filter_.as_of.iso()));
        return out;
    }

    Table table_;
    Roles roles_;
    PurchaseFilter filter_;
    std::size_t customer_ = 0, date_ = 0, amount_ = 0;
    std::optional<std::size_t> order_, price_, quantity_;
    TextNumbers customers_, orders_;
    Purchases purchases_;
    std::int64_t without_date_ = 0, without_amount_ = 0, below_zero_ = 0, later_ = 0;
};

}  // namespace

void note_left_out(std::vector<std::string>& notes, std::int64_t count, std::string_view what,
                   std::string_view thing) {
    if (count > 0)
        notes.push_back(fmt::format("{} {}{} {} {} left out", count, thing, count == 1 ? "" : "s",
                                    what, count == 1 ? "was" : "were"));
}

std::vector<std::size_t> Purchases::begins() const {
    std::vector<std::size_t> out(customers.size() + 1);
    for (const Purchase& purchase : purchases)
        ++out[purchase.customer + 1];
    for (std::size_t i = 1; i < out.size(); ++i)
        out[i] += out[i - 1];
    return out;
}

void Purchases::check_sum() const {
    constexpr std::int64_t most = 999'999'999'999'999'999;
    std::int64_t sum = 0;
    for (const Purchase& purchase : purchases) {
        const std::int64_t size = purchase.amount < 0 ? -purchase.amount : purchase.amount;
        if (size > most || (sum += size) > most)
            throw Error(Fault::refused, "overflow",
                        "a sum is too large: it has more than 18 digits in the smallest unit",
                        "leave out the largest amounts");
    }
}

PurchaseData purchases_within(const PurchaseData& data, const PurchaseFilter& filter) {
    PurchaseData out = data;
    for (Purchases& purchases : out.currencies)
        std::erase_if(purchases.purchases,
                      [&](const Purchase& purchase) { return !filter.counts(Date{purchase.day}); });
    std::erase_if(out.currencies,
                  [](const Purchases& purchases) { return purchases.purchases.empty(); });
    return out;
}

std::optional<Date> read_day(std::string_view text) {
    int number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.size() == 8 && failed == std::errc() && end == text.data() + 8)
        return calendar_day(number / 10'000, number / 100 % 100, number % 100);
    if (text.size() > 10 && (text[10] == 'T' || text[10] == ' '))
        if (const auto day = iso_date(text.substr(0, 10)))
            return day;
    if (const auto day = iso_date(text))
        return day;
    const auto foreign = read_foreign_date(text, std::nullopt);
    return foreign ? *foreign : std::nullopt;
}

PurchaseData purchases_of_file(const InputFile& file, const PurchaseFilter& filter) {
    return FileReader(file, filter).read();
}

std::vector<History> histories(const Purchases& purchases, std::int32_t until) {
    std::vector<History> out;
    std::vector<std::uint32_t> orders;  // of the customer so far
    const auto count_orders = [&] {
        std::ranges::sort(orders);
        const auto repeated = std::ranges::unique(orders);
        if (!out.empty())
            out.back().orders = repeated.begin() - orders.begin();
        orders.clear();
    };
    for (const Purchase& purchase : purchases.purchases) {
        if (purchase.day > until)
            continue;
        if (out.empty() || out.back().customer != purchase.customer) {
            count_orders();
            out.push_back({.customer = purchase.customer, .first = purchase.day});
        }
        History& history = out.back();
        if (history.days.empty() || history.days.back() != purchase.day)
            history.days.push_back(purchase.day);
        history.last = purchase.day;
        history.amount += purchase.amount;
        history.first_amount += purchase.day == history.first ? purchase.amount : 0;
        ++history.lines;
        orders.push_back(purchase.order);
    }
    count_orders();
    return out;
}

std::vector<BuyerRow> buyers_of(const Purchases& purchases, std::int32_t until) {
    std::vector<BuyerRow> out;
    const double minor = std::pow(10.0, minor_digits(purchases.currency));
    for (const History& history : histories(purchases, until)) {
        BuyerRow row{.customer = history.customer};
        row.buyer.repeats = static_cast<std::int64_t>(history.days.size()) - 1;
        row.buyer.last = (history.last - history.first) / 7.0;
        row.buyer.age = (until - history.first) / 7.0;
        if (row.buyer.repeats > 0)
            row.average = static_cast<double>(history.amount - history.first_amount) / minor /
                          static_cast<double>(row.buyer.repeats);
        out.push_back(row);
    }
    return out;
}

std::optional<Summary> summary_of_file(const InputFile& file) {
    const Table table(file);
    // A table of purchases has other roles, which are not an error here.
    const bool is_summary =
        table.header("x") || std::ranges::any_of(file.map, [](const auto& entry) {
            return entry.second == "x" || entry.second == "t_x" || entry.second == "T";
        });
    if (!is_summary)
        return std::nullopt;
    const Roles roles(table, file, summary_roles);
    const std::size_t customer = roles.get("customer");
    const std::size_t x = roles.get("x");
    const std::size_t last = roles.get("t_x");
    const std::size_t age = roles.get("T");
    const auto z = roles.find("z");
    Summary out;
    std::int64_t left_out = static_cast<std::int64_t>(table.unreadable());
    for (std::size_t at = 0; at < table.rows(); ++at) {
        const auto repeats = read_plain_number(table.cell(at, x));
        const auto t_x = read_plain_number(table.cell(at, last));
        const auto t = read_plain_number(table.cell(at, age));
        const auto average = z ? read_plain_number(table.cell(at, *z)) : 0.0;
        if (at == 0 && !repeats)
            continue;
        const bool valid = repeats && t_x && t && average && !table.cell(at, customer).empty() &&
                           *repeats >= 0 && *repeats <= 1e6 && *repeats == std::floor(*repeats) &&
                           *t_x >= 0 && *t_x <= *t && *average >= 0;
        if (!valid) {
            ++left_out;
            continue;
        }
        const std::string id = text::sanitised(table.cell(at, customer));
        out.rows.push_back({static_cast<std::uint32_t>(out.customers.size()),
                            {static_cast<std::int64_t>(*repeats), *t_x, *t},
                            *average});
        out.customers.push_back({id, id});
    }
    note_left_out(out.notes, left_out, "without a customer and x, t_x and T that fit");
    return out;
}

}  // namespace crm::value
