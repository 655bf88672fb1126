#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace crm::value {

/// Texts, numbered in the order in which they come. Borrows them.
class TextNumbers {
public:
    std::uint32_t of(std::string_view text) {
        const auto [at, added] =
            numbers_.try_emplace(text, static_cast<std::uint32_t>(texts_.size()));
        if (added)
            texts_.push_back(text);
        return at->second;
    }
    const std::vector<std::string_view>& texts() const { return texts_; }

private:
    std::unordered_map<std::string_view, std::uint32_t> numbers_;
    std::vector<std::string_view> texts_;
};

}  // namespace crm::value
