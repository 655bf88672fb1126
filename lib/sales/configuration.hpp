#pragma once

#include "sales/bundle.hpp"
#include "sales/pricing.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// A bundle with a choice of its options, and what it costs.
namespace crm::sales {

struct ChosenOption {
    std::int64_t product = 0;
    std::int64_t quantity = 1;
};

/// Options in the order in which they were chosen; one that is chosen twice counts once, with both
/// quantities.
class Configuration {
public:
    /// Throws refused where the product has no options.
    Configuration(store::Store& store, const store::Record& bundle);

    /// Throws refused where the product is not an option of the bundle.
    void choose(std::int64_t product, std::int64_t quantity);
    const std::vector<ChosenOption>& chosen() const { return chosen_; }
    const std::vector<Option>& options() const { return options_; }
    /// What is wrong with the choice; empty where nothing is.
    std::vector<std::string> problems() const;

    struct Part {
        store::Record product;
        std::string code;  ///< see product_code
        std::int64_t quantity = 1;
        std::optional<std::int64_t> price;  ///< of a unit, minor units; none where none is known
    };
    /// The bundle, if it has a price of its own, and the options, each with its price. Throws
    /// ambiguous as find_price.
    std::vector<Part> priced(const std::string& today, const std::string& currency,
                             const store::Record* price_book) const;
    /// Adds all parts to a quote at its prices. Returns warnings. Throws refused where the choice
    /// is wrong or a part has no price.
    std::vector<std::string> add_to(const PricingContext& context, store::Record& quote) const;

private:
    store::Store& store_;
    const store::Record& bundle_;
    std::vector<Option> options_;
    std::vector<ChosenOption> chosen_;
};

}  // namespace crm::sales
