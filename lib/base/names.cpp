#include "base/names.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace crm {
namespace {

std::vector<std::string> sorted_words(std::string_view name) {
    std::vector<std::string> out;
    const std::string words = text::words(name);
    for (std::string_view word : text::split(words, ' '))
        if (!word.empty())
            out.emplace_back(word);
    std::ranges::sort(out);
    return out;
}

/// Whether one letter more, less, other or swapped makes one word of the other: a slip of the
/// keyboard.
bool one_slip(std::string_view a, std::string_view b) {
    if (a.size() > b.size())
        std::swap(a, b);
    if (a.size() < 4 || b.size() - a.size() > 1)
        return false;
    const auto [x, y] = std::ranges::mismatch(a, b);
    const std::string_view rest_a(x, a.end()), rest_b(y, b.end());
    if (a.size() < b.size())
        return rest_a == rest_b.substr(1);
    if (rest_a.substr(1) == rest_b.substr(1))
        return true;
    return rest_a.size() > 1 && rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0] &&
           rest_a.substr(2) == rest_b.substr(2);
}

bool stands_for(const std::string& a, const std::string& b) {
    return a == b || (a.size() == 1 && b.starts_with(a)) || (b.size() == 1 && a.starts_with(b)) ||
           one_slip(a, b);
}

bool within(const std::vector<std::string>& few, std::vector<std::string> many) {
    // Long words first, so that an initial does not take a word that another matches wholly.
    std::vector<std::string> ordered = few;
    std::ranges::stable_sort(ordered, std::greater{}, &std::string::size);
    for (const std::string& word : ordered) {
        auto it = std::ranges::find(many, word);
        if (it == many.end())
            it = std::ranges::find_if(
                many, [&](const std::string& other) { return stands_for(word, other); });
        if (it == many.end())
            return false;
        many.erase(it);
    }
    return true;
}

}  // namespace

std::string name_key(std::string_view name) {
    const std::string words = text::words(name);
    std::array<std::string_view, 16> sorted;
    std::size_t count = 0;
    for (std::size_t from = 0; from < words.size() && count < sorted.size();) {
        // What is beyond the sixteenth word stays in its place.
        const std::size_t end = count + 1 == sorted.size()
                                    ? words.size()
                                    : std::min(words.find(' ', from), words.size());
        sorted[count++] = std::string_view(words).substr(from, end - from);
        from = end + 1;
    }
    if (count < 2)
        return words;
    std::sort(sorted.begin(), sorted.begin() + count);
    std::string out;
    out.reserve(words.size());
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0)
            out += ' ';
        out += sorted[i];
    }
    return out;
}

bool names_differ(std::string_view a, std::string_view b) {
    const auto x = sorted_words(a), y = sorted_words(b);
    if (x.empty() || y.empty())
        return false;
    return x.size() <= y.size() ? !within(x, y) : !within(y, x);
}

bool names_foreign(std::string_view a, std::string_view b) {
    const auto x = sorted_words(a), y = sorted_words(b);
    // Bell and Cell are one slip apart, too: short words must be the same here.
    const auto same = [](const std::string& one, const std::string& other) {
        return one == other || (one.size() > 5 && other.size() > 5 && within({one}, {other}));
    };
    return !x.empty() && !y.empty() && std::ranges::none_of(x, [&](const std::string& one) {
        return std::ranges::any_of(y, [&](const std::string& other) { return same(one, other); });
    });
}

}  // namespace crm
