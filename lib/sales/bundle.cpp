#include "sales/bundle.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace crm::sales {

using meta::FieldInfo;
using store::inner_field;
using store::Record;
using store::row_number;
using store::RowCells;

namespace {

const FieldInfo& options_field(const Record& bundle) {
    return *bundle.entity->find("options");
}

const Option* find_option(const std::vector<Option>& options, std::string_view name) {
    const auto it = std::ranges::find(options, name, &Option::name);
    return it == options.end() ? nullptr : &*it;
}

/// The options that must be chosen when these are, these included.
std::set<std::string> with_needs(const std::vector<Option>& options,
                                 std::vector<std::string> open) {
    std::set<std::string> all;
    while (!open.empty()) {
        const std::string name = open.back();
        open.pop_back();
        if (!all.insert(name).second)
            continue;
        if (const Option* option = find_option(options, name))
            open.insert(open.end(), option->needs.begin(), option->needs.end());
    }
    return all;
}

std::vector<RowCells>::iterator find_row(Record& bundle, std::int64_t product) {
    return std::ranges::find_if(bundle.rows[options_field(bundle).first],
                                [&](const RowCells& row) { return row.front() == Value(product); });
}

/// Why an option can never be chosen when `always` must be chosen too; empty where it can.
std::string why_impossible(const std::vector<Option>& options, const Option& option,
                           std::vector<std::string> always) {
    always.push_back(option.name);
    const std::set<std::string> together = with_needs(options, std::move(always));
    for (const std::string& name : together) {
        const Option* one = find_option(options, name);
        if (one == nullptr)
            continue;
        for (const std::string& other : one->excludes)
            if (together.contains(other))
                return fmt::format(
                    "{} could never be chosen: {} excludes {}, and both are required", option.name,
                    name, other);
        if (one->max == 0)
            return fmt::format("{} could never be chosen: it requires {}, which has max 0",
                               option.name, name);
    }
    return {};
}

}  // namespace

std::string product_code(store::Store& store, std::int64_t product) {
    const meta::Entity& products = store.model().get("product");
    const auto record = store.find(products, product);
    if (!record)
        return meta::short_id(products, product);
    const std::string& sku = record->text(*products.find("sku"));
    return sku.empty() ? record->label() : sku;
}

std::vector<std::string> split_names(const std::string& names) {
    std::vector<std::string> out;
    for (const std::string_view part : text::split(names, ','))
        if (const auto name = text::trimmed(part); !name.empty())
            out.emplace_back(name);
    return out;
}

std::vector<Option> options_of(store::Store& store, const Record& bundle) {
    const FieldInfo& field = options_field(bundle);
    const auto names = [&](const RowCells& row, std::string_view name) {
        return split_names(store::row_text(row, inner_field(field, name)).value_or(""));
    };
    std::vector<Option> options;
    for (const RowCells& row : bundle.rows[field.first]) {
        Option& option = options.emplace_back();
        option.product = row_number(row, inner_field(field, "product")).value_or(0);
        option.name = product_code(store, option.product);
        option.min = row_number(row, inner_field(field, "min")).value_or(0);
        option.max = row_number(row, inner_field(field, "max"));
        option.needs = names(row, "requires");
        option.excludes = names(row, "excludes");
    }
    return options;
}

std::string describe(const Option& option) {
    std::string out = option.name;
    if (option.min > 0 || option.max) {
        const std::string max = option.max ? std::to_string(*option.max) : "any number";
        out += fmt::format(", {} to {}", option.min, max);
    }
    if (!option.needs.empty())
        out += fmt::format(", requires {}", fmt::join(option.needs, ", "));
    if (!option.excludes.empty())
        out += fmt::format(", excludes {}", fmt::join(option.excludes, ", "));
    return out;
}

RowCells& option_row(Record& bundle, std::int64_t product) {
    if (product == bundle.id)
        throw Error(
            Fault::refused, "own_option",
            fmt::format("{} {} cannot be an option of itself", bundle.short_id(), bundle.label()));
    const FieldInfo& field = options_field(bundle);
    auto& rows = bundle.rows[field.first];
    const auto found = find_row(bundle, product);
    if (found != rows.end())
        return *found;
    RowCells& row = rows.emplace_back(store::empty_row(field));
    row.front() = product;
    return row;
}

void remove_option(store::Store& store, Record& bundle, std::int64_t product) {
    auto& rows = bundle.rows[options_field(bundle).first];
    const auto found = find_row(bundle, product);
    if (found == rows.end())
        throw Error(Fault::not_found, "not_found",
                    fmt::format("{} is not an option of {} {}", product_code(store, product),
                                bundle.short_id(), bundle.label()));
    rows.erase(found);
}

void add_names(store::Store& store, const Record& bundle, RowCells& row, std::string_view field,
               const std::vector<std::int64_t>& products) {
    const FieldInfo& inner = inner_field(options_field(bundle), field);
    if (products.empty()) {
        row[inner.first] = Value();
        return;
    }
    auto names = split_names(store::row_text(row, inner).value_or(""));
    for (const std::int64_t product : products) {
        std::string name = product_code(store, product);
        if (std::ranges::find(names, name) == names.end())
            names.push_back(std::move(name));
    }
    row[inner.first] = fmt::format("{}", fmt::join(names, ", "));
}

void require_sound_bundle(store::Store& store, const Record& bundle) {
    const std::string why = contradiction(options_of(store, bundle));
    if (!why.empty())
        throw Error(
            Fault::refused, "contradiction",
            fmt::format("the options of {} would contradict each other: {}", bundle.label(), why),
            fmt::format("crm product show {} -F options", bundle.short_id()));
}

std::vector<std::string> problems_with(const std::vector<Option>& options,
                                       const std::map<std::int64_t, std::int64_t>& chosen) {
    std::vector<std::string> problems;
    const auto quantity = [&](const Option& option) {
        const auto it = chosen.find(option.product);
        return it == chosen.end() ? std::int64_t{0} : it->second;
    };
    const auto is_chosen = [&](const std::string& name) {
        const Option* option = find_option(options, name);
        return option != nullptr && quantity(*option) > 0;
    };
    for (const Option& option : options) {
        const std::int64_t n = quantity(option);
        if (n < option.min)
            problems.push_back(fmt::format("{}: at least {}, not {}", option.name, option.min, n));
        if (option.max && n > *option.max)
            problems.push_back(fmt::format("{}: at most {}, not {}", option.name, *option.max, n));
        if (n == 0)
            continue;
        for (const std::string& name : option.needs)
            if (!is_chosen(name))
                problems.push_back(fmt::format("{} requires {}", option.name, name));
        for (const std::string& name : option.excludes)
            if (is_chosen(name))
                problems.push_back(fmt::format("{} excludes {}", option.name, name));
    }
    return problems;
}

std::string contradiction(const std::vector<Option>& options) {
    std::vector<std::string> always;
    for (const Option& option : options) {
        if (option.max && option.min > *option.max)
            return fmt::format("{}: at least {} and at most {}", option.name, option.min,
                               *option.max);
        if (option.min > 0)
            always.push_back(option.name);
    }
    for (const Option& option : options)
        if (std::string why = why_impossible(options, option, always); !why.empty())
            return why;
    return {};
}

}  // namespace crm::sales
