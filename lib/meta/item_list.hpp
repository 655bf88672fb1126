#pragma once

#include "meta/type.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace crm::meta {

/// The items of a list in their order, found by what makes two values one (see `same_value`) in
/// constant time: an account may have thousands of telephone numbers.
class ItemList {
public:
    ItemList(const FieldInfo& field, std::vector<Item> items);

    /// The item that has the value; null where there is none. Valid until the list changes.
    Item* find(std::string_view value);
    /// An item at the end. Its value must not be there.
    void append(Item item);
    /// An item in front. Its value must not be there.
    void prepend(Item item);
    /// Takes out those that have one of the values.
    void remove(std::span<const Item> items);
    /// See `put_callable_first`.
    void put_callable_first();

    const std::vector<Item>& items() const { return items_; }

private:
    void number_items();

    const FieldInfo* field_;
    std::vector<Item> items_;
    std::unordered_map<std::string, std::size_t> places_;  // by what makes values one
};

/// The first item of a list; nothing where it is empty.
std::optional<Item> first_item(std::string_view text);

/// The lines of `have` and those of `more` that are not among them: of extra properties.
std::string united_lines(const std::string& have, std::string_view more);

/// The lines of `have` that are not lines of `less`.
std::string lines_without(std::string_view have, std::string_view less);

/// What was added at the end of a list, where `now` is `before` and more; else nothing.
std::optional<std::string_view> appended_items(std::string_view before, std::string_view now);

}  // namespace crm::meta
