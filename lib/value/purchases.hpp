#pragma once

#include "insight/bg_nbd.hpp"
#include "time/date.hpp"
#include "value/table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What customers have bought, from the database or from a file.
namespace crm::value {

struct Customer {
    std::string id;    ///< of a record: a3; of a file: what is in its column
    std::string name;  ///< of a file the same as the id
};

struct Purchase {
    std::uint32_t customer = 0;  ///< in Purchases::customers
    std::int32_t day = 0;        ///< see Date
    std::int64_t amount = 0;     ///< minor units
    std::uint32_t order = 0;     ///< lines of one order have the same
};

/// The purchases in one currency: by customer, then day. Amounts of two currencies are never
/// added, so each has customers, models and rows of its own.
struct Purchases {
    std::string currency;             ///< empty in a file
    std::vector<Customer> customers;  ///< by their numbers or, in a file, texts
    std::vector<Purchase> purchases;

    /// The purchases of a customer, one after the other.
    std::vector<std::size_t> begins() const;
    /// Throws refused where the amounts add up to more than 18 digits. Otherwise every sum of some
    /// of them fits.
    void check_sum() const;
};

struct PurchaseData {
    std::vector<Purchases> currencies;  ///< by code; none where nothing was bought
    bool from_file = false;
    std::vector<std::string> notes;  ///< what was left out
};

/// Which purchases count.
struct PurchaseFilter {
    Date as_of;       ///< what is later does not count
    DateSpan period;  ///< -p

    bool counts(Date day) const {
        return day <= as_of && (!period.first || day >= *period.first) &&
               (!period.last || day <= *period.last);
    }
};

/// Those of some days.
PurchaseData purchases_within(const PurchaseData& data, const PurchaseFilter& filter);

/// A day in a file: 2026-01-31, 20260131, the day of a time, or as other programs write it.
std::optional<Date> read_day(std::string_view text);

/// Reads a file by its roles customer, date, amount (or quantity and price) and order. Left out and
/// counted: rows without a customer or a date, or with an amount below 0; with a price also those
/// whose quantity or price is 0 or less. Without orders the rows of a customer and a day are one
/// order. Amounts have two decimals.
PurchaseData purchases_of_file(const InputFile& file, const PurchaseFilter& filter);

/// A customer's purchases, added up.
struct History {
    std::uint32_t customer = 0;
    std::int32_t first = 0, last = 0;  ///< days
    std::int64_t orders = 0, lines = 0;
    std::int64_t amount = 0;
    std::vector<std::int32_t> days;  ///< on which something was bought, each once
    std::int64_t first_amount = 0;   ///< what was spent on the first day
};

/// One for each customer who has bought up to that day.
std::vector<History> histories(const Purchases& purchases, std::int32_t until);

/// A customer as the models see it: days are weeks of seven days, several orders of a day are one
/// purchase.
struct BuyerRow {
    std::uint32_t customer = 0;
    insight::Buyer buyer;
    double average = 0;  ///< the mean of the repeat purchases, in major units; 0 without
};
std::vector<BuyerRow> buyers_of(const Purchases& purchases, std::int32_t until);

/// A summary of customers, one a row: customer, x, t_x, T and z. Nothing where the file has no
/// column with the role x.
struct Summary {
    std::vector<Customer> customers;
    std::vector<BuyerRow> rows;
    std::vector<std::string> notes;
};
std::optional<Summary> summary_of_file(const InputFile& file);

/// "3 rows without a date were left out"; nothing for 0.
void note_left_out(std::vector<std::string>& notes, std::int64_t count, std::string_view what,
                   std::string_view thing = "row");

}  // namespace crm::value
