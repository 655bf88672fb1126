#include "service/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace crm::service {
namespace {

constexpr int most_days = 3660;

/// Puts lines together in which nothing else happens.
class Lines {
public:
    explicit Lines(const WorkingTime& time) : time_(time) {}

    /// A stretch of time in which the clock runs.
    void work(Instant from, Instant to) {
        const Clock zone{{}, time_.hours().zone()};
        const Date last = zone.day(to);
        int days = 0;
        for (Date day = zone.day(from); day <= last && days < most_days; ++day.days, ++days)
            work_day(zone, day, from, to);
    }

    void pause(Instant from, Instant to, const std::string& why) {
        out_.push_back({from, to, 0, "paused", why});
    }

    std::vector<ClockLine> take() { return std::move(out_); }

private:
    void work_day(const Clock& zone, Date day, Instant from, Instant to) {
        bool open = false;
        for (const Interval& span : time_.hours().intervals(day)) {
            open = true;
            const Instant begin = std::max(span.from, from), end = std::min(span.to, to);
            if (begin < end)
                add_work(begin, end);
        }
        const Instant begins = zone.at(day, 0), ends = zone.at({day.days + 1}, 0);
        if (!open && from <= begins && begins < to)
            add_closed(begins, ends, time_.hours().note(day));
    }

    /// Seconds are those of the calendar: where its intervals overlap, they count once.
    void add_work(Instant from, Instant to) {
        if (!out_.empty() && out_.back().what == "worked" && out_.back().to >= from) {
            ClockLine& last = out_.back();
            last.to = std::max(last.to, to);
            last.seconds = time_.used(last.from, last.to);
            return;
        }
        out_.push_back({from, to, time_.used(from, to), "worked", {}});
    }

    void add_closed(Instant from, Instant to, std::string_view note) {
        if (!out_.empty() && out_.back().whole_days && out_.back().to == from &&
            out_.back().why == note) {
            out_.back().to = to;
            return;
        }
        out_.push_back({from, to, 0, "closed", std::string(note), true});
    }

    const WorkingTime& time_;
    std::vector<ClockLine> out_;
};

}  // namespace

std::string hours_text(std::int64_t seconds) {
    const std::int64_t minutes = std::abs(seconds) / 60;
    return fmt::format("{}{}h{:02}", seconds < 0 ? "-" : "", minutes / 60, minutes % 60);
}

std::vector<ClockLine> explain(const WorkingTime& time, const TicketClock& clock, Instant until) {
    Lines lines(time);
    for (const Stretch& stretch : clock.stretches) {
        const Instant end = std::min(stretch.to.value_or(until), until);
        if (end <= stretch.from)
            continue;
        if (stretch.runs)
            lines.work(stretch.from, end);
        else if (stretch.to || !clock.ended)
            lines.pause(stretch.from, end, stretch.why);
    }
    return lines.take();
}

}  // namespace crm::service
