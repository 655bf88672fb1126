#include "value/baskets.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "value/text_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

namespace crm::value {
namespace {

using insight::Item;

/// A list of names as a text.
class ItemLists {
public:
    explicit ItemLists(const Baskets& baskets) {
        for (const std::string& name : baskets.items)
            names_.push_back(meta::items_text(std::vector{meta::Item{name, {}}}));
    }

    Value of(std::span<const Item> items) const {
        constexpr std::string_view between = "; ";
        std::size_t size = 0;
        for (const Item item : items)
            size += names_[item].size() + between.size();
        std::string out;
        out.reserve(size);
        for (const Item item : items) {
            out += out.empty() ? std::string_view() : between;
            out += names_[item];
        }
        return out;
    }

private:
    std::vector<std::string> names_;  ///< as they are written in a list
};

[[noreturn]] void refuse(const Request& request, std::string message) {
    throw Error(Fault::refused, "too_many", std::move(message),
                request.support > .5 ? "leave out items that all baskets have"
                                     : fmt::format("raise it: --support {}", request.support * 2));
}

[[noreturn]] void refuse_too_many(std::size_t most, std::string_view what, const Request& request) {
    refuse(request, fmt::format("more than {},000 {} have a support of {}", most / 1000, what,
                                request.support));
}

insight::Itemsets sets_of(const Baskets& baskets, const Request& request) {
    const insight::ItemsetLimits limits{
        .least = insight::least_count(request.support, baskets.baskets.size())};
    insight::ItemsetsFound out =
        insight::find_itemsets(baskets.baskets, baskets.items.size(), limits);
    if (out.end == insight::ItemsetsFound::End::too_many)
        refuse_too_many(limits.most, "sets", request);
    if (!out.complete())
        refuse(request, fmt::format("it takes too long to find all sets that have a support of {}",
                                    request.support));
    return std::move(out.found);
}

/// The rules refer to the sets.
struct Rules {
    insight::Itemsets sets;
    std::vector<insight::AssociationRule> rules;
};

Rules rules_of(const Baskets& baskets, const Request& request) {
    if (baskets.baskets.empty())
        return {};
    const insight::RuleLimits limits{.confidence = request.confidence, .concise = request.concise};
    Rules out{.sets = sets_of(baskets, request)};
    auto rules = insight::find_rules(out.sets, baskets.baskets.size(), limits);
    if (!rules)
        refuse_too_many(limits.most, "rules", request);
    out.rules = std::move(*rules);
    return out;
}

std::vector<std::string> notes_of(const Baskets& baskets) {
    std::vector<std::string> out = baskets.notes;
    out.push_back(baskets.baskets.empty()
                      ? "no baskets were found"
                      : fmt::format("{} basket{} with {} different item{}", baskets.baskets.size(),
                                    baskets.baskets.size() == 1 ? "" : "s", baskets.items.size(),
                                    baskets.items.size() == 1 ? "" : "s"));
    return out;
}

/// The baskets, when the numbers of their items become places in the byte order of the names.
Baskets with_names(insight::BasketList baskets, const TextNumbers& items) {
    const std::vector<std::string_view>& names = items.texts();
    std::vector<Item> order(names.size());
    for (Item i = 0; i < order.size(); ++i)
        order[i] = i;
    std::ranges::sort(order, {}, [&](Item i) { return names[i]; });
    Baskets out;
    std::vector<Item> places(order.size());
    for (const Item i : order) {
        places[i] = static_cast<Item>(out.items.size());
        out.items.push_back(text::sanitised(names[i]));
    }
    out.baskets = std::move(baskets);
    out.baskets.renumber(places);
    return out;
}

/// Lines of items that are separated by commas.
Baskets lines_of_file(const InputFile& file) {
    TextNumbers items;
    insight::BasketList baskets;
    const auto end = file.text.end();
    for (auto from = file.text.begin();; ++from) {
        const auto at = std::find_if(from, end, [](char c) { return c == ',' || c == '\n'; });
        const std::string_view item = text::trimmed({from, at});
        if (!item.empty())
            baskets.add(items.of(item));
        if (at == end || *at == '\n')
            baskets.end_basket();
        if (at == end)
            break;
        from = at;
    }
    return with_names(std::move(baskets), items);
}

[[noreturn]] void refuse_without_dates(const InputFile& file) {
    throw Error(
        Fault::usage, "missing",
        fmt::format("-p requires the column of {} that is the date", text::clipped(file.name, 60)),
        "--map COLUMN=order,COLUMN=item,COLUMN=date");
}

/// A table of lines: an order and an item in each.
class TableOfLines {
public:
    void add(std::string_view order, std::string_view item) {
        lines_.emplace_back(orders_.of(order), items_.of(item));
    }

    Baskets baskets() {
        std::ranges::sort(lines_);
        insight::BasketList out;
        for (std::size_t at = 0; at < lines_.size(); ++at) {
            out.add(lines_[at].second);
            if (at + 1 == lines_.size() || lines_[at + 1].first != lines_[at].first)
                out.end_basket();
        }
        return with_names(std::move(out), items_);
    }

private:
    TextNumbers orders_, items_;
    std::vector<std::pair<Item, Item>> lines_;
};

}  // namespace

Baskets baskets_of_file(const InputFile& file, const PurchaseFilter& filter) {
    const bool of_a_period = filter.period.first || filter.period.last;
    if (file.map.empty()) {
        if (of_a_period)
            refuse_without_dates(file);
        return lines_of_file(file);
    }
    constexpr std::string_view valid[] = {"customer", "date",     "order", "item",
                                          "amount",   "quantity", "price"};
    const Table table(file);
    const Roles roles(table, file, valid);
    const std::size_t order = roles.get("order");
    const std::size_t item = roles.get("item");
    const auto date = roles.find("date");
    if (of_a_period && !date)
        refuse_without_dates(file);
    // Columns that are named by their headers have a header.
    const bool has_header = std::ranges::any_of(
        file.map, [&](const auto& entry) { return table.header(entry.first).has_value(); });
    TableOfLines lines;
    std::int64_t incomplete = 0;
    std::int64_t without_date = 0;
    for (std::size_t at = has_header ? 1 : 0; at < table.rows(); ++at) {
        const auto day = date ? read_day(table.cell(at, *date)) : filter.as_of;
        if (table.cell(at, order).empty() || table.cell(at, item).empty())
            ++incomplete;
        else if (!day)
            ++without_date;
        else if (filter.counts(*day))
            lines.add(table.cell(at, order), table.cell(at, item));
    }
    Baskets out = lines.baskets();
    note_left_out(out.notes, static_cast<std::int64_t>(table.unreadable()), "that cannot be read");
    note_left_out(out.notes, incomplete, "without an order or an item");
    note_left_out(out.notes, without_date, "without a date");
    return out;
}

report::Result itemsets_report(const Baskets& baskets, const Request& request) {
    report::Result out;
    report::Column items = list_column("items", "that are often in one basket");
    items.group = true;
    out.columns = {items, integer_column("count", "baskets that have all of them"),
                   share_column("support", "of all baskets")};
    out.notes = notes_of(baskets);
    if (baskets.baskets.empty())
        return out;
    const insight::Itemsets found = sets_of(baskets, request);
    std::vector<insight::Itemsets::Set> sets(found.sets().begin(), found.sets().end());
    std::ranges::sort(sets, [&](const auto& a, const auto& b) {
        return a.count != b.count
                   ? a.count > b.count
                   : std::ranges::lexicographical_compare(found.items(a), found.items(b));
    });
    const ItemLists lists(baskets);
    for (const insight::Itemsets::Set& set : sets)
        out.rows.push_back(
            {lists.of(found.items(set)), set.count,
             share(static_cast<double>(set.count), static_cast<double>(baskets.baskets.size()))});
    return out;
}

report::Result rules_report(const Baskets& baskets, const Request& request) {
    report::Result out;
    report::Column antecedent = list_column("antecedent", "who buys these");
    report::Column consequent = text_column("consequent", "often buys this");
    antecedent.group = consequent.group = true;
    report::Column lift = number_column("lift", 6,
                                        "confidence, divided by the share of baskets "
                                        "with the consequent");
    lift.charted = true;
    out.columns = {antecedent,
                   consequent,
                   integer_column("count", "baskets that have all of them"),
                   share_column("support", "of all baskets"),
                   share_column("confidence", "of the baskets with the antecedent"),
                   lift,
                   number_column("p", 6,
                                 "how likely the rule is chance: Fisher's exact test, "
                                 "corrected by Holm for all rules shown")};
    out.notes = notes_of(baskets);
    const ItemLists lists(baskets);
    const Rules found = rules_of(baskets, request);
    out.rows.reserve(found.rules.size());
    for (const insight::AssociationRule& rule : found.rules) {
        report::Row& row = out.rows.emplace_back();
        row.reserve(out.columns.size());
        row.push_back(lists.of(rule.antecedent));
        row.emplace_back(baskets.items[rule.consequent]);
        row.emplace_back(rule.count);
        row.push_back(
            share(static_cast<double>(rule.count), static_cast<double>(baskets.baskets.size())));
        for (const double number : {rule.confidence, rule.lift, rule.p})
            row.push_back(decimals(number, 6));
    }
    return out;
}

report::Result cross_sell_report(const Baskets& baskets, const Request& request) {
    report::Result out;
    report::Column product{.name = "product",
                           .type = report::ColumnType::link,
                           .group = true,
                           .help = "that the customer has not bought",
                           .noun = "product"};
    out.columns = {product,
                   list_column("because", "products that the customer has bought"),
                   share_column("confidence", "of the orders with these that have the product"),
                   number_column("lift", 6, "how much likelier than in any order"),
                   integer_column("count", "orders that have all of them"),
                   text_column("price", "list price of the product")};
    out.notes = notes_of(baskets);
    if (baskets.bought.empty())
        out.notes.emplace_back("the customer has bought no product");
    const ItemLists lists(baskets);
    std::set<Item> seen;
    const Rules found = rules_of(baskets, request);
    for (const insight::AssociationRule& rule : found.rules) {
        const bool has_all = std::ranges::includes(baskets.bought, rule.antecedent);
        if (!has_all || std::ranges::binary_search(baskets.bought, rule.consequent) ||
            !seen.insert(rule.consequent).second)
            continue;
        const std::string& price = baskets.prices[rule.consequent];
        out.rows.push_back({baskets.items[rule.consequent], lists.of(rule.antecedent),
                            decimals(rule.confidence, 6), decimals(rule.lift, 6), rule.count,
                            price.empty() ? Value() : Value(price)});
        out.ids.push_back({baskets.ids[rule.consequent]});
    }
    return out;
}

}  // namespace crm::value
