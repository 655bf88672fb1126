#include "base/diff.hpp"

#include <algorithm>

namespace crm {
namespace {

/// More differences than these cost more than a reader has of them.
constexpr std::ptrdiff_t most_differences = 2000;

using Items = std::span<const std::string_view>;

/// The furthest points that so many differences reach, by diagonal; one list for each number of
/// differences.
class Search {
public:
    Search(Items before, Items after) : before_(before), after_(after) {}

    /// Whether a way was found.
    bool run() {
        const auto rows = static_cast<std::ptrdiff_t>(before_.size());
        const auto columns = static_cast<std::ptrdiff_t>(after_.size());
        const std::ptrdiff_t most = std::min(rows + columns, most_differences);
        furthest_.assign(static_cast<std::size_t>(2 * most + 3), 0);
        middle_ = most + 1;
        for (std::ptrdiff_t d = 0; d <= most; ++d) {
            const auto first = furthest_.begin() + middle_ - d - 1;
            trace_.emplace_back(first, first + 2 * d + 3);
            for (std::ptrdiff_t k = -d; k <= d; k += 2) {
                std::ptrdiff_t x = start_of(d, k, furthest_, middle_);
                std::ptrdiff_t y = x - k;
                while (x < rows && y < columns && before_[x] == after_[y]) {
                    ++x;
                    ++y;
                }
                furthest_[middle_ + k] = x;
                if (x >= rows && y >= columns)
                    return true;
            }
        }
        return false;
    }

    /// The steps of the way, from the end to the beginning.
    std::vector<DiffStep> way_back() const {
        std::vector<DiffStep> out;
        auto x = static_cast<std::ptrdiff_t>(before_.size());
        auto y = static_cast<std::ptrdiff_t>(after_.size());
        for (auto d = static_cast<std::ptrdiff_t>(trace_.size()) - 1; d >= 0; --d) {
            const std::ptrdiff_t k = x - y;
            const bool down = came_down(d, k, trace_[d], d + 1);
            const std::ptrdiff_t previous = down ? k + 1 : k - 1;
            const std::ptrdiff_t from_x = d == 0 ? 0 : trace_[d][d + 1 + previous];
            const std::ptrdiff_t from_y = d == 0 ? 0 : from_x - previous;
            while (x > from_x && y > from_y)
                out.push_back(step(Difference::same, --x, --y));
            if (d == 0)
                break;
            if (down)
                out.push_back(step(Difference::added, x, --y));
            else
                out.push_back(step(Difference::removed, --x, y));
        }
        return out;
    }

private:
    using Points = std::vector<std::ptrdiff_t>;

    static DiffStep step(Difference what, std::ptrdiff_t x, std::ptrdiff_t y) {
        return {what, static_cast<std::size_t>(x), static_cast<std::size_t>(y)};
    }
    static bool came_down(std::ptrdiff_t d, std::ptrdiff_t k, const Points& points,
                          std::ptrdiff_t middle) {
        return k == -d || (k != d && points[middle + k - 1] < points[middle + k + 1]);
    }
    static std::ptrdiff_t start_of(std::ptrdiff_t d, std::ptrdiff_t k, const Points& points,
                                   std::ptrdiff_t middle) {
        return came_down(d, k, points, middle) ? points[middle + k + 1]
                                               : points[middle + k - 1] + 1;
    }

    Items before_, after_;
    Points furthest_;
    std::ptrdiff_t middle_ = 0;
    std::vector<Points> trace_;
};

void append_all(std::vector<DiffStep>& out, std::size_t shift, std::size_t before,
                std::size_t after) {
    for (std::size_t i = 0; i < before; ++i)
        out.push_back({Difference::removed, shift + i, shift});
    for (std::size_t i = 0; i < after; ++i)
        out.push_back({Difference::added, shift + before, shift + i});
}

bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::vector<DiffStep> differences(Items before, Items after) {
    const std::size_t shorter = std::min(before.size(), after.size());
    std::size_t head = 0, tail = 0;
    while (head < shorter && before[head] == after[head])
        ++head;
    while (tail < shorter - head &&
           before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
        ++tail;
    std::vector<DiffStep> out;
    for (std::size_t i = 0; i < head; ++i)
        out.push_back({Difference::same, i, i});
    const Items old_part = before.subspan(head, before.size() - head - tail);
    const Items new_part = after.subspan(head, after.size() - head - tail);
    Search search(old_part, new_part);
    if (search.run()) {
        std::vector<DiffStep> back = search.way_back();
        for (auto step = back.rbegin(); step != back.rend(); ++step)
            out.push_back({step->what, step->before + head, step->after + head});
    } else {
        append_all(out, head, old_part.size(), new_part.size());
    }
    for (std::size_t i = tail; i > 0; --i)
        out.push_back({Difference::same, before.size() - i, after.size() - i});
    return out;
}

std::vector<std::string_view> word_pieces(std::string_view text) {
    std::vector<std::string_view> out;
    std::size_t from = 0;
    while (from < text.size()) {
        std::size_t end = from + 1;
        if (is_word_byte(text[from]))
            while (end < text.size() && is_word_byte(text[end]))
                ++end;
        out.push_back(text.substr(from, end - from));
        from = end;
    }
    return out;
}

std::vector<DiffHunk> hunks(std::span<const DiffStep> steps) {
    constexpr std::size_t around = 3;
    std::vector<DiffHunk> out;
    std::size_t end = 0;  // of the steps in the last hunk
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (steps[i].what == Difference::same)
            continue;
        const std::size_t from = std::max(end, i > around ? i - around : 0);
        if (out.empty() || from > end)
            out.push_back({steps[from].before + 1, steps[from].after + 1, 0, 0, {}});
        const std::size_t to = std::min(steps.size(), i + around + 1);
        const std::size_t begin = out.back().steps.empty() ? from : end;
        for (std::size_t at = begin; at < to; ++at)
            out.back().steps.push_back(steps[at]);
        end = std::max(end, to);
    }
    for (DiffHunk& hunk : out)
        for (const DiffStep& step : hunk.steps) {
            hunk.before_lines += step.what != Difference::added ? 1 : 0;
            hunk.after_lines += step.what != Difference::removed ? 1 : 0;
        }
    return out;
}

}  // namespace crm
