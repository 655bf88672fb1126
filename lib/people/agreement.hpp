#pragma once

#include "people/duplicates.hpp"
#include "people/short_names.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// How two values agree. A value is compared with many others, so what depends on it alone is
/// computed once.
namespace crm::people {

struct Part {
    std::string_view text;
    std::uint64_t hash = 0;     ///< different texts seldom share it
    std::uint32_t letters = 0;  ///< which bytes it contains, by their last five bits
    bool number = false;        ///< it has a digit
    NameGroups groups{};        ///< of a word of a name: what it may be short for
    Part() = default;
    explicit Part(std::string_view t);
    bool operator==(const Part& other) const { return hash == other.hash && text == other.text; }
};

/// The words of a name in order, at most `most`.
class Words {
public:
    static constexpr std::size_t most = 12;
    explicit Words(std::string_view text);
    auto begin() const { return all_.begin(); }
    auto end() const { return all_.begin() + static_cast<long>(count_); }
    std::size_t size() const { return count_; }
    const Part& operator[](std::size_t i) const { return all_[i]; }

private:
    std::array<Part, most> all_;
    std::size_t count_ = 0;
};

/// Two names.
Agreement agreement(const Words& a, const Words& b);
/// Two values, none of them empty.
Agreement agreement(DupeColumn::Kind kind, const Part& a, const Part& b);

}  // namespace crm::people
