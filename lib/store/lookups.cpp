#include "store/lookups.hpp"

#include <algorithm>

namespace crm::store {

void Lookups::add(int kind, std::string_view key, int noun, std::int64_t record) {
    const auto bytes = [&](std::uint64_t head, std::size_t from, std::size_t to) {
        for (std::size_t at = from; at < to; ++at)
            head = head << 8 | (at < key.size() ? static_cast<unsigned char>(key[at]) : 0);
        return head;
    };
    entries_.push_back({bytes(static_cast<std::uint64_t>(kind), 0, 7), bytes(0, 7, 15), record,
                        static_cast<std::uint32_t>(keys_.size()),
                        static_cast<std::uint32_t>(key.size()), noun});
    keys_ += key;
}

bool Lookups::before(const Entry& a, const Entry& b) const {
    if (a.first != b.first)
        return a.first < b.first;
    if (a.second != b.second)
        return a.second < b.second;
    if (const int order = key(a).compare(key(b)); order != 0)
        return order < 0;
    return a.noun != b.noun ? a.noun < b.noun : a.record < b.record;
}

void Lookups::sort() {
    const std::size_t begin = runs_.empty() ? 0 : runs_.back();
    if (begin == entries_.size())
        return;
    std::sort(entries_.begin() + static_cast<std::ptrdiff_t>(begin), entries_.end(),
              [this](const Entry& a, const Entry& b) { return before(a, b); });
    runs_.push_back(entries_.size());
}

void Lookups::clear() {
    entries_.clear();
    runs_.clear();
    keys_.clear();
}

Lookups::Merge::Merge(Lookups& of) : of_(of) {
    of.sort();
    for (std::size_t begin = 0; const std::size_t end : of.runs_)
        left_.emplace_back(of.entries_.data() + begin, end - begin), begin = end;
    std::ranges::make_heap(
        left_, [&](const auto& a, const auto& b) { return of_.before(b.front(), a.front()); });
}

bool Lookups::Merge::next(Lookup& out) {
    const auto behind = [this](const auto& a, const auto& b) {
        return of_.before(b.front(), a.front());
    };
    while (!left_.empty()) {
        std::ranges::pop_heap(left_, behind);
        const Entry& entry = left_.back().front();
        left_.back() = left_.back().subspan(1);
        if (left_.back().empty())
            left_.pop_back();
        else
            std::ranges::push_heap(left_, behind);
        if (last_ != nullptr && !of_.before(*last_, entry))
            continue;
        last_ = &entry;
        out = {static_cast<int>(entry.first >> 56), of_.key(entry), entry.noun, entry.record};
        return true;
    }
    return false;
}

}  // namespace crm::store
