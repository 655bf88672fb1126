#pragma once

#include "insight/itemsets.hpp"
#include "value/request.hpp"

#include <string>
#include <vector>

/// What is bought together.
namespace crm::value {

struct Baskets {
    std::vector<std::string> items;  ///< names in byte order
    std::vector<std::string> ids;    ///< short ids of products; none in a file
    insight::BasketList baskets;
    std::vector<std::string> notes;
    /// For cross-sell: what one customer has bought, ascending, and what the products cost.
    std::vector<insight::Item> bought;
    std::vector<std::string> prices;
};

/// A file: without a map each line is a basket of items separated by commas; with the roles order
/// and item a table of lines, of which with the role date those of the filter count. Throws usage
/// where a period is asked for and there are no dates.
Baskets baskets_of_file(const InputFile& file, const PurchaseFilter& filter);

report::Result itemsets_report(const Baskets& baskets, const Request& request);
report::Result rules_report(const Baskets& baskets, const Request& request);
report::Result cross_sell_report(const Baskets& baskets, const Request& request);

}  // namespace crm::value
