#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

/// Groups of points that are near each other.
namespace crm::insight {

/// Points of the same number of figures, one after the other.
class Points {
public:
    explicit Points(std::size_t figures) : figures_(figures) {}
    void add(std::span<const double> point) {
        cells_.insert(cells_.end(), point.begin(), point.end());
        ++size_;
    }
    std::size_t size() const { return size_; }
    std::size_t figures() const { return figures_; }
    std::span<const double> operator[](std::size_t at) const {
        return std::span(cells_).subspan(at * figures_, figures_);
    }
    std::span<double> operator[](std::size_t at) {
        return std::span(cells_).subspan(at * figures_, figures_);
    }
    /// How many of them differ.
    std::size_t different() const;

private:
    std::size_t figures_;
    std::size_t size_ = 0;
    std::vector<double> cells_;
};

/// The mean and the deviation of each figure (of the population: divided by N).
struct Scale {
    std::vector<double> means, deviations;
};
Scale scale_of(const Points& points);
/// The distance from the mean in deviations; 0 for a figure that does not vary.
Points standardized(const Points& points, const Scale& scale);

struct Clustering {
    std::vector<std::size_t> cluster;  ///< of each point, from 0: the largest cluster
    Points centres{0};
    std::vector<std::size_t> sizes;
    double inertia = 0;  ///< the sum of the squared distances to the centres
};

/// The best of `starts` runs by inertia: k-means++ (Arthur, Vassilvitskii 2007, SODA) with a fixed
/// seed, then Lloyd's steps until nothing moves (at most 1,000; fewer of very many points). An
/// empty cluster takes the point that is farthest from its centre. `count`: from 1 to the number of
/// different points.
Clustering find_clusters(const Points& points, std::size_t count, int starts = 50);

/// How much nearer the points are to their own cluster than to the next, from -1 to 1 (Rousseeuw
/// 1987). Of more than `most` points every so-many-th counts. Nothing with one cluster.
std::optional<double> silhouette(const Points& points, const Clustering& clustering,
                                 std::size_t most = 2000);

}  // namespace crm::insight
