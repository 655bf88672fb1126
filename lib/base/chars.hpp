#pragma once

#include <array>
#include <string_view>

namespace crm {

/// A set of bytes, asked by one look into a table: find_first_of searches the whole set again for
/// every byte.
class Chars {
public:
    constexpr explicit Chars(std::string_view bytes, bool controls = false) {
        for (const char c : bytes)
            has_[static_cast<unsigned char>(c)] = true;
        for (std::size_t c = 0; controls && c < 0x20; ++c)
            has_[c] = true;
        if (controls)
            has_[0x7f] = true;
    }
    constexpr bool has(char c) const { return has_[static_cast<unsigned char>(c)]; }
    constexpr bool any_in(std::string_view s) const {
        for (const char c : s)
            if (has(c))
                return true;
        return false;
    }

private:
    std::array<bool, 256> has_{};
};

}  // namespace crm
