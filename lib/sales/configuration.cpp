#include "sales/configuration.hpp"

#include "base/text.hpp"
#include "sales/competing_offers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace crm::sales {

using store::Record;

Configuration::Configuration(store::Store& store, const Record& bundle)
    : store_(store), bundle_(bundle), options_(options_of(store, bundle)) {
    if (options_.empty())
        throw Error(Fault::refused, "no_bundle",
                    fmt::format("{} {} is not a bundle: it has no options", bundle.short_id(),
                                bundle.label()),
                    fmt::format("crm product option {} PRODUCT", bundle.short_id()));
}

void Configuration::choose(std::int64_t product, std::int64_t quantity) {
    if (std::ranges::find(options_, product, &Option::product) == options_.end()) {
        std::vector<std::string> names;
        for (const Option& option : options_)
            names.push_back(option.name);
        throw Error(Fault::refused, "no_option",
                    fmt::format("{} is not an option of {}", product_code(store_, product),
                                bundle_.label()),
                    "valid options are " + text::joined(names, ", "));
    }
    const auto known = std::ranges::find(chosen_, product, &ChosenOption::product);
    if (known == chosen_.end())
        chosen_.push_back({product, quantity});
    else
        known->quantity += quantity;
}

std::vector<std::string> Configuration::problems() const {
    std::map<std::int64_t, std::int64_t> quantities;
    for (const ChosenOption& option : chosen_)
        quantities[option.product] = option.quantity;
    return problems_with(options_, quantities);
}

std::vector<Configuration::Part> Configuration::priced(const std::string& today,
                                                       const std::string& currency,
                                                       const Record* price_book) const {
    std::vector<Part> parts;
    const auto add = [&](const Record& product, std::int64_t quantity, bool required) {
        const auto price = find_price(store_, {.product = product,
                                               .quantity = quantity * one_unit,
                                               .currency = currency,
                                               .today = today,
                                               .price_book = price_book,
                                               .in_segment = [](const Record&) { return false; }});
        if (!price && price.error().code != "no_price")
            throw price.error();
        if (!price && !required)
            return;
        parts.push_back({product, product_code(store_, product.id), quantity,
                         price ? std::optional(price->unit.minor) : std::nullopt});
    };
    add(bundle_, 1, false);
    for (const ChosenOption& option : chosen_)
        if (option.quantity > 0)
            add(store_.get(*bundle_.entity, option.product), option.quantity, true);
    return parts;
}

std::vector<std::string> Configuration::add_to(const PricingContext& context, Record& quote) const {
    if (const auto wrong = problems(); !wrong.empty())
        throw Error(Fault::refused, "wrong_choice",
                    fmt::format("{}: {}", bundle_.label(), fmt::join(wrong, "; ")),
                    "the quote was not changed");
    std::vector<std::string> warnings;
    const auto add = [&](const Record& product, std::int64_t quantity) {
        const store::RowCells& row = add_line(context, quote, product, quantity * one_unit);
        const auto offers = competing_offers(store_, quote, row);
        warnings.insert(warnings.end(), offers.begin(), offers.end());
    };
    add(bundle_, 1);
    for (const ChosenOption& option : chosen_)
        if (option.quantity > 0)
            add(store_.get(*bundle_.entity, option.product), option.quantity);
    return warnings;
}

}  // namespace crm::sales
