#include "insight/itemsets.hpp"

#include "insight/special.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

namespace crm::insight {
namespace {

using Bits = std::vector<std::uint64_t>;
/// Of an item among the frequent ones, by rising support.
using Rank = std::uint32_t;
/// What a basket has after an item: ranks, which ascend up to `Eclat::end_of_basket`.
using Rest = const Rank*;

/// The items of a set have hashes that are added up.
std::uint64_t hash_of(Item item) {
    std::uint64_t hash = (item + 1) * 0x9e3779b97f4a7c15;
    hash = (hash ^ hash >> 32) * 0xff51afd7ed558ccd;
    return hash ^ hash >> 29;
}

std::uint64_t hash_of(std::span<const Item> items) {
    std::uint64_t hash = 0;
    for (const Item item : items)
        hash += hash_of(item);
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
        : limits_(limits) {
        rank(baskets, items);
        counts_.resize(by_rank_.size());
        places_.resize(by_rank_.size(), nowhere);
    }

    ItemsetsFound search() {
        std::vector<Rest> all;
        for (const std::size_t begin : begins_)
            all.push_back(ranks_.data() + begin);
        std::vector<Item> set;
        if (limits_.longest > 0)
            extend(set, all);
        return std::move(out_);
    }

private:
    static constexpr std::size_t nowhere = ~std::size_t{0};
    static constexpr Rank end_of_basket = ~Rank{0};

    /// An item that may join a set, and where what the baskets have after it begins and ends.
    struct Joining {
        Rank rank;
        std::int64_t count;
        std::size_t begin = 0, end = 0;
    };

    /// Frequent items by rising support: sets begin with rare items, which few baskets have.
    void rank(std::span<const std::vector<Item>> baskets, std::size_t items) {
        std::vector<std::int64_t> counts(items);
        for (const std::vector<Item>& basket : baskets)
            for (const Item item : basket)
                ++counts[item];
        for (Item item = 0; item < items; ++item)
            if (counts[item] >= limits_.least)
                by_rank_.push_back(item);
        std::ranges::stable_sort(by_rank_, {}, [&](Item item) { return counts[item]; });
        std::vector<Rank> ranks(items, end_of_basket);
        for (Rank at = 0; at < by_rank_.size(); ++at)
            ranks[by_rank_[at]] = at;
        for (const std::vector<Item>& basket : baskets) {
            const std::size_t begin = ranks_.size();
            for (const Item item : basket)
                if (ranks[item] != end_of_basket)
                    ranks_.push_back(ranks[item]);
            if (ranks_.size() == begin)
                continue;
            std::sort(ranks_.begin() + static_cast<std::ptrdiff_t>(begin), ranks_.end());
            ranks_.push_back(end_of_basket);
            begins_.push_back(begin);
        }
    }

    /// Adds the sets that are larger than this one, of which the baskets have these rests.
    void extend(std::vector<Item>& set, std::span<const Rest> rests) {
        std::vector<Joining> joining = joining_of(rests);
        if (is_dense(joining, rests.size())) {
            std::ranges::sort(joining, {}, &Joining::rank);
            return extend(set, candidates_of(joining, rests));
        }
        std::vector<Rest> shorter;
        if (set.size() + 1 < limits_.longest)
            shorter = rests_after(joining, rests);
        for (const Joining& next : joining) {
            if (!out_.complete())
                return;
            set.push_back(by_rank_[next.rank]);
            found(set, next.count);
            if (next.begin < next.end)
                extend(set, std::span(shorter).subspan(next.begin, next.end - next.begin));
            set.pop_back();
        }
    }

    /// What enough of the baskets have.
    std::vector<Joining> joining_of(std::span<const Rest> rests) {
        std::vector<Rank>& seen = seen_;
        seen.clear();
        std::int64_t steps = 0;
        for (Rest at : rests)
            for (; *at != end_of_basket; ++at, ++steps)
                if (++counts_[*at] == 1)
                    seen.push_back(*at);
        work(steps);
        std::vector<Joining> out;
        for (const Rank rank : seen) {
            if (counts_[rank] >= limits_.least)
                out.push_back({rank, counts_[rank]});
            counts_[rank] = 0;
        }
        return out;
    }

    /// Whether a bit for each basket and item is less than a number for each item of a basket.
    static bool is_dense(const std::vector<Joining>& joining, std::size_t baskets) {
        constexpr std::size_t bits_of_a_step = 8;
        std::size_t numbers = 0;
        for (const Joining& next : joining)
            numbers += static_cast<std::size_t>(next.count);
        return numbers * bits_of_a_step > joining.size() * baskets && joining.size() > 1;
    }

    /// What the baskets have after each item that joins.
    std::vector<Rest> rests_after(std::vector<Joining>& joining, std::span<const Rest> rests) {
        std::size_t size = 0;
        for (Joining& next : joining) {
            places_[next.rank] = next.begin = size;
            size += static_cast<std::size_t>(next.count);
        }
        std::vector<Rest> out(size);
        for (Rest at : rests)
            for (; *at != end_of_basket; ++at)
                if (places_[*at] != nowhere && at[1] != end_of_basket)
                    out[places_[*at]++] = at + 1;
        for (Joining& next : joining)
            next.end = std::exchange(places_[next.rank], nowhere);
        return out;
    }

    std::vector<Candidate> candidates_of(const std::vector<Joining>& joining,
                                         std::span<const Rest> rests) {
        std::vector<Candidate> out;
        for (const Joining& next : joining) {
            places_[next.rank] = out.size();
            out.push_back({by_rank_[next.rank], next.count, Bits((rests.size() + 63) / 64)});
        }
        for (std::size_t i = 0; i < rests.size(); ++i)
            for (Rest at = rests[i]; *at != end_of_basket; ++at)
                if (places_[*at] != nowhere)
                    out[places_[*at]].baskets[i / 64] |= std::uint64_t{1} << i % 64;
        for (const Joining& next : joining)
            places_[next.rank] = nowhere;
        return out;
    }

    void extend(std::vector<Item>& set, const std::vector<Candidate>& candidates) {
        for (std::size_t i = 0; i < candidates.size() && out_.complete(); ++i) {
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
        work(static_cast<std::int64_t>(mine.size() * (candidates.size() - with)));
        return out;
    }

    void found(const std::vector<Item>& set, std::int64_t count) {
        if (out_.found.sets().size() == limits_.most) {
            out_.end = ItemsetsFound::End::too_many;
            return;
        }
        sorted_ = set;
        std::ranges::sort(sorted_);
        out_.found.add(sorted_, count);
    }

    void work(std::int64_t steps) {
        work_ += steps;
        if (work_ > limits_.work)
            out_.end = ItemsetsFound::End::too_much_work;
    }

    ItemsetLimits limits_;
    std::vector<Item> by_rank_;
    std::vector<Rank> ranks_;  ///< of all baskets, each with its end
    std::vector<std::size_t> begins_;
    std::int64_t work_ = 0;
    ItemsetsFound out_;
    // Of the set at hand, kept to save their allocation.
    std::vector<std::int64_t> counts_;  ///< by rank; all 0 between two sets
    std::vector<std::size_t> places_;   ///< by rank; all `nowhere` between two sets
    std::vector<Rank> seen_;
    std::vector<Item> sorted_;
    Bits scratch_;
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
    // What differs by more than rounding needs no exact comparison.
    if (std::abs(a.lift - b.lift) > 1e-9 * a.lift)
        return a.lift > b.lift;
    if (const int order = compare_lift(a, b); order != 0)
        return order < 0;
    if (a.count != b.count)
        return a.count > b.count;
    if (a.antecedent != b.antecedent)
        return a.antecedent < b.antecedent;
    return a.consequent < b.consequent;
}

/// Sorts their places, since a rule is large.
void sort_rules(std::vector<AssociationRule>& rules) {
    std::vector<std::uint32_t> order(rules.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order,
                      [&](std::uint32_t a, std::uint32_t b) { return before(rules[a], rules[b]); });
    std::vector<AssociationRule> sorted;
    sorted.reserve(rules.size());
    for (const std::uint32_t at : order)
        sorted.push_back(std::move(rules[at]));
    rules = std::move(sorted);
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
            AssociationRule rule{.consequent = items[leave],
                                 .count = set.count,
                                 .antecedent_count = sets_.count_without(set, leave).value_or(0)};
            if (!is_sure(rule))
                continue;
            rule.antecedent.assign(items.begin(), items.end());
            rule.antecedent.erase(rule.antecedent.begin() + static_cast<std::ptrdiff_t>(leave));
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
    enter(static_cast<std::uint32_t>(sets_.size()));
}

std::optional<std::int64_t> Itemsets::count_of(std::span<const Item> wanted) const {
    return count_at(place_of(hash_of(wanted), [&](std::span<const Item> items) {
        return std::ranges::equal(items, wanted);
    }));
}

std::optional<std::int64_t> Itemsets::count_without(const Set& set, std::size_t left_out) const {
    const std::span<const Item> whole = items(set);
    const auto before = whole.first(left_out);
    const auto after = whole.subspan(left_out + 1);
    return count_at(
        place_of(hash_of(whole) - hash_of(whole[left_out]), [&](std::span<const Item> items) {
            return items.size() + 1 == whole.size() &&
                   std::ranges::equal(items.first(left_out), before) &&
                   std::ranges::equal(items.subspan(left_out), after);
        }));
}

std::optional<std::int64_t> Itemsets::count_at(std::size_t place) const {
    if (places_.empty() || places_[place] == 0)
        return std::nullopt;
    return sets_[places_[place] - 1].count;
}

/// Where the set is, or where it would be.
template <class Same>
std::size_t Itemsets::place_of(std::uint64_t hash, const Same& is_same) const {
    if (places_.empty())
        return 0;
    const std::size_t mask = places_.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask)
        if (places_[at] == 0 || is_same(items(sets_[places_[at] - 1])))
            return at;
}

/// A set that is not yet in `places_`.
void Itemsets::enter(std::uint32_t number) {
    const auto never = [](std::span<const Item>) { return false; };
    places_[place_of(hash_of(items(sets_[number - 1])), never)] = number;
}

void Itemsets::grow() {
    places_.assign(std::max<std::size_t>(1024, places_.size() * 2), 0);
    for (std::uint32_t number = 1; number <= sets_.size(); ++number)
        enter(number);
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
    sort_rules(out);
    add_probabilities(out, baskets);
    return out;
}

}  // namespace crm::insight
