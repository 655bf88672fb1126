#include "time/calendar.hpp"
#include "time/recurrence.hpp"
#include "time/seconds.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace crm {
namespace {

constexpr std::int32_t days_of_cycle = 146097;  ///< the calendar repeats after 400 years

std::int32_t first_of_month(std::int64_t month) {  // months since the year 0
    return Date::of(static_cast<int>(floor_div(month, 12)),
                    static_cast<unsigned>(month - floor_div(month, 12) * 12 + 1), 1)
        .days;
}

std::int32_t first_of_year(int year) {
    return Date::of(year, 1, 1).days;
}

template <class T>
bool contains(const std::vector<T>& sorted, T value) {
    return std::ranges::binary_search(sorted, value);
}

/// The first day of week 1 of a year: the first week with four days in it.
std::int32_t first_week(int year, int week_start) {
    const Date new_year{first_of_year(year)};
    const int into_week = (new_year.weekday() - week_start + 7) % 7;
    return new_year.days - into_week + (into_week > 3 ? 7 : 0);
}

int week_year(Date day, int week_start) {
    int year;
    unsigned month, of_month;
    day.civil(year, month, of_month);
    if (day.days >= first_week(year + 1, week_start))
        return year + 1;
    return day.days < first_week(year, week_start) ? year - 1 : year;
}

std::int64_t unit_seconds(Frequency frequency) {
    return frequency == Frequency::hourly ? 3600 : frequency == Frequency::minutely ? 60 : 1;
}

}  // namespace

Occurrences::Occurrences(Recurrence rule, std::int64_t start, bool whole_days, const Zone* zone)
    : rule_(std::move(rule)), start_(start), not_before_(start), whole_days_(whole_days) {
    last_ = Date::of(9999, 12, 31).days * day_seconds + day_seconds - 1;
    if (rule_.until) {
        const std::int64_t east =
            rule_.until_utc && zone != nullptr ? zone->offset(*rule_.until) : 0;
        last_ = std::min(last_, *rule_.until + east);
    }
    const Date day{static_cast<std::int32_t>(floor_div(start_, day_seconds))};
    const auto of_day = static_cast<int>(start_ - std::int64_t{day.days} * day_seconds);
    if (whole_days_) {
        rule_.hours = rule_.minutes = rule_.seconds = {};
        last_ = floor_div(last_, day_seconds) * day_seconds + day_seconds - 1;
    }
    int year;
    unsigned month, of_month;
    day.civil(year, month, of_month);
    // Times that the rule leaves open are those of the start.
    const Frequency f = rule_.frequency;
    hours_ = !rule_.hours.empty() ? rule_.hours : std::vector<int>{of_day / 3600};
    minutes_ = !rule_.minutes.empty() ? rule_.minutes : std::vector<int>{of_day / 60 % 60};
    seconds_ = !rule_.seconds.empty() ? rule_.seconds : std::vector<int>{of_day % 60};
    switch (f) {
        case Frequency::yearly:
            base_ = rule_.weeks.empty() ? year : week_year(day, rule_.week_start);
            break;
        case Frequency::monthly:
            base_ = std::int64_t{year} * 12 + month - 1;
            break;
        case Frequency::weekly:
            base_ = day.days - (day.weekday() - rule_.week_start + 7) % 7;
            break;
        case Frequency::daily:
            base_ = day.days;
            break;
        default:
            base_ = floor_div(start_, unit_seconds(f)) * unit_seconds(f);
            period_ = base_;
    }
    possible_ = rule_.after.empty() && can_happen();
}

/// Whether a time of day that the rule names is reached in steps of so many seconds.
bool Occurrences::has_time_of_day(std::int64_t step) const {
    const std::int64_t grid = std::gcd(step, day_seconds);
    const std::int64_t offset = ((base_ % grid) + grid) % grid;
    const auto any = [](const std::vector<int>& some, int most) {
        if (!some.empty())
            return some;
        std::vector<int> all(static_cast<std::size_t>(most));
        std::iota(all.begin(), all.end(), 0);
        return all;
    };
    const Frequency f = rule_.frequency;
    const std::vector<int> zero{0};
    const auto hours = any(rule_.hours, 24);
    const auto minutes = f == Frequency::hourly ? zero : any(rule_.minutes, 60);
    const auto seconds = f == Frequency::secondly ? any(rule_.seconds, 60) : zero;
    for (const int hour : hours)
        for (const int minute : minutes)
            for (const int second : seconds)
                if ((hour * 3600 + minute * 60 + second) % grid == offset)
                    return true;
    return false;
}

/// What can be said without looking at one period after another.
bool Occurrences::can_happen() const {
    const Frequency f = rule_.frequency;
    const auto seconds = static_cast<std::int64_t>(f == Frequency::secondly ? 1 : seconds_.size());
    const auto minutes = static_cast<std::int64_t>(f <= Frequency::minutely ? 1 : minutes_.size());
    const auto hours = static_cast<std::int64_t>(f <= Frequency::hourly ? 1 : hours_.size());
    if (f <= Frequency::daily && !rule_.positions.empty() &&
        std::ranges::none_of(rule_.positions, [&](int position) {
            return std::abs(position) <= seconds * minutes * hours;
        }))
        return false;
    if (f <= Frequency::daily &&
        !next_matching(static_cast<std::int32_t>(floor_div(start_, day_seconds))))
        return false;
    return f >= Frequency::daily || has_time_of_day(rule_.interval * unit_seconds(f));
}

bool Occurrences::matches(std::int32_t days, bool with_weekday) const {
    const Date day{days};
    if (with_weekday && !rule_.weekdays.empty() &&
        std::ranges::none_of(rule_.weekdays, [&](const NthWeekday& wanted) {
            return wanted.weekday == day.weekday();
        }))
        return false;
    if (rule_.months.empty() && rule_.month_days.empty() && rule_.year_days.empty())
        return true;
    int year;
    unsigned month, of_month;
    day.civil(year, month, of_month);
    const int m = static_cast<int>(month);
    if (!rule_.months.empty() && !contains(rule_.months, m))
        return false;
    if (!rule_.month_days.empty()) {
        const int in_month = first_of_month(std::int64_t{year} * 12 + m) -
                             first_of_month(std::int64_t{year} * 12 + m - 1);
        const int d = static_cast<int>(of_month);
        if (!contains(rule_.month_days, d) && !contains(rule_.month_days, d - in_month - 1))
            return false;
    }
    if (!rule_.year_days.empty()) {
        const int d = days - first_of_year(year) + 1;
        const int in_year = first_of_year(year + 1) - first_of_year(year);
        if (!contains(rule_.year_days, d) && !contains(rule_.year_days, d - in_year - 1))
            return false;
    }
    return true;
}

/// The first day from `day` on that the rule allows. Months that it does not name are passed over.
std::optional<std::int32_t> Occurrences::next_matching(std::int32_t day) const {
    const std::int32_t end = std::min<std::int64_t>(std::int64_t{day} + days_of_cycle + 366,
                                                    floor_div(last_, day_seconds));
    while (day <= end) {
        if (!rule_.months.empty()) {
            int year;
            unsigned month, of_month;
            Date{day}.civil(year, month, of_month);
            if (!contains(rule_.months, static_cast<int>(month))) {
                day = first_of_month(std::int64_t{year} * 12 + month);
                continue;
            }
        }
        if (matches(day))
            return day;
        ++day;
    }
    return {};
}

/// The days of BYDAY in a month or a year.
void Occurrences::add_nth_days(std::int32_t first, std::int32_t last) {
    for (const NthWeekday& wanted : rule_.weekdays) {
        const std::int32_t front = first + (wanted.weekday - Date{first}.weekday() + 7) % 7;
        const std::int32_t back = last - (Date{last}.weekday() - wanted.weekday + 7) % 7;
        if (wanted.nth == 0) {
            for (std::int32_t day = front; day <= last; day += 7)
                days_.push_back(day);
            continue;
        }
        const std::int32_t day =
            wanted.nth > 0 ? front + 7 * (wanted.nth - 1) : back + 7 * (wanted.nth + 1);
        if (day >= first && day <= last)
            days_.push_back(day);
    }
}

void Occurrences::add_weeks(int year) {
    const std::int32_t first = first_week(year, rule_.week_start);
    const int in_year = (first_week(year + 1, rule_.week_start) - first) / 7;
    const int own = Date{static_cast<std::int32_t>(floor_div(start_, day_seconds))}.weekday();
    const bool any_day =
        !rule_.weekdays.empty() || !rule_.month_days.empty() || !rule_.year_days.empty();
    for (const int week : rule_.weeks) {
        const int from_start = week > 0 ? week : in_year + week + 1;
        if (from_start < 1 || from_start > in_year)
            continue;
        for (std::int32_t i = 0; i < 7; ++i) {
            const std::int32_t day = first + (from_start - 1) * 7 + i;
            if (any_day || Date{day}.weekday() == own)
                days_.push_back(day);
        }
    }
    std::erase_if(days_, [&](std::int32_t day) { return !matches(day); });
}

void Occurrences::fill_year(std::int64_t number) {
    const int year = static_cast<int>(number);
    if (!rule_.weeks.empty())
        return add_weeks(year);
    const std::int32_t first = first_of_year(year);
    const std::int32_t last = first_of_year(year + 1) - 1;
    if (!rule_.year_days.empty()) {
        for (const int n : rule_.year_days)
            if (const std::int32_t day = n > 0 ? first + n - 1 : last + n + 1;
                day >= first && day <= last && matches(day, true))
                days_.push_back(day);
        return;
    }
    if (rule_.months.empty() && rule_.month_days.empty() && !rule_.weekdays.empty())
        return add_nth_days(first, last);
    const Date start{static_cast<std::int32_t>(floor_div(start_, day_seconds))};
    int own_year;
    unsigned own_month, own_day;
    start.civil(own_year, own_month, own_day);
    std::vector<int> months = rule_.months;
    if (months.empty())
        months = {static_cast<int>(own_month)};
    for (const int month : months)
        fill_month(std::int64_t{year} * 12 + month - 1);
}

void Occurrences::fill_month(std::int64_t month) {
    const int of_year = static_cast<int>(month - floor_div(month, 12) * 12) + 1;
    if (!rule_.months.empty() && !contains(rule_.months, of_year))
        return;
    const std::int32_t first = first_of_month(month);
    const std::int32_t last = first_of_month(month + 1) - 1;
    if (!rule_.month_days.empty()) {
        if (!rule_.weekdays.empty()) {
            add_nth_days(first, last);
            std::erase_if(days_,
                          [&](std::int32_t day) { return day >= first && !matches(day, false); });
            return;
        }
        for (const int n : rule_.month_days)
            if (const std::int32_t day = n > 0 ? first + n - 1 : last + n + 1;
                day >= first && day <= last)
                days_.push_back(day);
        return;
    }
    if (!rule_.weekdays.empty())
        return add_nth_days(first, last);
    int year;
    unsigned own_month, own_day;
    Date{static_cast<std::int32_t>(floor_div(start_, day_seconds))}.civil(year, own_month, own_day);
    if (const std::int32_t day = first + static_cast<std::int32_t>(own_day) - 1; day <= last)
        days_.push_back(day);
}

void Occurrences::fill_week(std::int64_t first) {
    const int own = Date{static_cast<std::int32_t>(floor_div(start_, day_seconds))}.weekday();
    for (std::int32_t i = 0; i < 7; ++i) {
        const auto day = static_cast<std::int32_t>(first) + i;
        if (rule_.weekdays.empty() ? Date{day}.weekday() == own && matches(day) : matches(day))
            days_.push_back(day);
    }
}

std::int64_t Occurrences::size() const {
    return static_cast<std::int64_t>(days_.size() * hours_.size() * minutes_.size() *
                                     seconds_.size());
}

std::int64_t Occurrences::at(std::int64_t position) const {
    const auto take = [&](std::size_t size) {
        const auto index = static_cast<std::size_t>(position % static_cast<std::int64_t>(size));
        position /= static_cast<std::int64_t>(size);
        return index;
    };
    const std::int64_t second = seconds_[take(seconds_.size())];
    const std::int64_t minute = minutes_[take(minutes_.size())];
    const std::int64_t hour = hours_[take(hours_.size())];
    return days_[static_cast<std::size_t>(position)] * day_seconds + hour * 3600 + minute * 60 +
           second;
}

/// Which combinations of days and times are instances: all, or those of BYSETPOS.
void Occurrences::choose() {
    std::ranges::sort(days_);
    days_.erase(std::ranges::unique(days_).begin(), days_.end());
    chosen_.clear();
    position_ = 0;
    end_ = size();
    if (rule_.positions.empty())
        return;
    for (const int position : rule_.positions) {
        const std::int64_t index = position > 0 ? position - 1 : end_ + position;
        if (index >= 0 && index < end_)
            chosen_.push_back(index);
    }
    std::ranges::sort(chosen_);
    chosen_.erase(std::ranges::unique(chosen_).begin(), chosen_.end());
    end_ = static_cast<std::int64_t>(chosen_.size());
}

/// Of hours, minutes and seconds: what cannot match is passed over by the day, hour or minute.
bool Occurrences::next_short_period() {
    const Frequency f = rule_.frequency;
    const std::int64_t step = rule_.interval * unit_seconds(f);
    const auto up_to = [&](std::int64_t target) {
        period_ = base_ + (target - base_ + step - 1) / step * step;
    };
    /// The next of the allowed values after `value`, or `most` where there is none.
    const auto following = [](const std::vector<int>& allowed, int value, int most) {
        const auto it = std::ranges::upper_bound(allowed, value);
        return it == allowed.end() ? most : *it;
    };
    while (period_ <= last_) {
        const auto day = static_cast<std::int32_t>(floor_div(period_, day_seconds));
        if (!matches(day)) {
            const auto next = next_matching(day + 1);
            if (!next)
                return false;
            up_to(*next * day_seconds);
            continue;
        }
        const std::int64_t midnight = day * day_seconds;
        const auto of_day = static_cast<int>(period_ - midnight);
        const int hour = of_day / 3600, minute = of_day / 60 % 60, second = of_day % 60;
        if (!rule_.hours.empty() && !contains(rule_.hours, hour)) {
            up_to(midnight + following(rule_.hours, hour, 24) * 3600);
            continue;
        }
        if (f <= Frequency::minutely && !rule_.minutes.empty() &&
            !contains(rule_.minutes, minute)) {
            up_to(midnight + hour * 3600 + following(rule_.minutes, minute, 60) * 60);
            continue;
        }
        if (f == Frequency::secondly && !rule_.seconds.empty() &&
            !contains(rule_.seconds, second)) {
            up_to(midnight + hour * 3600 + minute * 60 + following(rule_.seconds, second, 60));
            continue;
        }
        days_ = {day};
        hours_ = {hour};
        if (f <= Frequency::minutely)
            minutes_ = {minute};
        if (f == Frequency::secondly)
            seconds_ = {second};
        period_ += step;
        choose();
        return true;
    }
    return false;
}

bool Occurrences::next_period() {
    if (rule_.frequency < Frequency::daily)
        return next_short_period();
    const std::int64_t number =
        base_ + period_ * rule_.interval * (rule_.frequency == Frequency::weekly ? 7 : 1);
    days_.clear();
    std::int64_t first_day = number;
    switch (rule_.frequency) {
        case Frequency::yearly:
            if (number > 9999)
                return false;
            first_day = first_of_year(static_cast<int>(number)) - 7;
            break;
        case Frequency::monthly:
            if (number >= 10000 * 12)
                return false;
            first_day = first_of_month(number);
            break;
        default:
            break;
    }
    if (first_day * day_seconds > last_)
        return false;
    if (rule_.frequency == Frequency::yearly) {
        fill_year(number);
    } else if (rule_.frequency == Frequency::monthly) {
        fill_month(number);
    } else if (rule_.frequency == Frequency::weekly) {
        fill_week(number);
    } else if (const auto day = static_cast<std::int32_t>(number); matches(day)) {
        days_.push_back(day);
    } else if (const auto next = next_matching(day)) {
        period_ += (*next - day + rule_.interval - 1) / rule_.interval;
        end_ = position_ = 0;
        return true;
    } else {
        return false;
    }
    ++period_;
    choose();
    return true;
}

std::optional<std::int64_t> Occurrences::next() {
    if (waiting_)
        return std::exchange(waiting_, std::nullopt);
    if (!possible_ || (rule_.count && given_ >= *rule_.count))
        return {};
    for (;;) {
        const auto value = [&](std::int64_t i) {
            return at(chosen_.empty() ? i : chosen_[static_cast<std::size_t>(i)]);
        };
        // What is before the start is passed over without a look at each.
        if (position_ < end_ && value(position_) < not_before_) {
            std::int64_t low = position_, high = end_;
            while (low < high) {
                const std::int64_t middle = low + (high - low) / 2;
                if (value(middle) < not_before_)
                    low = middle + 1;
                else
                    high = middle;
            }
            position_ = low;
        }
        if (position_ < end_) {
            const std::int64_t found = value(position_++);
            if (found > last_)
                return {};
            ++given_;
            return found;
        }
        if (!next_period()) {
            possible_ = false;
            return {};
        }
    }
}

void Occurrences::skip_to(std::int64_t wall) {
    if (wall <= not_before_)
        return;
    if (rule_.count) {
        // Each counts, so each is looked at.
        auto found = next();
        while (found && *found < wall)
            found = next();
        waiting_ = found;
        return;
    }
    not_before_ = wall;
    const std::int64_t day = floor_div(wall, day_seconds);
    int year;
    unsigned month, of_month;
    Date{static_cast<std::int32_t>(day)}.civil(year, month, of_month);
    std::int64_t periods = 0;
    switch (rule_.frequency) {
        case Frequency::yearly:
            periods = (year - base_) / rule_.interval - 1;
            break;
        case Frequency::monthly:
            periods = (std::int64_t{year} * 12 + month - 1 - base_) / rule_.interval - 1;
            break;
        case Frequency::weekly:
            periods = (day - base_) / (7 * rule_.interval) - 1;
            break;
        case Frequency::daily:
            periods = (day - base_) / rule_.interval - 1;
            break;
        default: {
            const std::int64_t step = rule_.interval * unit_seconds(rule_.frequency);
            period_ = std::max(period_, base_ + ((wall - base_) / step - 1) * step);
            return;
        }
    }
    period_ = std::max(period_, periods);
}

}  // namespace crm
