#include "sales/bundle.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace crm::sales {
namespace {

const Option* option_called(const std::vector<Option>& options, std::string_view name) {
    const auto it = std::ranges::find(options, name, &Option::name);
    return it == options.end() ? nullptr : &*it;
}

/// Everything that must be there when these are.
std::set<std::string> with_needs(const std::vector<Option>& options,
                                 std::vector<std::string> open) {
    std::set<std::string> out;
    while (!open.empty()) {
        const std::string name = open.back();
        open.pop_back();
        if (!out.insert(name).second)
            continue;
        if (const Option* option = option_called(options, name))
            open.insert(open.end(), option->needs.begin(), option->needs.end());
    }
    return out;
}

}  // namespace

std::string called(store::Store& store, std::int64_t product) {
    const meta::Entity& products = store.model().get("product");
    const auto record = store.find(products, product);
    if (!record)
        return meta::short_id(products, product);
    const std::string& sku = record->text(*products.find("sku"));
    return sku.empty() ? record->label() : sku;
}

std::vector<std::string> listed(const std::string& words) {
    std::vector<std::string> out;
    for (const std::string_view part : text::split(words, ','))
        if (const auto name = text::trimmed(part); !name.empty())
            out.emplace_back(name);
    return out;
}

std::vector<Option> options_of(store::Store& store, const store::Record& bundle) {
    const meta::FieldInfo& field = *bundle.entity->find("options");
    const auto cell = [&](const store::RowCells& row, std::string_view name) -> const Value& {
        return row[std::ranges::find(field.rows, name, [](const meta::FieldInfo& p) {
                       return p.name();
                   })->first];
    };
    const auto number = [](const Value& value) {
        const auto* n = std::get_if<std::int64_t>(&value);
        return n == nullptr ? std::optional<std::int64_t>() : *n;
    };
    const auto words = [](const Value& value) {
        const auto* s = std::get_if<std::string>(&value);
        return s == nullptr ? std::vector<std::string>() : listed(*s);
    };
    std::vector<Option> out;
    for (const store::RowCells& row : bundle.rows[field.first]) {
        const std::int64_t product = number(cell(row, "product")).value_or(0);
        out.push_back({product, called(store, product), number(cell(row, "min")).value_or(0),
                       number(cell(row, "max")), words(cell(row, "requires")),
                       words(cell(row, "excludes"))});
    }
    return out;
}

std::vector<std::string> wrong_with(const std::vector<Option>& options,
                                    const std::map<std::int64_t, std::int64_t>& chosen) {
    std::vector<std::string> out;
    const auto quantity = [&](const Option& option) {
        const auto it = chosen.find(option.product);
        return it == chosen.end() ? std::int64_t{0} : it->second;
    };
    const auto there = [&](const std::string& name) {
        const Option* option = option_called(options, name);
        return option != nullptr && quantity(*option) > 0;
    };
    for (const Option& option : options) {
        const std::int64_t n = quantity(option);
        if (n < option.least)
            out.push_back(fmt::format("{}: at least {}, and not {}", option.name, option.least, n));
        if (option.most && n > *option.most)
            out.push_back(fmt::format("{}: at most {}, and not {}", option.name, *option.most, n));
        if (n == 0)
            continue;
        for (const std::string& name : option.needs)
            if (!there(name))
                out.push_back(fmt::format("{} requires {}", option.name, name));
        for (const std::string& name : option.excludes)
            if (there(name))
                out.push_back(fmt::format("{} excludes {}", option.name, name));
    }
    return out;
}

std::string contradiction(const std::vector<Option>& options) {
    std::vector<std::string> always;
    for (const Option& option : options) {
        if (option.most && option.least > *option.most)
            return fmt::format("{}: at least {} and at most {}", option.name, option.least,
                               *option.most);
        if (option.least > 0)
            always.push_back(option.name);
    }
    for (const Option& option : options) {
        std::vector<std::string> start = always;
        start.push_back(option.name);
        const std::set<std::string> all = with_needs(options, start);
        for (const std::string& name : all)
            if (const Option* one = option_called(options, name))
                for (const std::string& other : one->excludes)
                    if (all.contains(other))
                        return fmt::format(
                            "{} could never be chosen: {} excludes {}, and both would have to be "
                            "there",
                            option.name, name, other);
        for (const std::string& name : all)
            if (const Option* one = option_called(options, name); one != nullptr && one->most == 0)
                return fmt::format(
                    "{} could never be chosen: it requires {}, of which there may be none",
                    option.name, name);
    }
    return {};
}

}  // namespace crm::sales
