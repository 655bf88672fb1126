#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crm::store {

/// One row of the table `lookup`: by which value of which kind a record is found.
struct Lookup {
    int kind;
    std::string_view key;
    int noun;
    std::int64_t record;
};

/// Rows of the table `lookup` that wait to be written in the order of its key, where every
/// insertion goes to the end of the tree. The keys are one after another in one piece of memory;
/// what is sorted are small entries of one size.
class Lookups {
    struct Entry {
        std::uint64_t first,
            second;  ///< the kind and the first 15 bytes of the key: mostly enough to compare
        std::int64_t record;
        std::uint32_t at, size;  ///< the key in `keys_`
        std::int32_t noun;
    };

public:
    void add(int kind, std::string_view key, int noun, std::int64_t record);
    bool empty() const { return entries_.empty(); }
    std::size_t size() const { return entries_.size(); }
    std::size_t bytes() const { return keys_.size() + entries_.size() * sizeof(Entry); }
    /// Sorts what was added since the last time into a run of its own.
    void sort();
    void clear();

    /// The rows in order, each once; those that are in no run yet are sorted first.
    class Merge {
    public:
        explicit Merge(Lookups& of);
        bool next(Lookup& out);

    private:
        const Lookups& of_;
        std::vector<std::span<const Entry>>
            left_;  ///< of each run; the one with the smallest next entry on top of the heap
        const Entry* last_ = nullptr;
    };

private:
    std::string_view key(const Entry& e) const {
        return std::string_view(keys_).substr(e.at, e.size);
    }
    bool before(const Entry& a, const Entry& b) const;

    std::vector<Entry> entries_;
    std::vector<std::size_t> runs_;  ///< where they end
    std::string keys_;
};

}  // namespace crm::store
