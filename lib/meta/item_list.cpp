#include "meta/item_list.hpp"

#include "base/phone.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>
#include <utility>

namespace crm::meta {
namespace {

/// Two values of a list with one key are one value.
std::string value_key(const FieldInfo& field, std::string_view value) {
    if (field.type() == Type::phone) {
        const std::string digits = phone_digits(value);
        return digits.size() < 5 ? std::string(value)
                                 : fmt::format("{} {}", digits, phone_extension(value));
    }
    if (field.type() == Type::email || (field.is(lookup) && field.name() != "refs"))
        return text::folded(value);
    return std::string(value);
}

}  // namespace

bool same_value(const FieldInfo& field, std::string_view a, std::string_view b) {
    return a == b || value_key(field, a) == value_key(field, b);
}

ItemList::ItemList(const FieldInfo& field, std::vector<Item> items)
    : field_(&field), items_(std::move(items)) {
    number_items();
}

/// Of items that are one the first is found.
void ItemList::number_items() {
    places_.clear();
    places_.reserve(items_.size());
    for (std::size_t at = 0; at < items_.size(); ++at)
        places_.emplace(value_key(*field_, items_[at].value), at);
}

Item* ItemList::find(std::string_view value) {
    const auto place = places_.find(value_key(*field_, value));
    return place == places_.end() ? nullptr : &items_[place->second];
}

void ItemList::append(Item item) {
    places_.emplace(value_key(*field_, item.value), items_.size());
    items_.push_back(std::move(item));
}

void ItemList::prepend(Item item) {
    items_.insert(items_.begin(), std::move(item));
    number_items();
}

void ItemList::remove(std::span<const Item> items) {
    std::set<std::size_t> gone;
    for (const Item& item : items)
        if (const Item* found = find(item.value))
            gone.insert(static_cast<std::size_t>(found - items_.data()));
    std::size_t at = 0;
    std::erase_if(items_, [&](const Item&) { return gone.contains(at++); });
    number_items();
}

void ItemList::put_callable_first() {
    meta::put_callable_first(items_);
    number_items();
}

std::string united_lines(const std::string& have, std::string_view more) {
    const auto lines = text::split(std::string_view(have), '\n');
    const std::unordered_set<std::string_view> known(lines.begin(), lines.end());
    std::string out = have;
    for (const std::string_view line : text::split(more, '\n')) {
        if (known.contains(line))
            continue;
        if (!out.empty())
            out += '\n';
        out += line;
    }
    return out;
}

std::string lines_without(std::string_view have, std::string_view less) {
    const auto lines = text::split(less, '\n');
    const std::unordered_set<std::string_view> gone(lines.begin(), lines.end());
    std::string out;
    for (const std::string_view line : text::split(have, '\n')) {
        if (gone.contains(line))
            continue;
        if (!out.empty())
            out += '\n';
        out += line;
    }
    return out;
}

std::optional<std::string_view> appended_items(std::string_view before, std::string_view now) {
    constexpr std::string_view separator = "; ";
    if (before.empty() || !now.starts_with(before))
        return {};
    now.remove_prefix(before.size());
    if (!now.starts_with(separator))
        return {};
    return now.substr(separator.size());
}

}  // namespace crm::meta
