#include "people/agreement.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <string>

namespace crm::people {
namespace {

using Kind = DupeColumn::Kind;

constexpr double alike = 0.87;  ///< from here on one word is taken for the other

double prized(double jaro, std::size_t prefix) {
    return jaro + static_cast<double>(prefix) * 0.1 * (1 - jaro);
}

/// Jaro's similarity of two strings with Winkler's prize for a common beginning, of bytes; 0 when
/// it is not above `least`.
double likeness(const Part& left, const Part& right, double least) {
    const std::string_view a = left.text.substr(0, 64), b = right.text.substr(0, 64);
    if (a.empty() || b.empty() ||
        std::max(left.text.size(), right.text.size()) >
            2 * std::min(left.text.size(), right.text.size()) + 2)
        return 0;
    std::size_t prefix = 0;
    while (prefix < 4 && prefix < a.size() && prefix < b.size() && a[prefix] == b[prefix])
        ++prefix;
    // A letter that the other has not cannot be found there: mostly that alone decides.
    const auto lacks = [](std::uint32_t these, std::uint32_t those) {
        return static_cast<std::size_t>(std::popcount(these & ~those));
    };
    const std::size_t most =
        std::min({a.size(), b.size(), left.text.size() - lacks(left.letters, right.letters),
                  right.text.size() - lacks(right.letters, left.letters)});
    const auto share = [&](double same) {
        return same / static_cast<double>(a.size()) + same / static_cast<double>(b.size());
    };
    if (most == 0 || prized((share(static_cast<double>(most)) + 1) / 3, prefix) <= least)
        return 0;
    const std::size_t reach =
        std::max(a.size(), b.size()) / 2 > 0 ? std::max(a.size(), b.size()) / 2 - 1 : 0;
    std::uint64_t taken_a = 0;
    std::uint64_t taken_b = 0;
    double same = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t j = i > reach ? i - reach : 0; j < std::min(b.size(), i + reach + 1); ++j)
            if ((taken_b >> j & 1) == 0 && a[i] == b[j]) {
                taken_a |= std::uint64_t{1} << i;
                taken_b |= std::uint64_t{1} << j;
                ++same;
                break;
            }
    if (same == 0)
        return 0;
    double moved = 0;
    for (std::size_t i = 0, j = 0; i < a.size(); ++i) {
        if ((taken_a >> i & 1) == 0)
            continue;
        while ((taken_b >> j & 1) == 0)
            ++j;
        if (a[i] != b[j])
            ++moved;
        ++j;
    }
    const double is = prized((share(same) + (same - moved / 2) / same) / 3, prefix);
    return is > least ? is : 0;
}

/// Whether one letter too many, too few, wrong or two in the wrong order make the difference.
bool one_slip(const Part& left, const Part& right) {
    // One letter at most is lost by a slip, and one is new.
    const std::uint32_t lost = left.letters & ~right.letters, got = right.letters & ~left.letters;
    if ((lost & (lost - 1)) != 0 || (got & (got - 1)) != 0)
        return false;
    std::string_view a = left.text, b = right.text;
    if (a.size() > b.size())
        std::swap(a, b);
    if (b.size() - a.size() > 1)
        return false;
    std::size_t head = 0, tail = 0;
    while (head < a.size() && a[head] == b[head])
        ++head;
    while (tail < a.size() - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
        ++tail;
    const std::size_t left_a = a.size() - head - tail, left_b = b.size() - head - tail;
    if (left_b <= 1)
        return true;
    return left_a == 2 && left_b == 2 && a[head] == b[head + 1] && a[head + 1] == b[head];
}

Agreement names(const Words& a, const Words& b) {
    const Words &left = a.size() > b.size() ? b : a, &right = a.size() > b.size() ? a : b;
    if (std::ranges::equal(left, right))
        return Agreement::same;
    if (left.size() == 0)
        return Agreement::unknown;
    // Each word of the shorter name has a counterpart in the longer: the same, nearly, a short form
    // of it, or its initial.
    std::array<bool, Words::most> taken{};
    std::size_t found = 0;
    for (const Part& word : left) {
        std::size_t best = right.size();
        double best_likeness = alike;
        for (std::size_t i = 0; i < right.size(); ++i) {
            if (taken[i])
                continue;
            // A number is not nearly another one.
            if (word.number && word != right[i])
                continue;
            const bool initial = std::min(word.text.size(), right[i].text.size()) == 1 &&
                                 word.text[0] == right[i].text[0];
            const bool short_form = share_group(word.groups, right[i].groups);
            const double like = short_form ? 1
                                : initial  ? alike + 0.01
                                           : likeness(word, right[i], best_likeness);
            if (like > best_likeness)
                best = i, best_likeness = like;
        }
        if (best == right.size())
            continue;
        taken[best] = true;
        ++found;
    }
    if (found == left.size() && (left.size() > 1 || right.size() == 1))
        return Agreement::near;
    return found > 0 && (left.size() == 1 || found + 1 >= left.size()) && right.size() <= 2 &&
                   left.size() == 1
               ? Agreement::near
               : Agreement::differs;
}

Agreement dates(const Part& left, const Part& right) {
    if (one_slip(left, right))
        return Agreement::near;
    // 20261128 of 2026-11-28.
    using Digits = std::array<char, 8>;
    const auto digits = [](std::string_view text) -> std::optional<Digits> {
        Digits out{};
        std::size_t n = 0;
        for (const char c : text)
            if (c >= '0' && c <= '9') {
                if (n == out.size())
                    return {};
                out[n++] = c;
            }
        return n == out.size() ? std::optional(out) : std::nullopt;
    };
    const auto day = digits(left.text), other = digits(right.text);
    if (!day || !other)
        return Agreement::differs;
    Digits swapped = *other;
    std::swap_ranges(swapped.begin() + 4, swapped.begin() + 6, swapped.begin() + 6);
    if (*day == swapped)
        return Agreement::near;
    int wrong = 0;
    for (std::size_t i = 0; i < day->size(); ++i)
        wrong += (*day)[i] != (*other)[i];
    return wrong <= 2 ? Agreement::near : Agreement::differs;
}

/// The words of what is before the @ of an address: j.smith is "j smith".
std::string words_before(std::string_view local) {
    std::string out(local);
    std::ranges::replace_if(
        out, [](char c) { return c == '.' || c == '_' || c == '-' || c == '+'; }, ' ');
    return out;
}

/// Nearly the same letters, or two names of one person at one domain: bill@ and william@.
Agreement emails(const Part& left, const Part& right) {
    if (one_slip(left, right))
        return Agreement::near;
    const std::size_t at = left.text.find('@');
    const std::size_t other_at = right.text.find('@');
    if (at == std::string_view::npos || other_at == std::string_view::npos ||
        left.text.substr(at) != right.text.substr(other_at))
        return Agreement::differs;
    const std::string name = words_before(left.text.substr(0, at));
    const std::string other = words_before(right.text.substr(0, other_at));
    return names(Words(name), Words(other)) == Agreement::differs ? Agreement::differs
                                                                  : Agreement::near;
}

}  // namespace

Part::Part(std::string_view t) : text(t) {
    hash = 0x84222325cbf29ce4u;
    for (const char c : t) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
        letters |= std::uint32_t{1} << (static_cast<unsigned char>(c) & 31);
        number = number || (c >= '0' && c <= '9');
    }
}

Words::Words(std::string_view text) {
    while (count_ < most) {
        const auto from = text.find_first_not_of(' ');
        if (from == std::string_view::npos)
            break;
        const auto to = std::min(text.find(' ', from), text.size());
        Part& word = all_[count_++] = Part(text.substr(from, to - from));
        word.groups = name_groups(word.text);
        text.remove_prefix(to);
    }
    std::sort(all_.begin(), all_.begin() + static_cast<long>(count_),
              [](const Part& a, const Part& b) { return a.text < b.text; });
}

Agreement agreement(const Words& a, const Words& b) {
    return names(a, b);
}

Agreement agreement(Kind kind, const Part& a, const Part& b) {
    if (a == b)
        return Agreement::same;
    switch (kind) {
        case Kind::name:
            return names(Words(a.text), Words(b.text));
        case Kind::text:
            return likeness(a, b, alike) > 0 || one_slip(a, b) ? Agreement::near
                                                               : Agreement::differs;
        case Kind::code:
            return std::min(a.text.size(), b.text.size()) >= 3 && one_slip(a, b)
                       ? Agreement::near
                       : Agreement::differs;
        case Kind::email:
            return emails(a, b);
        case Kind::date:
            return dates(a, b);
        case Kind::value:
            return Agreement::differs;
    }
    return Agreement::differs;
}

}  // namespace crm::people
