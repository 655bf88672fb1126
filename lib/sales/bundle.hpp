#pragma once

#include "store/rows.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Bundles: the options of a product, and what they require of each other.
namespace crm::sales {

struct Option {
    std::int64_t product = 0;
    std::string name;  ///< the sku, else the product's name
    std::int64_t min = 0;
    std::optional<std::int64_t> max;
    std::vector<std::string> needs, excludes;  ///< names as above
};

/// The sku of a product, else its name, else its short id.
std::string product_code(store::Store& store, std::int64_t product);
std::vector<std::string> split_names(const std::string& names);  ///< of "A, B"
std::vector<Option> options_of(store::Store& store, const store::Record& bundle);
/// An option as text: DISK, 1 to 4, requires RAID.
std::string describe(const Option& option);

/// The row of an option in the bundle, added where it is new. Throws refused where the bundle would
/// be an option of itself.
store::RowCells& option_row(store::Record& bundle, std::int64_t product);
/// Throws not_found where the product is not an option of the bundle.
void remove_option(store::Store& store, store::Record& bundle, std::int64_t product);
/// Sets `requires` or `excludes` of an option: each product is added, none empties the list.
void add_names(store::Store& store, const store::Record& bundle, store::RowCells& row,
               std::string_view field, const std::vector<std::int64_t>& products);
/// Throws refused where the options contradict each other.
void require_sound_bundle(store::Store& store, const store::Record& bundle);

/// What is wrong with a choice (quantities by product). Empty where nothing is.
std::vector<std::string> problems_with(const std::vector<Option>& options,
                                       const std::map<std::int64_t, std::int64_t>& chosen);

/// Why no choice could be right, or why an option could never be chosen; empty where the bundle is
/// sound. It is no contradiction that a required product is not an option yet: options are added
/// one by one.
std::string contradiction(const std::vector<Option>& options);

}  // namespace crm::sales
