#pragma once

#include <cstdint>
#include <vector>

namespace crm {

/// 64-bit keys to small values, in one piece of memory: for the millions of keys of an import,
/// where a node each would cost more than all else. Keys are digests, so they are spread already; 0
/// and 1 count as the same. Nothing is taken out.
template <class Value>
class FlatMap {
public:
    const Value* find(std::uint64_t key) const {
        if (slots_.empty())
            return nullptr;
        const Slot& slot = slots_[place(key)];
        return slot.key == free ? nullptr : &slot.value;
    }
    /// Replaces the value that is there already.
    void assign(std::uint64_t key, const Value& value) {
        insert(key, value);
        slots_[place(key)].value = value;
    }
    /// Keeps the value that is there already.
    void insert(std::uint64_t key, const Value& value) {
        if (count_ * 3 >= slots_.size() * 2)
            grow();
        Slot& slot = slots_[place(key)];
        if (slot.key != free)
            return;
        slot = {used(key), value};
        ++count_;
    }

private:
    static constexpr std::uint64_t free = 0;
    struct Slot {
        std::uint64_t key = free;
        Value value{};
    };
    static std::uint64_t used(std::uint64_t key) { return key == free ? 1 : key; }
    /// Where the key is, or the free place that it would take.
    std::size_t place(std::uint64_t key) const {
        const std::size_t mask = slots_.size() - 1;
        std::size_t at = used(key) & mask;
        while (slots_[at].key != free && slots_[at].key != used(key))
            at = (at + 1) & mask;
        return at;
    }
    void grow() {
        std::vector<Slot> old(slots_.empty() ? 1024 : slots_.size() * 2);
        old.swap(slots_);
        count_ = 0;
        for (const Slot& slot : old)
            if (slot.key != free)
                insert(slot.key, slot.value);
    }

    std::vector<Slot> slots_;
    std::size_t count_ = 0;
};

}  // namespace crm
