#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// Which items are often together in baskets, and what follows from what.
namespace crm::insight {

using Item = std::uint32_t;

/// Baskets, one after another.
class BasketList {
public:
    /// Adds an item to the basket that `end_basket` ends.
    void add(Item item) { items_.push_back(item); }
    /// What was added more than once is kept once. A basket without items is none.
    void end_basket();
    /// Each item gets the number that `numbers`, which differ, have at its place.
    void renumber(std::span<const Item> numbers);

    bool empty() const { return ends_.empty(); }
    std::size_t size() const { return ends_.size(); }
    std::span<const Item> operator[](std::size_t at) const {
        return std::span(items_).subspan(begin(at), ends_[at] - begin(at));
    }

private:
    std::size_t begin(std::size_t at) const { return at == 0 ? 0 : ends_[at - 1]; }
    std::vector<Item> items_;
    std::vector<std::size_t> ends_;
};

/// Sets of items with the number of baskets that have all of them.
class Itemsets {
public:
    struct Set {
        std::uint32_t begin;
        std::uint32_t size;
        std::int64_t count;
        std::uint64_t hash;
    };

    /// Adds a set; the items ascend.
    void add(std::span<const Item> items, std::int64_t count);
    std::span<const Set> sets() const { return sets_; }
    std::span<const Item> items(const Set& set) const {
        return std::span(pool_).subspan(set.begin, set.size);
    }
    /// How many baskets have all of these items, which ascend; nothing for a set that is not here.
    std::optional<std::int64_t> count_of(std::span<const Item> items) const;
    /// The set without the item at that place in it; null where it is not here.
    const Set* find_without(const Set& set, std::size_t left_out) const;

private:
    template <class Same>
    const Set* find(std::uint64_t hash, const Same& is_same) const;
    void enter(std::uint32_t number);
    void grow();

    std::vector<Item> pool_;
    std::vector<Set> sets_;
    std::vector<std::uint32_t> places_;  ///< open addressing: number of a set + 1, or 0
};

/// The limits of a search. What is found never depends on `most`: more is no result.
struct ItemsetLimits {
    std::int64_t least = 1;  ///< baskets that must have a set
    std::size_t longest = 10;
    std::size_t most = 300'000;
    std::int64_t work = 1'500'000'000;  ///< steps of a few machine instructions
};

/// Whether a count reaches a share of a total: count >= ceil(share * total - 1e-9).
std::int64_t least_count(double share, std::size_t total);

struct ItemsetsFound {
    enum class End : std::uint8_t { complete, too_many, too_much_work };
    Itemsets found;
    End end = End::complete;
    bool complete() const { return end == End::complete; }
};

/// All sets that enough baskets have: Eclat (Zaki 2000, IEEE TKDE 12), items by rising support. The
/// baskets of a set are read item by item where they have few of those that may join it (as LCM
/// does: Uno and others 2004, FIMI), else they are bits. The items are below `items`.
ItemsetsFound find_itemsets(const BasketList& baskets, std::size_t items,
                            const ItemsetLimits& limits);

/// Who has all of `antecedent`, which is one of the sets, often has `consequent`.
struct AssociationRule {
    std::span<const Item> antecedent;
    Item consequent = 0;
    std::int64_t count = 0;             ///< baskets with all of them
    std::int64_t antecedent_count = 0;  ///< baskets with the antecedent
    std::int64_t consequent_count = 0;
    double confidence = 0;  ///< count / antecedent_count
    double lift = 0;        ///< confidence / share of baskets with the consequent
    double p = 1;           ///< Fisher's one-sided test, corrected by Holm for the rules found
};

struct RuleLimits {
    double confidence = 0;
    bool concise = false;  ///< without rules that a more general one of no less confidence covers
    std::size_t most = 150'000;
};

/// The rules that follow from the sets, which they refer to, by lift, then count, then items. More
/// than `most`: nothing.
std::optional<std::vector<AssociationRule>> find_rules(const Itemsets& sets, std::size_t baskets,
                                                       const RuleLimits& limits);

}  // namespace crm::insight
