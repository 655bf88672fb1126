#include "insight/itemsets.hpp"

#include "insight/special.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace crm::insight {
namespace {

using Bits = std::vector<std::uint64_t>;
/// Of an item among the frequent ones, by rising support.
using Rank = std::uint32_t;
/// Where what a basket has after an item begins in `Eclat::ranks_`: ranks, which ascend up to
/// `Eclat::end_of_basket`.
using Rest = std::uint32_t;

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

/// The bits of a word that are 1. std::popcount is a call where the processor is not known.
std::int64_t ones(std::uint64_t word) {
    word -= word >> 1 & 0x5555555555555555;
    word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
    word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f;
    return static_cast<std::int64_t>(word * 0x0101010101010101 >> 56);
}

class Eclat {
public:
    Eclat(const BasketList& baskets, std::size_t items, const ItemsetLimits& limits)
        : limits_(limits) {
        rank(baskets, items);
        counts_.resize(by_rank_.size());
        places_.resize(by_rank_.size(), nowhere);
        levels_.resize(std::min(limits.longest, by_rank_.size() + 1));
    }

    ItemsetsFound search() {
        if (limits_.longest > 0)
            extend(begins_);
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

    /// What may join a set of one size, and the baskets that have it: what they have after it, or
    /// as bits, for each item so many words.
    struct Level {
        std::vector<Joining> joining;
        std::vector<Rest> rests;
        Bits bits;
    };

    /// Frequent items by rising support: sets begin with rare items, which few baskets have.
    void rank(const BasketList& baskets, std::size_t items) {
        std::vector<std::int64_t> counts(items);
        for (std::size_t at = 0; at < baskets.size(); ++at)
            for (const Item item : baskets[at])
                ++counts[item];
        for (Item item = 0; item < items; ++item)
            if (counts[item] >= limits_.least)
                by_rank_.push_back(item);
        std::ranges::stable_sort(by_rank_, {}, [&](Item item) { return counts[item]; });
        std::vector<Rank> ranks(items, end_of_basket);
        for (Rank at = 0; at < by_rank_.size(); ++at)
            ranks[by_rank_[at]] = at;
        begins_.reserve(baskets.size());
        for (std::size_t at = 0; at < baskets.size(); ++at) {
            const auto begin = static_cast<Rest>(ranks_.size());
            for (const Item item : baskets[at])
                if (ranks[item] != end_of_basket)
                    ranks_.push_back(ranks[item]);
            if (ranks_.size() == begin)
                continue;
            std::sort(ranks_.begin() + static_cast<std::ptrdiff_t>(begin), ranks_.end());
            ranks_.push_back(end_of_basket);
            begins_.push_back(begin);
        }
    }

    /// Adds the sets that are larger than the one at hand, of which the baskets have these rests.
    void extend(std::span<const Rest> rests) {
        Level& level = levels_[set_.size()];
        find_joining(rests, level.joining);
        if (is_dense(level.joining, rests.size())) {
            const std::size_t words = (rests.size() + 63) / 64;
            std::ranges::sort(level.joining, {}, &Joining::rank);
            write_bits(level, rests, words);
            return extend_bits(words);
        }
        if (set_.size() + 1 < limits_.longest)
            divide(level, rests);
        for (const Joining& next : level.joining) {
            if (!out_.complete())
                return;
            set_.push_back(by_rank_[next.rank]);
            found(next.count);
            if (next.begin < next.end)
                extend(std::span(level.rests).subspan(next.begin, next.end - next.begin));
            set_.pop_back();
        }
    }

    /// What enough of the baskets have.
    void find_joining(std::span<const Rest> rests, std::vector<Joining>& out) {
        seen_.clear();
        std::int64_t steps = 0;
        for (const Rest rest : rests)
            for (const Rank* at = ranks_.data() + rest; *at != end_of_basket; ++at, ++steps)
                if (++counts_[*at] == 1)
                    seen_.push_back(*at);
        work(steps);
        out.clear();
        for (const Rank rank : seen_) {
            if (counts_[rank] >= limits_.least)
                out.push_back({rank, counts_[rank]});
            counts_[rank] = 0;
        }
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
    void divide(Level& level, std::span<const Rest> rests) {
        std::size_t size = 0;
        for (Joining& next : level.joining) {
            places_[next.rank] = next.begin = size;
            size += static_cast<std::size_t>(next.count);
        }
        level.rests.resize(std::max(size, level.rests.size()));
        for (const Rest rest : rests)
            for (Rest at = rest; ranks_[at] != end_of_basket; ++at)
                if (places_[ranks_[at]] != nowhere && ranks_[at + 1] != end_of_basket)
                    level.rests[places_[ranks_[at]]++] = at + 1;
        for (Joining& next : level.joining)
            next.end = std::exchange(places_[next.rank], nowhere);
    }

    void write_bits(Level& level, std::span<const Rest> rests, std::size_t words) {
        level.bits.assign(level.joining.size() * words, 0);
        for (std::size_t i = 0; i < level.joining.size(); ++i)
            places_[level.joining[i].rank] = i * words;
        for (std::size_t i = 0; i < rests.size(); ++i)
            for (const Rank* at = ranks_.data() + rests[i]; *at != end_of_basket; ++at)
                if (places_[*at] != nowhere)
                    level.bits[places_[*at] + i / 64] |= std::uint64_t{1} << i % 64;
        for (const Joining& next : level.joining)
            places_[next.rank] = nowhere;
    }

    /// The same as `extend` where the baskets are bits.
    void extend_bits(std::size_t words) {
        const Level& level = levels_[set_.size()];
        for (std::size_t i = 0; i < level.joining.size() && out_.complete(); ++i) {
            set_.push_back(by_rank_[level.joining[i].rank]);
            found(level.joining[i].count);
            if (set_.size() < limits_.longest && i + 1 < level.joining.size()) {
                join(level, i, words);
                extend_bits(words);
            }
            set_.pop_back();
        }
    }

    /// What may join the set at hand, to which item `with` of the level was added last.
    void join(const Level& level, std::size_t with, std::size_t words) {
        Level& out = levels_[set_.size()];
        out.joining.clear();
        const std::size_t others = level.joining.size() - with - 1;
        out.bits.resize(std::max(others * words, out.bits.size()));
        const std::uint64_t* mine = level.bits.data() + with * words;
        std::uint64_t* both = out.bits.data();
        for (std::size_t other = with + 1; other < level.joining.size(); ++other) {
            const std::uint64_t* theirs = level.bits.data() + other * words;
            std::int64_t count = 0;
            for (std::size_t word = 0; word < words; ++word) {
                both[word] = mine[word] & theirs[word];
                count += ones(both[word]);
            }
            if (count < limits_.least)
                continue;
            out.joining.push_back({level.joining[other].rank, count});
            both += words;
        }
        work(static_cast<std::int64_t>(words * (others + 1)));
    }

    void found(std::int64_t count) {
        if (out_.found.sets().size() == limits_.most) {
            out_.end = ItemsetsFound::End::too_many;
            return;
        }
        sorted_ = set_;
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
    std::vector<Rest> begins_;
    std::int64_t work_ = 0;
    ItemsetsFound out_;
    std::vector<Item> set_;      ///< at hand
    std::vector<Level> levels_;  ///< by the size of the set
    // Kept to save their allocation.
    std::vector<std::int64_t> counts_;  ///< by rank; all 0 between two sets
    std::vector<std::size_t> places_;   ///< by rank; all `nowhere` between two sets
    std::vector<Rank> seen_;
    std::vector<Item> sorted_;
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

/// Of rules whose lift differs by no more than rounding.
bool before(const AssociationRule& a, const AssociationRule& b) {
    if (const int order = compare_lift(a, b); order != 0)
        return order < 0;
    if (a.count != b.count)
        return a.count > b.count;
    if (!std::ranges::equal(a.antecedent, b.antecedent))
        return std::ranges::lexicographical_compare(a.antecedent, b.antecedent);
    return a.consequent < b.consequent;
}

void sort_rules(std::vector<AssociationRule>& rules) {
    std::ranges::sort(rules, [](const AssociationRule& a, const AssociationRule& b) {
        if (std::abs(a.lift - b.lift) > 1e-9 * a.lift)
            return a.lift > b.lift;
        return before(a, b);
    });
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
            const Itemsets::Set* without = sets_.find_without(set, leave);
            if (without == nullptr || !is_sure(set, *without))
                continue;
            AssociationRule rule{.antecedent = sets_.items(*without),
                                 .consequent = items[leave],
                                 .count = set.count,
                                 .antecedent_count = without->count};
            rule.consequent_count = sets_.count_of(items.subspan(leave, 1)).value_or(0);
            if (limits_.concise && is_covered(rule))
                continue;
            if (out_.size() == limits_.most)
                return false;
            out_.push_back(rule);
        }
        return true;
    }

    std::vector<AssociationRule> take() { return std::move(out_); }

private:
    bool is_sure(const Itemsets::Set& both, const Itemsets::Set& antecedent) const {
        return static_cast<double>(both.count) >=
               limits_.confidence * static_cast<double>(antecedent.count) - 1e-9;
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

void BasketList::end_basket() {
    const auto first = items_.begin() + static_cast<std::ptrdiff_t>(begin(ends_.size()));
    if (first == items_.end())
        return;
    std::sort(first, items_.end());
    items_.erase(std::unique(first, items_.end()), items_.end());
    ends_.push_back(items_.size());
}

void BasketList::renumber(std::span<const Item> numbers) {
    for (Item& item : items_)
        item = numbers[item];
}

void Itemsets::add(std::span<const Item> items, std::int64_t count) {
    if ((sets_.size() + 1) * 2 > places_.size())
        grow();
    sets_.push_back({static_cast<std::uint32_t>(pool_.size()),
                     static_cast<std::uint32_t>(items.size()), count, hash_of(items)});
    pool_.insert(pool_.end(), items.begin(), items.end());
    enter(static_cast<std::uint32_t>(sets_.size()));
}

std::optional<std::int64_t> Itemsets::count_of(std::span<const Item> wanted) const {
    const Set* found = find(hash_of(wanted), [&](std::span<const Item> items) {
        return std::ranges::equal(items, wanted);
    });
    return found != nullptr ? std::optional(found->count) : std::nullopt;
}

const Itemsets::Set* Itemsets::find_without(const Set& set, std::size_t left_out) const {
    const std::span<const Item> whole = items(set);
    return find(set.hash - hash_of(whole[left_out]), [&](std::span<const Item> items) {
        bool same = items.size() + 1 == whole.size();
        for (std::size_t i = 0; same && i < items.size(); ++i)
            same = items[i] == whole[i < left_out ? i : i + 1];
        return same;
    });
}

template <class Same>
const Itemsets::Set* Itemsets::find(std::uint64_t hash, const Same& is_same) const {
    if (places_.empty())
        return nullptr;
    const std::size_t mask = places_.size() - 1;
    for (std::size_t at = hash & mask; places_[at] != 0; at = (at + 1) & mask) {
        const Set& set = sets_[places_[at] - 1];
        if (set.hash == hash && is_same(items(set)))
            return &set;
    }
    return nullptr;
}

/// A set that is not yet in `places_`.
void Itemsets::enter(std::uint32_t number) {
    const std::size_t mask = places_.size() - 1;
    std::size_t at = sets_[number - 1].hash & mask;
    while (places_[at] != 0)
        at = (at + 1) & mask;
    places_[at] = number;
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

ItemsetsFound find_itemsets(const BasketList& baskets, std::size_t items,
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
