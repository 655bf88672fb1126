#include "flow/dupes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "base/text.hpp"
#include "base/worker.hpp"

namespace crm::flow {
namespace {

using Kind = DupeColumn::Kind;

/// Rows that may share one key, two, three, and still be compared each with each: the more keys a group took, the more such
/// groups there are.
constexpr std::size_t common[] = {24, 8, 4};
constexpr std::size_t random_pairs = 200000;
constexpr std::size_t levels = 3;           ///< of agreement, without "unknown"
constexpr double least_chance = 1e-5;
constexpr double usual_pairs = 300, usual_matches = 5;  // see by_chance and learn

/// Jaro's similarity of two strings with Winkler's prize for a common beginning, 0 to 1, of bytes.
double likeness(std::string_view a, std::string_view b) {
    if (a.empty() || b.empty()) return 0;
    // Too few letters in common to come near what counts as alike.
    if (std::max(a.size(), b.size()) > 2 * std::min(a.size(), b.size()) + 2) return 0;
    if (a.size() > 64) a = a.substr(0, 64);
    if (b.size() > 64) b = b.substr(0, 64);
    const std::size_t reach = std::max(a.size(), b.size()) / 2 > 0 ? std::max(a.size(), b.size()) / 2 - 1 : 0;
    std::uint64_t taken_a = 0, taken_b = 0;
    double same = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t j = i > reach ? i - reach : 0; j < std::min(b.size(), i + reach + 1); ++j)
            if ((taken_b >> j & 1) == 0 && a[i] == b[j]) {
                taken_a |= std::uint64_t{1} << i, taken_b |= std::uint64_t{1} << j, ++same;
                break;
            }
    if (same == 0) return 0;
    double moved = 0;
    for (std::size_t i = 0, j = 0; i < a.size(); ++i) {
        if ((taken_a >> i & 1) == 0) continue;
        while ((taken_b >> j & 1) == 0) ++j;
        if (a[i] != b[j]) ++moved;
        ++j;
    }
    const double jaro = (same / static_cast<double>(a.size()) + same / static_cast<double>(b.size()) + (same - moved / 2) / same) / 3;
    std::size_t prefix = 0;
    while (prefix < 4 && prefix < a.size() && prefix < b.size() && a[prefix] == b[prefix]) ++prefix;
    return jaro + static_cast<double>(prefix) * 0.1 * (1 - jaro);
}

/// Whether one letter too many, too few, wrong or two in the wrong order make the difference.
bool one_slip(std::string_view a, std::string_view b) {
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > 1) return false;
    std::size_t head = 0, tail = 0;
    while (head < a.size() && a[head] == b[head]) ++head;
    while (tail < a.size() - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
    const std::size_t left_a = a.size() - head - tail, left_b = b.size() - head - tail;
    if (left_b <= 1) return true;
    return left_a == 2 && left_b == 2 && a[head] == b[head + 1] && a[head + 1] == b[head];
}

/// The words of a name; more than it holds are left out.
struct Words {
    std::array<std::string_view, 12> all{};
    std::size_t count = 0;
    explicit Words(std::string_view text) {
        while (count < all.size()) {
            const auto from = text.find_first_not_of(' ');
            if (from == std::string_view::npos) break;
            const auto to = std::min(text.find(' ', from), text.size());
            all[count++] = text.substr(from, to - from);
            text.remove_prefix(to);
        }
    }
    auto begin() const { return all.begin(); }
    auto end() const { return all.begin() + count; }
    auto begin() { return all.begin(); }
    auto end() { return all.begin() + count; }
    std::size_t size() const { return count; }
    std::string_view operator[](std::size_t i) const { return all[i]; }
};

Agreement names(std::string_view a, std::string_view b) {
    Words left(a), right(b);
    std::sort(left.begin(), left.end()), std::sort(right.begin(), right.end());
    if (std::ranges::equal(left, right)) return Agreement::same;
    if (left.size() > right.size()) std::swap(left, right);
    if (left.size() == 0) return Agreement::unknown;
    // Each word of the shorter name has a counterpart in the longer: the same, nearly, or its initial.
    std::array<bool, 12> taken{};
    std::size_t found = 0;
    for (std::string_view word : left) {
        std::size_t best = right.size();
        double best_likeness = 0.87;
        for (std::size_t i = 0; i < right.size(); ++i) {
            if (taken[i]) continue;
            // A number is not nearly another one.
            if (word.find_first_of("0123456789") != std::string_view::npos && word != right[i]) continue;
            const bool initial = std::min(word.size(), right[i].size()) == 1 && word[0] == right[i][0];
            const double like = initial ? 0.88 : likeness(word, right[i]);
            if (like > best_likeness) best = i, best_likeness = like;
        }
        if (best == right.size()) continue;
        taken[best] = true;
        ++found;
    }
    if (found == left.size() && (left.size() > 1 || right.size() == 1)) return Agreement::near;
    return found > 0 && (left.size() == 1 || found + 1 >= left.size()) && right.size() <= 2 && left.size() == 1 ? Agreement::near : Agreement::differs;
}

Agreement dates(std::string_view a, std::string_view b) {
    if (one_slip(a, b)) return Agreement::near;
    const auto digits = [](std::string_view s) { std::string d; for (char c : s) if (c >= '0' && c <= '9') d += c; return d; };
    const std::string left = digits(a), right = digits(b);
    if (left.size() != 8 || right.size() != 8) return Agreement::differs;
    if (left.substr(0, 4) == right.substr(0, 4) && left.substr(4, 2) == right.substr(6, 2) && left.substr(6, 2) == right.substr(4, 2)) return Agreement::near;
    int wrong = 0;
    for (std::size_t i = 0; i < 8; ++i) wrong += left[i] != right[i];
    return wrong <= 2 ? Agreement::near : Agreement::differs;
}

Agreement one(Kind kind, std::string_view a, std::string_view b) {
    if (a == b) return Agreement::same;
    switch (kind) {
        case Kind::name: return names(a, b);
        case Kind::text: return likeness(a, b) > 0.87 || one_slip(a, b) ? Agreement::near : Agreement::differs;
        case Kind::code: return std::min(a.size(), b.size()) >= 3 && one_slip(a, b) ? Agreement::near : Agreement::differs;
        case Kind::date: return dates(a, b);
        case Kind::value: return Agreement::differs;
    }
    return Agreement::differs;
}

std::uint64_t hash_of(std::string_view text, std::uint64_t seed) {
    std::uint64_t h = seed * 0x9e3779b97f4a7c15u + 0x84222325cbf29ce4u;
    for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return h ^ (h >> 29);
}

struct Place {
    std::uint64_t key;
    std::uint32_t row;
    bool operator<(const Place& other) const { return key != other.key ? key < other.key : row < other.row; }
};

class Blocks {
public:
    explicit Blocks(const DupeTable& table) : table_(table) {}

    std::vector<std::uint64_t> run() {
        for (std::size_t column = 0; column < table_.columns.size(); ++column) {
            std::vector<Place> places;
            for (std::uint32_t row = 0; row < table_.rows.size(); ++row) each_key(column, row, [&](std::uint64_t key) { places.push_back({key, row}); });
            groups(places, column, 0);
        }
        std::ranges::sort(pairs_);
        pairs_.erase(std::unique(pairs_.begin(), pairs_.end()), pairs_.end());
        return std::move(pairs_);
    }

private:
    template <class Each>
    void each_key(std::size_t column, std::uint32_t row, Each each) const {
        const std::string& value = table_.rows[row][column];
        if (value.empty()) return;
        for (std::string_view part : text::split(value, '\n')) {
            if (part.empty()) continue;
            if (table_.columns[column].kind != Kind::name) {
                each(hash_of(part, column));
                continue;
            }
            // The whole name in any order, and each longer word of it.
            std::uint64_t all = 0;
            const Words of(part);
            for (std::string_view word : of) all += hash_of(word, 77);
            each(hash_of({}, all));
            if (of.size() > 1)
                for (std::string_view word : of)
                    if (word.size() > 2) each(hash_of(word, column + 100));
        }
    }

    /// Pairs within each group of equal keys; a large group is parted by every other column first.
    void groups(std::vector<Place>& places, std::size_t column, std::size_t depth) {
        std::sort(places.begin(), places.end());
        for (auto from = places.begin(); from != places.end();) {
            auto to = from;
            while (to != places.end() && to->key == from->key) ++to;
            const auto size = static_cast<std::size_t>(to - from);
            if (size > 1 && size <= common[depth]) {
                for (auto i = from; i != to; ++i)
                    for (auto j = i + 1; j != to; ++j)
                        if (i->row != j->row) pairs_.push_back(std::uint64_t{i->row} << 32 | j->row);
            } else if (size > 1 && depth < 2) {
                for (std::size_t other = column + 1; other < table_.columns.size(); ++other) {
                    std::vector<Place> parts;
                    for (auto i = from; i != to; ++i) each_key(other, i->row, [&](std::uint64_t key) { parts.push_back({key, i->row}); });
                    groups(parts, other, depth + 1);
                }
            }
            from = to;
        }
    }

    const DupeTable& table_;
    std::vector<std::uint64_t> pairs_;
};

using Pattern = std::uint64_t;  ///< two bits a column

class Model {
public:
    Model(const DupeTable& table, const std::vector<std::uint64_t>& pairs) : table_(table), columns_(table.columns.size()), chance_(columns_), match_(columns_) {
        const double n = static_cast<double>(table.rows.size());
        all_pairs_ = std::max(1.0, n * (n - 1) / 2);
        patterns_.resize(pairs.size());
        const auto fill = [&](std::size_t from, std::size_t to) {
            for (std::size_t i = from; i < to; ++i) patterns_[i] = pattern(static_cast<std::uint32_t>(pairs[i] >> 32), static_cast<std::uint32_t>(pairs[i]));
        };
        {
            Worker other;
            other.run([&] { fill(pairs.size() / 2, pairs.size()); });
            fill(0, pairs.size() / 2);
            other.wait();
        }
        for (const Pattern pattern : patterns_) ++seen_[pattern];
        by_chance();
        learn();
    }

    Pattern pattern(std::uint32_t a, std::uint32_t b) const {
        Pattern out = 0;
        for (std::size_t i = 0; i < columns_; ++i) out |= static_cast<Pattern>(agreement(table_.columns[i].kind, table_.rows[a][i], table_.rows[b][i])) << (2 * i);
        return out;
    }

    Pattern of_pair(std::size_t pair) const { return patterns_[pair]; }

    double probability(Pattern pattern) const {
        double odds = prior_ / (1 - prior_);
        bool others = false;
        for (std::size_t i = 0; i < columns_; ++i) others = others || (table_.columns[i].kind == Kind::name && !table_.columns[i].shared && (pattern >> (2 * i) & 3) == 0);
        for (std::size_t i = 0; i < columns_; ++i)
            if (const auto level = pattern >> (2 * i) & 3; level != 3) {
                const double tells = match_[i][level] / chance_[i][level];
                odds *= others && table_.columns[i].shared ? std::min(tells, 1.0) : tells;
            }
        return odds / (1 + odds);
    }

private:
    void by_chance() {
        // A few rows cannot show how rare an agreement is: what is usual counts as if it had been seen in some hundred pairs.
        std::vector<std::array<double, levels>> count(columns_, {usual_pairs * 0.985, usual_pairs * 0.01, usual_pairs * 0.005});
        std::uint64_t state = 88172645463325252u;
        const auto next = [&] {
            state ^= state << 13, state ^= state >> 7, state ^= state << 17;
            return static_cast<std::uint32_t>(state % table_.rows.size());
        };
        const std::size_t times = std::min<std::size_t>(random_pairs, table_.rows.size() * 20);
        for (std::size_t i = 0; i < times; ++i) {
            const std::uint32_t a = next(), b = next();
            if (a == b) continue;
            const Pattern p = pattern(a, b);
            for (std::size_t c = 0; c < columns_; ++c)
                if (const auto level = p >> (2 * c) & 3; level != 3) ++count[c][level];
        }
        for (std::size_t c = 0; c < columns_; ++c) {
            const double all = count[c][0] + count[c][1] + count[c][2];
            for (std::size_t level = 0; level < levels; ++level) chance_[c][level] = std::max(count[c][level] / all, least_chance);
        }
    }

    /// Expectation maximisation over all pairs, of which those that were not compared count as different.
    void learn() {
        for (auto& m : match_) m = {0.05, 0.15, 0.8};
        prior_ = std::min(0.5, static_cast<double>(table_.rows.size()) * 0.2 / all_pairs_);
        for (int round = 0; round < 40; ++round) {
            // Nor what the same person's rows look like: some usual ones count with those that are found.
            std::vector<std::array<double, levels>> count(columns_, {usual_matches * 0.1, usual_matches * 0.1, usual_matches * 0.8});
            double matches = std::min(1.0, 0.01 * static_cast<double>(table_.rows.size()));
            for (const auto& [pattern, times] : seen_) {
                const double p = probability(pattern) * static_cast<double>(times);
                matches += p;
                for (std::size_t c = 0; c < columns_; ++c)
                    if (const auto level = pattern >> (2 * c) & 3; level != 3) count[c][level] += p;
            }
            const double before = prior_;
            prior_ = std::clamp(matches / all_pairs_, 1e-12, 0.5);
            for (std::size_t c = 0; c < columns_; ++c) {
                const double all = count[c][0] + count[c][1] + count[c][2];
                // What belongs together otherwise, such as the colleagues of a company, must not be taken for one: rows of the
                // same person mostly agree wherever both say something, and their names hardly ever differ.
                const double most_differ = table_.columns[c].kind == Kind::name ? 0.03 : 0.3;
                auto& m = match_[c];
                for (std::size_t level = 0; level < levels; ++level) m[level] = std::max(count[c][level] / all, 1e-4);
                m[0] = std::min({m[0], most_differ, chance_[c][0]});
                m[2] = std::max({m[2], 0.4, chance_[c][2]});
                m[1] = std::max(1 - m[0] - m[2], 1e-3);
            }
            if (std::abs(before - prior_) < prior_ * 1e-6) break;
        }
    }

    const DupeTable& table_;
    std::size_t columns_;
    double all_pairs_ = 1, prior_ = 0.01;
    std::vector<std::array<double, levels>> chance_, match_;
    std::vector<Pattern> patterns_;  ///< of the pairs
    std::unordered_map<Pattern, std::size_t> seen_;
};

}  // namespace

Agreement agreement(Kind kind, std::string_view a, std::string_view b) {
    if (a.empty() || b.empty()) return Agreement::unknown;
    if (a.find('\n') == std::string_view::npos && b.find('\n') == std::string_view::npos) return one(kind, a, b);
    Agreement best = Agreement::differs;
    for (std::string_view x : text::split(a, '\n'))
        for (std::string_view y : text::split(b, '\n'))
            if (const Agreement is = one(kind, x, y); is == Agreement::same || is == Agreement::near) best = std::max(best, is);
    return best;
}

std::vector<DupePair> find_dupes(const DupeTable& table, double at_least) {
    std::vector<DupePair> out;
    if (table.rows.size() < 2 || table.columns.empty() || table.columns.size() > 30) return out;
    const std::vector<std::uint64_t> pairs = Blocks(table).run();
    const Model model(table, pairs);
    for (std::size_t n = 0; n < pairs.size(); ++n) {
        DupePair found{.a = static_cast<std::uint32_t>(pairs[n] >> 32), .b = static_cast<std::uint32_t>(pairs[n]), .columns = {}};
        const Pattern pattern = model.of_pair(n);
        found.probability = model.probability(pattern);
        if (found.probability < at_least) continue;
        for (std::size_t i = 0; i < table.columns.size(); ++i) found.columns.push_back(static_cast<Agreement>(pattern >> (2 * i) & 3));
        out.push_back(std::move(found));
    }
    std::ranges::stable_sort(out, std::ranges::greater{}, &DupePair::probability);
    return out;
}

}  // namespace crm::flow
