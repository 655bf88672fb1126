#include "people/duplicates.hpp"

#include "base/text.hpp"
#include "base/worker.hpp"
#include "people/agreement.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <functional>
#include <iterator>
#include <optional>
#include <span>
#include <unordered_map>

namespace crm::people {
namespace {

using Kind = DupeColumn::Kind;
using Row = std::uint32_t;

/// Rows that may share one key, two, three, and still be compared each with each: the more keys a
/// group took, the more such groups there are.
constexpr std::size_t common[] = {24, 8, 4};
constexpr std::size_t random_pairs = 200000;
constexpr std::size_t levels = 3;  ///< of agreement, without "unknown"
constexpr double least_chance = 1e-5;
constexpr double usual_pairs = 300;  // see by_chance
constexpr double usual_matches = 5;  // see learn

std::uint64_t key_of(std::uint64_t hash, std::uint64_t seed) {
    const std::uint64_t h = (hash ^ (seed + 1) * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
    return h ^ (h >> 29);
}

/// A column with each of its values once, by number, as it is compared and grouped.
class Column {
public:
    Column(const DupeTable& table, std::size_t number)
        : kind(table.columns[number].kind), shared(table.columns[number].shared) {
        std::unordered_map<std::string_view, std::uint32_t> numbers{{"", 0}};
        numbers.reserve(table.rows.size());
        values_.reserve(table.rows.size());
        for (const auto& row : table.rows) {
            const auto [known, fresh] =
                numbers.try_emplace(row[number], static_cast<std::uint32_t>(numbers.size()));
            if (fresh)
                take(known->first, number);
            values_.push_back(known->second);
        }
    }

    std::span<const std::uint64_t> keys(Row row) const {
        return {keys_.data() + first_key_[values_[row]],
                keys_.data() + first_key_[values_[row] + 1]};
    }

    Agreement agreement(Row a, Row b) const {
        const std::uint32_t left = values_[a];
        const std::uint32_t right = values_[b];
        if (left == 0 || right == 0)
            return Agreement::unknown;
        if (left == right)
            return Agreement::same;
        Agreement best = Agreement::differs;
        for (std::size_t i = first_part_[left]; i < first_part_[left + 1]; ++i)
            for (std::size_t j = first_part_[right]; j < first_part_[right + 1]; ++j) {
                const Agreement is = agreement_of_parts(i, j);
                if (is == Agreement::same || is == Agreement::near)
                    best = std::max(best, is);
            }
        return best;
    }

    const Kind kind;
    const bool shared;

private:
    Agreement agreement_of_parts(std::size_t i, std::size_t j) const {
        return kind == Kind::name ? people::agreement(words_[i], words_[j])
                                  : people::agreement(kind, parts_[i], parts_[j]);
    }

    void take(std::string_view value, std::size_t number) {
        for (std::string_view part : text::split(value, '\n')) {
            if (part.empty())
                continue;
            if (kind != Kind::name) {
                keys_.push_back(key_of(parts_.emplace_back(part).hash, number));
                continue;
            }
            // The whole name in any order, the same where short forms are one word with what they
            // stand for, and each longer word of it.
            const Words& of = words_.emplace_back(part);
            std::uint64_t all = 0;
            std::uint64_t all_groups = 0;
            bool grouped = false;
            for (const Part& word : of) {
                all += key_of(word.hash, 77);
                all_groups += key_of(word.groups[0] == 0 ? word.hash : word.groups[0], 78);
                grouped = grouped || word.groups[0] != 0;
            }
            keys_.push_back(key_of(all, number));
            if (grouped)
                keys_.push_back(key_of(all_groups, number + 200));
            if (of.size() > 1)
                for (const Part& word : of)
                    if (word.text.size() > 2)
                        keys_.push_back(key_of(word.hash, number + 100));
        }
        first_part_.push_back(
            static_cast<std::uint32_t>(kind == Kind::name ? words_.size() : parts_.size()));
        first_key_.push_back(static_cast<std::uint32_t>(keys_.size()));
    }

    std::vector<std::uint32_t> values_;  ///< by row; 0: nothing is known
    std::vector<Words> words_;           ///< the parts of names
    std::vector<Part> parts_;            ///< of all others
    std::vector<std::uint64_t> keys_;
    std::vector<std::uint32_t> first_part_{0, 0};  ///< by value
    std::vector<std::uint32_t> first_key_{0, 0};   ///< by value
};

/// `work` of 0 to `count`-1, by two threads.
void by_two(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    const auto share = [&] {
        for (std::size_t i; (i = next++) < count;)
            work(i);
    };
    Worker other;
    other.run(share);
    share();
    other.wait();
}

struct Place {
    std::uint64_t key;
    std::uint32_t row;
    bool operator<(const Place& other) const {
        return key != other.key ? key < other.key : row < other.row;
    }
};

class Blocks {
public:
    Blocks(const std::vector<Column>& columns, std::size_t rows) : columns_(columns), rows_(rows) {}

    std::vector<std::uint64_t> run() {
        std::vector<std::vector<std::uint64_t>> found(columns_.size());
        by_two(columns_.size(), [&](std::size_t column) {
            std::vector<Place> places;
            for (Row row = 0; row < rows_; ++row)
                for (const std::uint64_t key : columns_[column].keys(row))
                    places.push_back({key, row});
            groups(places, column, 0, found[column]);
            std::ranges::sort(found[column]);
            found[column].erase(std::unique(found[column].begin(), found[column].end()),
                                found[column].end());
        });
        std::vector<std::uint64_t> all;
        for (const auto& pairs : found) {
            std::vector<std::uint64_t> both;
            both.reserve(all.size() + pairs.size());
            std::ranges::set_union(all, pairs, std::back_inserter(both));
            all.swap(both);
        }
        return all;
    }

private:
    /// Pairs within each group of equal keys; a large group is parted by every other column first.
    void groups(std::vector<Place>& places, std::size_t column, std::size_t depth,
                std::vector<std::uint64_t>& pairs) const {
        std::sort(places.begin(), places.end());
        std::vector<Place> parts;
        for (auto from = places.begin(); from != places.end();) {
            auto to = from;
            while (to != places.end() && to->key == from->key)
                ++to;
            const auto size = static_cast<std::size_t>(to - from);
            if (size > 1 && size <= common[depth]) {
                for (auto i = from; i != to; ++i)
                    for (auto j = i + 1; j != to; ++j)
                        if (i->row != j->row)
                            pairs.push_back(std::uint64_t{i->row} << 32 | j->row);
            } else if (size > 1 && depth < 2) {
                for (std::size_t other = column + 1; other < columns_.size(); ++other) {
                    parts.clear();
                    for (auto i = from; i != to; ++i)
                        for (const std::uint64_t key : columns_[other].keys(i->row))
                            parts.push_back({key, i->row});
                    groups(parts, other, depth + 1, pairs);
                }
            }
            from = to;
        }
    }

    const std::vector<Column>& columns_;
    std::size_t rows_;
};

using Pattern = std::uint64_t;  ///< two bits a column

class Model {
public:
    Model(const std::vector<Column>& columns, std::size_t rows,
          const std::vector<std::uint64_t>& pairs)
        : of_(columns), rows_(rows), columns_(columns.size()), chance_(columns_), match_(columns_) {
        const double n = static_cast<double>(rows);
        all_pairs_ = std::max(1.0, n * (n - 1) / 2);
        patterns_.resize(pairs.size());
        constexpr std::size_t block = 4096;
        by_two((pairs.size() + block - 1) / block, [&](std::size_t part) {
            for (std::size_t i = part * block; i < std::min(pairs.size(), (part + 1) * block); ++i)
                patterns_[i] =
                    pattern(static_cast<Row>(pairs[i] >> 32), static_cast<Row>(pairs[i]));
        });
        for (const Pattern pattern : patterns_)
            ++seen_[pattern];
        by_chance();
        learn();
        for (const auto& [pattern, times] : seen_)
            probable_[pattern] = probability(pattern);
    }

    Pattern of_pair(std::size_t pair) const { return patterns_[pair]; }
    double probability_of_pair(std::size_t pair) const { return probable_.at(patterns_[pair]); }

private:
    Pattern pattern(Row a, Row b) const {
        Pattern out = 0;
        for (std::size_t i = 0; i < columns_; ++i)
            out |= static_cast<Pattern>(of_[i].agreement(a, b)) << (2 * i);
        return out;
    }

    double probability(Pattern pattern) const {
        double odds = prior_ / (1 - prior_);
        bool others = false;
        for (std::size_t i = 0; i < columns_; ++i)
            others = others ||
                     (of_[i].kind == Kind::name && !of_[i].shared && (pattern >> (2 * i) & 3) == 0);
        for (std::size_t i = 0; i < columns_; ++i)
            if (const auto level = pattern >> (2 * i) & 3; level != 3) {
                const double tells = match_[i][level] / chance_[i][level];
                odds *= others && of_[i].shared ? std::min(tells, 1.0) : tells;
            }
        return odds / (1 + odds);
    }

    void by_chance() {
        // A few rows cannot show how rare an agreement is: what is usual counts as if it had been
        // seen in some hundred pairs.
        std::vector<std::array<double, levels>> count(
            columns_, {usual_pairs * 0.985, usual_pairs * 0.01, usual_pairs * 0.005});
        std::uint64_t state = 88172645463325252u;
        const auto next = [&] {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            return static_cast<std::uint32_t>(state % rows_);
        };
        const std::size_t times = std::min<std::size_t>(random_pairs, rows_ * 20);
        for (std::size_t i = 0; i < times; ++i) {
            const std::uint32_t a = next();
            const std::uint32_t b = next();
            if (a == b)
                continue;
            const Pattern p = pattern(a, b);
            for (std::size_t c = 0; c < columns_; ++c)
                if (const auto level = p >> (2 * c) & 3; level != 3)
                    ++count[c][level];
        }
        for (std::size_t c = 0; c < columns_; ++c) {
            const double all = count[c][0] + count[c][1] + count[c][2];
            for (std::size_t level = 0; level < levels; ++level)
                chance_[c][level] = std::max(count[c][level] / all, least_chance);
        }
    }

    /// Expectation maximisation over all pairs, of which those that were not compared count as
    /// different.
    void learn() {
        for (auto& m : match_)
            m = {0.05, 0.15, 0.8};
        prior_ = std::min(0.5, static_cast<double>(rows_) * 0.2 / all_pairs_);
        for (int round = 0; round < 40; ++round) {
            // Nor what the same person's rows look like: some usual ones count with those that are
            // found.
            std::vector<std::array<double, levels>> count(
                columns_, {usual_matches * 0.1, usual_matches * 0.1, usual_matches * 0.8});
            double matches = std::min(1.0, 0.01 * static_cast<double>(rows_));
            for (const auto& [pattern, times] : seen_) {
                const double p = probability(pattern) * static_cast<double>(times);
                matches += p;
                for (std::size_t c = 0; c < columns_; ++c)
                    if (const auto level = pattern >> (2 * c) & 3; level != 3)
                        count[c][level] += p;
            }
            const double before = prior_;
            prior_ = std::clamp(matches / all_pairs_, 1e-12, 0.5);
            for (std::size_t c = 0; c < columns_; ++c) {
                const double all = count[c][0] + count[c][1] + count[c][2];
                // What belongs together otherwise, such as the colleagues of a company, must not be
                // taken for one: rows of the same person mostly agree wherever both say something,
                // and their names hardly ever differ.
                const double most_differ = of_[c].kind == Kind::name ? 0.03 : 0.3;
                auto& m = match_[c];
                for (std::size_t level = 0; level < levels; ++level)
                    m[level] = std::max(count[c][level] / all, 1e-4);
                m[0] = std::min({m[0], most_differ, chance_[c][0]});
                m[2] = std::max({m[2], 0.4, chance_[c][2]});
                m[1] = std::max(1 - m[0] - m[2], 1e-3);
            }
            if (std::abs(before - prior_) < prior_ * 1e-6)
                break;
        }
    }

    const std::vector<Column>& of_;
    std::size_t rows_;
    std::size_t columns_;
    double all_pairs_ = 1;
    double prior_ = 0.01;                             ///< of any pair to be the same
    std::vector<std::array<double, levels>> chance_;  ///< by column: of two random rows
    std::vector<std::array<double, levels>> match_;   ///< by column: of two rows of the same
    std::vector<Pattern> patterns_;                   ///< of the pairs
    std::unordered_map<Pattern, std::size_t> seen_;
    std::unordered_map<Pattern, double> probable_;
};

}  // namespace

Agreement agreement(Kind kind, std::string_view a, std::string_view b) {
    const DupeTable two{{{.name = "", .kind = kind}}, {{std::string(a)}, {std::string(b)}}};
    return Column(two, 0).agreement(0, 1);
}

std::vector<DupePair> find_dupes(const DupeTable& table, double at_least) {
    std::vector<DupePair> out;
    if (table.rows.size() < 2 || table.columns.empty() || table.columns.size() > 30)
        return out;
    std::vector<std::optional<Column>> made(table.columns.size());
    by_two(made.size(), [&](std::size_t i) { made[i].emplace(table, i); });
    std::vector<Column> columns;
    for (auto& column : made)
        columns.push_back(std::move(*column));
    const std::vector<std::uint64_t> pairs = Blocks(columns, table.rows.size()).run();
    const Model model(columns, table.rows.size(), pairs);
    for (std::size_t n = 0; n < pairs.size(); ++n) {
        const double probability = model.probability_of_pair(n);
        if (probability < at_least)
            continue;
        DupePair found{.a = static_cast<Row>(pairs[n] >> 32),
                       .b = static_cast<Row>(pairs[n]),
                       .probability = probability,
                       .columns = {}};
        const Pattern pattern = model.of_pair(n);
        for (std::size_t i = 0; i < table.columns.size(); ++i)
            found.columns.push_back(static_cast<Agreement>(pattern >> (2 * i) & 3));
        out.push_back(std::move(found));
    }
    std::ranges::stable_sort(out, std::ranges::greater{}, &DupePair::probability);
    return out;
}

}  // namespace crm::people
