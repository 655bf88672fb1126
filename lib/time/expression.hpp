#pragma once

#include "base/ascii.hpp"
#include "time/calendar.hpp"
#include "time/date.hpp"
#include "time/seconds.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Within lib/time: what the readers of days (date_read.cpp) and of times (instant_read.cpp) share.
namespace crm::expression {

/// Longer texts are not date expressions.
inline constexpr std::size_t longest_expression = 100;

/// What an expression stands for: days, and the point in time where it names one ("now", "-2h").
struct Point {
    Days days;
    std::optional<Instant> instant;
};

/// A number of up to seven digits and nothing else.
std::optional<int> read_number(std::string_view text);
/// One blank between words, none at the ends. The case stays, since zones have capitals.
std::string tidy(std::string_view text);

/// The offsets of an expression in the order they are written; `text` keeps what is before them.
/// "2w", "in 2 weeks" and "3 days ago" have nothing before them.
std::vector<Offset> take_offsets(std::string_view& text);
/// The point moved by offsets. `expression` is for errors.
Expected<Point> moved(Point point, const std::vector<Offset>& by, const Clock& clock,
                      std::string_view expression);
/// An expression without a time of day.
Expected<Point> evaluate(std::string_view expression, const Clock& clock);

/// `lower` is the part that was not understood; the nearest expressions become candidates.
Error not_a_date(std::string_view expression, std::string_view lower, Date today);
Error out_of_range(std::string_view expression);

}  // namespace crm::expression
