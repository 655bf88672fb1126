#include "time/time_of_day.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm {
namespace {

constexpr int minutes_of_a_day = 24 * 60;

bool are_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<int> minutes_of_day(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos)
        return {};
    const std::string_view hours = text.substr(0, colon);
    const std::string_view minutes = text.substr(colon + 1);
    if (hours.size() > 2 || minutes.size() != 2 || !are_digits(hours) || !are_digits(minutes))
        return {};
    int hour = 0;
    for (const char c : hours)
        hour = hour * 10 + (c - '0');
    const int minute = (minutes[0] - '0') * 10 + (minutes[1] - '0');
    const int all = hour * 60 + minute;
    if (minute > 59 || all > minutes_of_a_day)
        return {};
    return all;
}

Expected<std::string> read_time_of_day(std::string_view raw) {
    std::string_view text = text::trimmed(raw);
    if (text.size() > 6 && text.ends_with(":00"))
        text.remove_suffix(3);
    const auto minutes = minutes_of_day(text);
    if (!minutes || *minutes == minutes_of_a_day)
        return failure(Fault::usage, "bad_time",
                       fmt::format("'{}' is not a valid time", text::clipped(raw, 40)), "17:00");
    return time_of_day_text(*minutes * 60);
}

std::string time_of_day_text(int seconds) {
    return fmt::format("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
}

}  // namespace crm
