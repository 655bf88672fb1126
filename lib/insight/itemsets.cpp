#include "insight/itemsets.hpp"

#include "insight/special.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace crm::insight {
namespace {

using Bits = std::vector<std::uint64_t>;

std::uint64_t hash_of(std::span<const Item> items) {
    std::uint64_t hash = 0x9e3779b97f4a7c15;
    for (const Item item : items) {
        hash = (hash ^ item) * 0xff51afd7ed558ccd;
        hash ^= hash >> 32;
    }
    return hash;
}

std::int64_t ones(const Bits& bits) {
    std::int64_t out = 0;
    for (const std::uint64_t word : bits)
        out += std::popcount(word);
    return out;
}

/// An item that may join a set, and which of the baskets of the set have it.
struct Candidate {
    Item item;
    std::int64_t count;
    Bits baskets;
};

class Eclat {
public:
    Eclat(std::span<const std::vector<Item>> baskets, std::size_t items,
          const ItemsetLimits& limits)
        : limits_(limits), ranks_(items) {
        rank(baskets, items);
        for (const std::vector<Item>& basket : baskets)
            add(basket);
    }

    ItemsetsFound search() {
        std::vector<Item> set;
        for (std::size_t first = 0; first < by_rank_.size() && out_.complete; ++first) {
            set.assign(1, by_rank_[first]);
            found(set, counts_[by_rank_[first]]);
            if (limits_.longest > 1)
                extend(set, below(first));
        }
        return std::move(out_);
    }

private:
    static constexpr std::uint32_t rare = ~std::uint32_t{0};

    /// Frequent items by rising support: sets begin with rare items, whose bits are few.
    void rank(std::span<const std::vector<Item>> baskets, std::size_t items) {
        counts_.resize(items);
        for (const std::vector<Item>& basket : baskets)
            for (const Item item : basket)
                ++counts_[item];
        for (Item item = 0; item < items; ++item)
            if (counts_[item] >= limits_.least)
                by_rank_.push_back(item);
        std::ranges::stable_sort(by_rank_, {}, [&](Item item) { return counts_[item]; });
        std::ranges::fill(ranks_, rare);
        for (std::size_t at = 0; at < by_rank_.size(); ++at)
            ranks_[by_rank_[at]] = static_cast<std::uint32_t>(at);
        with_.resize(by_rank_.size());
    }

    void add(const std::vector<Item>& basket) {
        std::vector<std::uint32_t> ranked;
        for (const Item item : basket)
            if (ranks_[item] != rare)
                ranked.push_back(ranks_[item]);
        std::ranges::sort(ranked);
        for (const std::uint32_t at : ranked)
            with_[at].push_back(static_cast<std::uint32_t>(baskets_.size()));
        baskets_.push_back(std::move(ranked));
    }

    /// What may join a first item; only its own baskets have bits.
    std::vector<Candidate> below(std::size_t first) {
        const std::vector<std::uint32_t>& own = with_[first];
        const std::size_t words = (own.size() + 63) / 64;
        std::vector<std::int64_t> counts(by_rank_.size());
        for (const std::uint32_t basket : own)
            for (const std::uint32_t at : baskets_[basket])
                ++counts[at];
        std::vector<Candidate> out;
        std::vector<std::size_t> places(by_rank_.size());
        for (std::size_t at = first + 1; at < by_rank_.size(); ++at) {
            if (counts[at] < limits_.least)
                continue;
            out.push_back({by_rank_[at], counts[at], Bits(words)});
            places[at] = out.size();
        }
        for (std::size_t i = 0; i < own.size(); ++i)
            for (const std::uint32_t at : baskets_[own[i]])
                if (places[at] > 0)
                    out[places[at] - 1].baskets[i / 64] |= std::uint64_t{1} << i % 64;
        return out;
    }

    void extend(std::vector<Item>& set, const std::vector<Candidate>& candidates) {
        for (std::size_t i = 0; i < candidates.size() && out_.complete; ++i) {
            set.push_back(candidates[i].item);
            found(set, candidates[i].count);
            if (set.size() < limits_.longest)
                extend(set, joined(candidates, i));
            set.pop_back();
        }
    }

    std::vector<Candidate> joined(const std::vector<Candidate>& candidates, std::size_t with) {
        std::vector<Candidate> out;
        const Bits& mine = candidates[with].baskets;
        scratch_.resize(mine.size());
        for (std::size_t other = with + 1; other < candidates.size(); ++other) {
            const Bits& theirs = candidates[other].baskets;
            for (std::size_t word = 0; word < mine.size(); ++word)
                scratch_[word] = mine[word] & theirs[word];
            const std::int64_t count = ones(scratch_);
            if (count >= limits_.least)
                out.push_back({candidates[other].item, count, scratch_});
        }
        return out;
    }

    void found(const std::vector<Item>& set, std::int64_t count) {
        if (out_.found.sets().size() == limits_.most) {
            out_.complete = false;
            return;
        }
        std::vector<Item> items = set;
        std::ranges::sort(items);
        out_.found.add(items, count);
    }

    ItemsetLimits limits_;
    std::vector<std::int64_t> counts_;
    std::vector<Item> by_rank_;
    std::vector<std::uint32_t> ranks_;                 ///< of an item
    std::vector<std::vector<std::uint32_t>> baskets_;  ///< ranks of the frequent items of each
    std::vector<std::vector<std::uint32_t>> with_;     ///< baskets with the item of each rank
    Bits scratch_;
    ItemsetsFound out_;
};

/// Below 0 where the first rule has more lift. Exact: both are of the same number of baskets.
int compare_lift(const AssociationRule& a, const AssociationRule& b) {
    const auto product = [](std::int64_t x, std::int64_t y, std::int64_t z) {
        return static_cast<__int128>(x) * y * z;
    };
    const __int128 left = product(a.count, b.antecedent_count, b.consequent_count);
    const __int128 right = product(b.count, a.antecedent_count, a.consequent_count);
    return left > right ? -1 : left < right ? 1 : 0;
}

bool before(const AssociationRule& a, const AssociationRule& b) {
    if (const int order = compare_lift(a, b); order != 0)
        return order < 0;
    if (a.count != b.count)
        return a.count > b.count;
    if (a.antecedent != b.antecedent)
        return a.antecedent < b.antecedent;
    return a.consequent < b.consequent;
}

void add_probabilities(std::vector<AssociationRule>& rules, std::size_t baskets) {
    const FisherTest test(static_cast<std::int64_t>(baskets));
    std::vector<double> probabilities;
    for (const AssociationRule& rule : rules)
        probabilities.push_back(test(rule.antecedent_count, rule.consequent_count, rule.count));
    const std::vector<double> corrected = holm(probabilities);
    for (std::size_t i = 0; i < rules.size(); ++i)
        rules[i].p = corrected[i];
}

class RuleSearch {
public:
    RuleSearch(const Itemsets& sets, const RuleLimits& limits) : sets_(sets), limits_(limits) {}

    /// False where there are too many.
    bool add_rules_of(const Itemsets::Set& set) {
        const std::span<const Item> items = sets_.items(set);
        for (std::size_t leave = 0; leave < items.size(); ++leave) {
            AssociationRule rule;
            rule.consequent = items[leave];
            rule.antecedent.assign(items.begin(), items.end());
            rule.antecedent.erase(rule.antecedent.begin() + static_cast<std::ptrdiff_t>(leave));
            rule.count = set.count;
            rule.antecedent_count = sets_.count_of(rule.antecedent).value_or(0);
            if (!is_sure(rule))
                continue;
            rule.consequent_count = sets_.count_of(items.subspan(leave, 1)).value_or(0);
            if (limits_.concise && is_covered(rule))
                continue;
            if (out_.size() == limits_.most)
                return false;
            out_.push_back(std::move(rule));
        }
        return true;
    }

    std::vector<AssociationRule> take() { return std::move(out_); }

private:
    bool is_sure(const AssociationRule& rule) const {
        return static_cast<double>(rule.count) >=
               limits_.confidence * static_cast<double>(rule.antecedent_count) - 1e-9;
    }

    /// Whether a part of the antecedent gives the consequent no less surely.
    bool is_covered(const AssociationRule& rule) const {
        const std::size_t all = (std::size_t{1} << rule.antecedent.size()) - 1;
        for (std::size_t part = 1; part < all; ++part) {
            std::vector<Item> general;
            for (std::size_t i = 0; i < rule.antecedent.size(); ++i)
                if ((part >> i & 1) != 0)
                    general.push_back(rule.antecedent[i]);
            const std::int64_t antecedent = sets_.count_of(general).value_or(0);
            general.insert(std::ranges::lower_bound(general, rule.consequent), rule.consequent);
            const std::int64_t count = sets_.count_of(general).value_or(0);
            if (static_cast<__int128>(count) * rule.antecedent_count >=
                static_cast<__int128>(rule.count) * antecedent)
                return true;
        }
        return false;
    }

    const Itemsets& sets_;
    RuleLimits limits_;
    std::vector<AssociationRule> out_;
};

}  // namespace

void Itemsets::add(std::span<const Item> items, std::int64_t count) {
    if ((sets_.size() + 1) * 2 > places_.size())
        grow();
    sets_.push_back({pool_.size(), items.size(), count});
    pool_.insert(pool_.end(), items.begin(), items.end());
    places_[place_of(items)] = static_cast<std::uint32_t>(sets_.size());
}

std::optional<std::int64_t> Itemsets::count_of(std::span<const Item> items) const {
    if (places_.empty())
        return std::nullopt;
    const std::uint32_t number = places_[place_of(items)];
    if (number == 0)
        return std::nullopt;
    return sets_[number - 1].count;
}

/// Where the set is, or where it would be.
std::size_t Itemsets::place_of(std::span<const Item> wanted) const {
    const std::size_t mask = places_.size() - 1;
    for (std::size_t at = hash_of(wanted) & mask;; at = (at + 1) & mask)
        if (places_[at] == 0 || std::ranges::equal(items(sets_[places_[at] - 1]), wanted))
            return at;
}

void Itemsets::grow() {
    places_.assign(std::max<std::size_t>(1024, places_.size() * 2), 0);
    for (std::size_t i = 0; i < sets_.size(); ++i)
        places_[place_of(items(sets_[i]))] = static_cast<std::uint32_t>(i + 1);
}

std::int64_t least_count(double share, std::size_t total) {
    const double least = std::ceil(share * static_cast<double>(total) - 1e-9);
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(least));
}

ItemsetsFound find_itemsets(std::span<const std::vector<Item>> baskets, std::size_t items,
                            const ItemsetLimits& limits) {
    return Eclat(baskets, items, limits).search();
}

std::optional<std::vector<AssociationRule>> find_rules(const Itemsets& sets, std::size_t baskets,
                                                       const RuleLimits& limits) {
    RuleSearch search(sets, limits);
    for (const Itemsets::Set& set : sets.sets())
        if (set.size > 1 && !search.add_rules_of(set))
            return std::nullopt;
    std::vector<AssociationRule> out = search.take();
    for (AssociationRule& rule : out) {
        rule.confidence =
            static_cast<double>(rule.count) / static_cast<double>(rule.antecedent_count);
        rule.lift = rule.confidence * static_cast<double>(baskets) /
                    static_cast<double>(rule.consequent_count);
    }
    std::ranges::sort(out, before);
    add_probabilities(out, baskets);
    return out;
}

}  // namespace crm::insight
