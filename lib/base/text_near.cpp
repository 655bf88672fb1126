#include "base/text.hpp"
#include "base/utf8.hpp"

#include <algorithm>

namespace crm::text {
namespace {

constexpr std::size_t longest_word = 64;  // longer words are not compared, to bound the work

std::u32string points(std::string_view s) {
    std::u32string out;
    for (std::size_t at = 0; at < s.size() && out.size() <= longest_word;)
        out.push_back(utf8::next(s, at));
    return out;
}

/// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
std::size_t edits(std::u32string_view a, std::u32string_view b) {
    std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        above[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] =
                std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before.swap(above);
        above.swap(row);
    }
    return above[b.size()];
}

}  // namespace

std::vector<std::string> nearest(std::string_view word, std::span<const std::string> among,
                                 std::size_t most) {
    const std::u32string typed = points(key(word.substr(0, 4 * longest_word)));
    if (typed.empty() || typed.size() > longest_word)
        return {};
    const std::size_t limit = typed.size() <= 4 ? 1 : typed.size() <= 8 ? 2 : 3;

    struct Near {
        std::size_t distance;
        std::size_t index;
    };
    std::vector<Near> found;
    for (std::size_t i = 0; i < among.size(); ++i) {
        const std::u32string other = points(key(among[i]));
        if (other.empty() || other.size() > longest_word)
            continue;
        const bool prefix =
            typed.size() > 1 && other.size() > typed.size() && other.starts_with(typed);
        const std::size_t apart =
            std::max(typed.size(), other.size()) - std::min(typed.size(), other.size());
        std::size_t distance = prefix ? 1 : limit + 1;
        if (apart <= limit)
            distance = std::min(distance, edits(typed, other));
        // A word of which every letter would have to change is another word.
        if (distance <= limit && distance < std::max(typed.size(), other.size()))
            found.push_back({distance, i});
    }
    std::ranges::stable_sort(found, {}, &Near::distance);

    std::vector<std::string> out;
    for (const Near& near : found) {
        if (out.size() == most)
            break;
        if (std::ranges::find(out, among[near.index]) == out.end())
            out.push_back(among[near.index]);
    }
    return out;
}

std::string did_you_mean(std::span<const std::string> nearest) {
    if (nearest.empty())
        return {};
    std::string out = "did you mean ";
    for (std::size_t i = 0; i < nearest.size(); ++i) {
        if (i)
            out += i + 1 == nearest.size() ? " or " : ", ";
        out += nearest[i];
    }
    return out + "?";
}

}  // namespace crm::text
