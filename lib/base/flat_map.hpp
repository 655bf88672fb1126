#pragma once

#include <cstdint>
#include <vector>

namespace crm {

/// 64-bit keys to small values, in one piece of memory: for the millions of keys of an import, where a node each would
/// cost more than all else. Keys are digests, so they are spread already. Nothing is taken out.
template <class Value>
class FlatMap {
public:
    const Value* find(std::uint64_t key) const {
        if (slots_.empty()) return nullptr;
        for (std::size_t at = key & mask();; at = (at + 1) & mask()) {
            if (!slots_[at].used) return nullptr;
            if (slots_[at].key == key) return &slots_[at].value;
        }
    }
    /// Keeps the value that is there already.
    void insert(std::uint64_t key, const Value& value) {
        if (count_ * 2 >= slots_.size()) grow();
        std::size_t at = key & mask();
        while (slots_[at].used && slots_[at].key != key) at = (at + 1) & mask();
        if (slots_[at].used) return;
        slots_[at] = {key, true, value};
        ++count_;
    }

private:
    struct Slot {
        std::uint64_t key = 0;
        bool used = false;
        Value value{};
    };
    std::size_t mask() const { return slots_.size() - 1; }
    void grow() {
        std::vector<Slot> old(slots_.empty() ? 1024 : slots_.size() * 2);
        old.swap(slots_);
        count_ = 0;
        for (const Slot& slot : old)
            if (slot.used) insert(slot.key, slot.value);
    }

    std::vector<Slot> slots_;
    std::size_t count_ = 0;
};

}  // namespace crm
