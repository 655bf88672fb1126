#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace crm::store {

/// Which records are above themselves, by a link that leads from each to at most one other. Each
/// record is followed once, however long the chains are. Only for links that do not change.
class Circles {
public:
    /// `next(id)`: the record that a record links to; 0 where there is none.
    template <class Next>
    bool has(std::int64_t id, Next&& next) {
        std::vector<std::int64_t> path;
        std::unordered_map<std::int64_t, std::size_t> places;
        std::int64_t at = id;
        while (at != 0 && !in_circle_.contains(at) && places.emplace(at, path.size()).second) {
            path.push_back(at);
            at = next(at);
        }
        const auto again = places.find(at);
        const std::size_t circle = again == places.end() ? path.size() : again->second;
        for (std::size_t i = 0; i < path.size(); ++i)
            in_circle_[path[i]] = i >= circle;
        return in_circle_.at(id);
    }

private:
    std::unordered_map<std::int64_t, bool> in_circle_;
};

}  // namespace crm::store
