#pragma once

#include "store/store.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What a bundle can be made of: the options of a product, and what they ask of one another.
namespace crm::sales {

struct Option {
    std::int64_t product = 0;
    std::string name;  ///< sku, else the product's name
    std::int64_t least = 0;
    std::optional<std::int64_t> most;
    std::vector<std::string> needs, excludes;  ///< names as above
};

/// The article number of a product, else its name.
std::string called(store::Store& store, std::int64_t product);
std::vector<std::string> listed(const std::string& words);  ///< "A, B" in its parts
std::vector<Option> options_of(store::Store& store, const store::Record& bundle);

/// What is wrong with a choice: quantities by product. Empty when nothing is.
std::vector<std::string> wrong_with(const std::vector<Option>& options,
                                    const std::map<std::int64_t, std::int64_t>& chosen);

/// Why no choice could ever be right, or an option never be chosen; empty when the bundle is sound.
/// What an option requires and nobody has offered yet is not wrong: options come one by one.
std::string contradiction(const std::vector<Option>& options);

}  // namespace crm::sales
