#include "cmd/cli/arguments.hpp"

#include "base/number.hpp"
#include "base/text.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {
namespace {

/// What a reader returned, with the option before its message.
template <class T>
T valid(std::string_view option, Expected<T> read) {
    if (read)
        return *std::move(read);
    Error error = std::move(read).error();
    error.message = fmt::format("--{}: {}", option, error.message);
    throw error;
}

}  // namespace

std::vector<std::string> Arguments::list(std::string_view option) const {
    const auto found = lists.find(option);
    return found == lists.end() ? std::vector<std::string>() : found->second;
}

std::string Arguments::text(std::string_view option) const {
    const auto it = options.find(option);
    return it == options.end() ? std::string() : it->second;
}

std::optional<std::int64_t> Arguments::number(std::string_view option, std::int64_t from,
                                              std::int64_t to) const {
    if (!has(option))
        return {};
    const std::string value = text(option);
    const auto n = whole_text_as<std::int64_t>(value);
    if (n && *n >= from && *n <= to)
        return n;
    const bool limited = to != std::numeric_limits<std::int64_t>::max();
    const std::string wanted = limited ? fmt::format(" from {} to {}", from, to)
                               : n     ? fmt::format(" of at least {}", from)
                                       : std::string();
    throw Error(Fault::usage, "bad_number",
                fmt::format("--{}: '{}' is not a whole number{}", option, text::clipped(value, 40),
                            wanted));
}

std::optional<double> Arguments::share(std::string_view option) const {
    if (!has(option))
        return {};
    const std::string value = text(option);
    const bool percent = value.ends_with('%');
    const auto n = whole_text_as<double>(value.substr(0, value.size() - (percent ? 1 : 0)));
    const double share = n.value_or(0) / (percent ? 100 : 1);
    if (share > 0 && share <= 1)
        return share;
    throw Error(Fault::usage, "bad_number",
                fmt::format("--{}: '{}' is not a share above 0 and up to 1, or 100%", option,
                            text::clipped(value, 40)),
                fmt::format("--{} 0.95, or 95%", option));
}

std::optional<std::chrono::milliseconds> Arguments::duration(std::string_view option) const {
    if (!has(option))
        return {};
    return valid(option, read_wait(text(option)));
}

std::optional<Date> Arguments::date(std::string_view option, const Clock& clock) const {
    if (!has(option))
        return {};
    return valid(option, read_date(text(option), clock));
}

std::optional<DateSpan> Arguments::dates(std::string_view option, const Clock& clock) const {
    if (!has(option))
        return {};
    return valid(option, read_dates(text(option), clock));
}

std::optional<Instant> Arguments::moment(std::string_view option, const Clock& clock) const {
    if (!has(option))
        return {};
    return valid(option, read_instant(text(option), clock));
}

}  // namespace crm::cmd
