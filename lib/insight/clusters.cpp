#include "insight/clusters.hpp"

#include "insight/random.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace crm::insight {
namespace {

double distance2(std::span<const double> a, std::span<const double> b) {
    double out = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        out += (a[i] - b[i]) * (a[i] - b[i]);
    return out;
}

/// One run from one choice of first centres. What is known of the distances of a point when centres
/// move spares most of them (Hamerly 2010, SIAM Data Mining): the result is the same.
class Lloyd {
public:
    Lloyd(const Points& points, std::size_t count, Random& random)
        : points_(points), count_(count), cluster_(points.size()), bounds_(points.size()) {
        choose_centres(random);
    }

    Clustering run() {
        for (std::size_t step = 0; step < most_steps() && assign(); ++step)
            move_centres();
        Clustering out;
        out.cluster = cluster_;
        out.centres = centres_;
        out.sizes.resize(count_);
        for (std::size_t i = 0; i < points_.size(); ++i) {
            ++out.sizes[cluster_[i]];
            out.inertia += distance2(points_[i], centres_[cluster_[i]]);
        }
        return out;
    }

private:
    /// Points that hardly move any more end where there are very many.
    std::size_t most_steps() const {
        constexpr std::size_t most_distances = 1'000'000'000;
        return std::clamp<std::size_t>(most_distances / (points_.size() * count_), 20, 1000);
    }

    /// Each further one is likelier the farther it is from those before it.
    void choose_centres(Random& random) {
        const auto first =
            static_cast<std::size_t>(random.share() * static_cast<double>(points_.size()));
        centres_.add(points_[first]);
        std::vector<double> nearest(points_.size(), std::numeric_limits<double>::infinity());
        while (centres_.size() < count_) {
            const std::size_t last = centres_.size() - 1;
            double sum = 0;
            for (std::size_t i = 0; i < points_.size(); ++i) {
                nearest[i] = std::min(nearest[i], distance2(points_[i], centres_[last]));
                sum += nearest[i];
            }
            double left = random.share() * sum;
            std::size_t chosen = 0;
            for (std::size_t i = 0; i < points_.size(); ++i) {
                if (nearest[i] > 0)
                    chosen = i;
                left -= nearest[i];
                if (left < 0 && nearest[i] > 0)
                    break;
            }
            centres_.add(points_[chosen]);
        }
    }

    /// Whether a point has changed its cluster.
    bool assign() {
        bool changed = first_;
        first_ = false;
        for (std::size_t i = 0; i < points_.size(); ++i) {
            if (bounds_[i].is_sure())
                continue;
            bounds_[i].own = std::sqrt(distance2(points_[i], centres_[cluster_[i]]));
            if (bounds_[i].is_sure())
                continue;
            const std::size_t best = nearest_of(i);
            changed = changed || best != cluster_[i];
            cluster_[i] = best;
        }
        return changed;
    }

    std::size_t nearest_of(std::size_t i) {
        std::size_t best = 0;
        double least = std::numeric_limits<double>::infinity();
        double second = least;
        for (std::size_t k = 0; k < count_; ++k) {
            const double distance = distance2(points_[i], centres_[k]);
            if (distance < least) {
                second = least;
                least = distance;
                best = k;
            } else {
                second = std::min(second, distance);
            }
        }
        bounds_[i] = {std::sqrt(least), std::sqrt(second)};
        return best;
    }

    void move_centres() {
        std::vector<std::size_t> sizes(count_);
        for (const std::size_t k : cluster_)
            ++sizes[k];
        for (std::size_t k = 0; k < count_; ++k)
            if (sizes[k] == 0)
                take_farthest(k, sizes);
        const Points before = centres_;
        for (std::size_t k = 0; k < count_; ++k)
            std::ranges::fill(centres_[k], 0.0);
        for (std::size_t i = 0; i < points_.size(); ++i) {
            const std::span<const double> point = points_[i];
            const std::span<double> centre = centres_[cluster_[i]];
            for (std::size_t f = 0; f < centre.size(); ++f)
                centre[f] += point[f];
        }
        for (std::size_t k = 0; k < count_; ++k)
            for (double& figure : centres_[k])
                figure /= static_cast<double>(sizes[k]);
        loosen_bounds(before);
    }

    void loosen_bounds(const Points& before) {
        std::vector<double> moves;
        for (std::size_t k = 0; k < count_; ++k)
            moves.push_back(std::sqrt(distance2(before[k], centres_[k])));
        const double farthest = std::ranges::max(moves);
        for (std::size_t i = 0; i < points_.size(); ++i) {
            bounds_[i].own += moves[cluster_[i]];
            bounds_[i].others -= farthest;
        }
    }

    void take_farthest(std::size_t empty, std::vector<std::size_t>& sizes) {
        std::size_t farthest = 0;
        double most = -1;
        for (std::size_t i = 0; i < points_.size(); ++i) {
            const double distance = distance2(points_[i], centres_[cluster_[i]]);
            if (sizes[cluster_[i]] > 1 && distance > most) {
                most = distance;
                farthest = i;
            }
        }
        --sizes[cluster_[farthest]];
        bounds_[farthest] = {};
        cluster_[farthest] = empty;
        ++sizes[empty];
    }

    /// Of the distances of a point: its own centre is not farther, the others are not nearer.
    struct Bounds {
        double own = std::numeric_limits<double>::infinity();
        double others = 0;

        /// That no other centre is as near, whatever rounding has lost.
        bool is_sure() const { return own * (1 + 1e-9) + 1e-12 < others; }
    };

    const Points& points_;
    std::size_t count_;
    std::vector<std::size_t> cluster_;
    std::vector<Bounds> bounds_;
    Points centres_{points_.figures()};
    bool first_ = true;
};

/// The largest cluster first; of equal ones that of the first point.
void number_by_size(Clustering& clustering) {
    std::vector<std::size_t> first(clustering.sizes.size(), clustering.cluster.size());
    for (std::size_t i = clustering.cluster.size(); i-- > 0;)
        first[clustering.cluster[i]] = i;
    std::vector<std::size_t> order(first.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        return clustering.sizes[a] != clustering.sizes[b]
                   ? clustering.sizes[a] > clustering.sizes[b]
                   : first[a] < first[b];
    });
    std::vector<std::size_t> number(order.size());
    Points centres(clustering.centres.figures());
    std::vector<std::size_t> sizes;
    for (std::size_t k = 0; k < order.size(); ++k) {
        number[order[k]] = k;
        centres.add(clustering.centres[order[k]]);
        sizes.push_back(clustering.sizes[order[k]]);
    }
    for (std::size_t& cluster : clustering.cluster)
        cluster = number[cluster];
    clustering.centres = std::move(centres);
    clustering.sizes = std::move(sizes);
}

}  // namespace

std::size_t Points::different() const {
    std::vector<std::size_t> order(size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto less = [&](std::size_t a, std::size_t b) {
        return std::ranges::lexicographical_compare((*this)[a], (*this)[b]);
    };
    std::ranges::sort(order, less);
    std::size_t out = order.empty() ? 0 : 1;
    for (std::size_t i = 1; i < order.size(); ++i)
        out += less(order[i - 1], order[i]) ? 1 : 0;
    return out;
}

Scale scale_of(const Points& points) {
    Scale out{std::vector<double>(points.figures()), std::vector<double>(points.figures())};
    const auto n = static_cast<double>(points.size());
    for (std::size_t i = 0; i < points.size(); ++i)
        for (std::size_t f = 0; f < points.figures(); ++f)
            out.means[f] += points[i][f] / n;
    for (std::size_t i = 0; i < points.size(); ++i)
        for (std::size_t f = 0; f < points.figures(); ++f)
            out.deviations[f] += (points[i][f] - out.means[f]) * (points[i][f] - out.means[f]) / n;
    for (double& deviation : out.deviations)
        deviation = std::sqrt(deviation);
    return out;
}

Points standardized(const Points& points, const Scale& scale) {
    Points out = points;
    for (std::size_t i = 0; i < out.size(); ++i)
        for (std::size_t f = 0; f < out.figures(); ++f) {
            const bool varies = scale.deviations[f] > 1e-12 * (std::abs(scale.means[f]) + 1e-300);
            out[i][f] = varies ? (out[i][f] - scale.means[f]) / scale.deviations[f] : 0;
        }
    return out;
}

Clustering find_clusters(const Points& points, std::size_t count, int starts) {
    Random random(20250101);
    Clustering best;
    for (int start = 0; start < starts; ++start) {
        Clustering found = Lloyd(points, count, random).run();
        if (start == 0 || found.inertia < best.inertia)
            best = std::move(found);
    }
    number_by_size(best);
    return best;
}

std::optional<double> silhouette(const Points& points, const Clustering& clustering,
                                 std::size_t most) {
    const std::size_t clusters = clustering.sizes.size();
    if (clusters < 2)
        return std::nullopt;
    std::vector<std::size_t> sample;
    const std::size_t count = std::min(points.size(), most);
    for (std::size_t i = 0; i < count; ++i)
        sample.push_back(i * points.size() / count);
    std::vector<double> sizes(clusters);
    for (const std::size_t i : sample)
        ++sizes[clustering.cluster[i]];
    double sum = 0;
    for (const std::size_t i : sample) {
        const std::size_t own = clustering.cluster[i];
        if (sizes[own] < 2)
            continue;  // alone: 0 by definition
        std::vector<double> distances(clusters);
        for (const std::size_t j : sample)
            distances[clustering.cluster[j]] += std::sqrt(distance2(points[i], points[j]));
        const double inside = distances[own] / (sizes[own] - 1);
        double outside = std::numeric_limits<double>::infinity();
        for (std::size_t k = 0; k < clusters; ++k)
            if (k != own && sizes[k] > 0)
                outside = std::min(outside, distances[k] / sizes[k]);
        if (std::isfinite(outside) && std::max(inside, outside) > 0)
            sum += (outside - inside) / std::max(inside, outside);
    }
    return sum / static_cast<double>(count);
}

}  // namespace crm::insight
