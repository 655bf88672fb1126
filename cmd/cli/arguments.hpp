#pragma once

#include "meta/entity.hpp"
#include "time/date.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crm::cmd {

/// What was given to a command: words in their order, options by their names.
///
/// An option is read in its type. Each reader returns nothing when the option was not given, and
/// throws usage for a value that is not valid: the message names the option, the value and what is
/// valid.
struct Arguments {
    const meta::Entity* noun = nullptr;
    std::vector<std::string> words;
    std::map<std::string, std::string, std::less<>> options;
    std::map<std::string, std::vector<std::string>, std::less<>> lists;  ///< see `list`
    std::string line;  ///< the whole command as typed, for the history

    /// Whether the option was given.
    bool has(std::string_view option) const { return options.find(option) != options.end(); }
    /// An option without a value.
    bool flag(std::string_view option) const { return has(option); }
    /// The value as it was typed, of a choice as it is declared; empty when it was not given.
    std::string text(std::string_view option) const;
    /// All values of an option that may be given several times.
    std::vector<std::string> list(std::string_view option) const;
    /// A whole number within the limits.
    std::optional<std::int64_t> number(
        std::string_view option, std::int64_t from = 0,
        std::int64_t to = std::numeric_limits<std::int64_t>::max()) const;
    /// A number above 0 and up to 1.
    std::optional<double> share(std::string_view option) const;
    std::optional<std::chrono::milliseconds> duration(std::string_view option) const;
    /// One day: of a month its first.
    std::optional<Date> date(std::string_view option, const Clock& clock) const;
    /// The days that a word covers: 2026-Q4, 'last month'.
    std::optional<DateSpan> dates(std::string_view option, const Clock& clock) const;
    std::optional<Instant> moment(std::string_view option, const Clock& clock) const;
};

}  // namespace crm::cmd
