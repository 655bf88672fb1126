#include "service/working_time.hpp"

#include <algorithm>

namespace crm::service {
namespace {

constexpr int days_of_year = 366;
/// Tickets come in the order of their numbers, most of them in that of time. One that is older
/// makes room for some that follow.
constexpr int room_before = 400;
/// Nobody counts over centuries.
constexpr int longest = 40 * days_of_year;

std::int64_t length(const Interval& span) {
    return span.to.seconds - span.from.seconds;
}

}  // namespace

void WorkingTime::begin_at(Date day) const {
    spans_.clear();
    counted_.clear();
    first_ = day;
    next_ = day;
}

/// Where the clock is changed, two intervals of a day may overlap: each second counts once.
void WorkingTime::extend_to(Date day) const {
    for (; next_ <= day; ++next_.days)
        for (Interval span : hours_.intervals(next_)) {
            if (!spans_.empty())
                span.from = std::max(span.from, spans_.back().to);
            if (span.to <= span.from)
                continue;
            counted_.push_back(spans_.empty() ? 0 : counted_.back() + length(spans_.back()));
            spans_.push_back(span);
        }
}

/// Most instants are known: no zone is asked for them.
void WorkingTime::cover(Instant from, Instant to) const {
    if (from >= known_.from && to < known_.to)
        return;
    cover_days(from, to);
    const Clock clock{{}, hours_.zone()};
    known_ = {clock.at({first_->days + 1}, 0), clock.at({next_.days - 1}, 0)};
}

void WorkingTime::cover_days(Instant from, Instant to) const {
    const Date first{day_of(from).days - 1}, last{day_of(to).days + 1};
    const bool far =
        first_ && (first.days < first_->days - longest || first.days > next_.days + longest);
    if (!first_ || far) {
        begin_at(first);
    } else if (first < *first_) {
        const Date had{next_.days - 1};
        begin_at({first.days - room_before});
        extend_to(std::max(had, last));
    }
    extend_to(last);
}

/// Seconds in the spans before an instant that is covered.
std::int64_t WorkingTime::counted(Instant at) const {
    const auto after = std::ranges::upper_bound(spans_, at, {}, &Interval::from);
    if (after == spans_.begin())
        return 0;
    const auto span = std::prev(after);
    return counted_[static_cast<std::size_t>(span - spans_.begin())] +
           std::min(length(*span), at.seconds - span->from.seconds);
}

std::int64_t WorkingTime::used(Instant from, Instant to) const {
    if (to <= from)
        return 0;
    cover(from, to);
    return counted(to) - counted(from);
}

std::optional<Instant> WorkingTime::due(Instant from, std::int64_t seconds) const {
    if (seconds <= 0)
        return from;
    cover(from, from);
    const std::int64_t wanted = counted(from) + seconds;
    const auto reached = [&] {
        return !spans_.empty() && counted_.back() + length(spans_.back()) >= wanted;
    };
    if (!reached()) {
        const Date end{day_of(from).days + longest};
        do {
            if (next_ > end)
                return {};
            extend_to({next_.days + 7});
        } while (!reached());
    }
    const auto after = std::ranges::lower_bound(counted_, wanted);
    const auto span = static_cast<std::size_t>(after - counted_.begin()) - 1;
    return Instant{spans_[span].from.seconds + wanted - counted_[span]};
}

}  // namespace crm::service
