#include "time/duration.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace crm {
namespace {

constexpr DurationUnit units[] = {{"s", 1, {"s", "sec", "second", "seconds"}},
                                  {"min", 60, {"min", "mins", "minute", "minutes"}},
                                  {"h", 3600, {"h", "hr", "hour", "hours"}},
                                  {"d", 86'400, {"d", "day", "days", "days"}},
                                  {"bd", 86'400, {"bd", "business day", "business days", "bds"}},
                                  {"w", 604'800, {"w", "week", "weeks", "wk"}},
                                  {"mo", 2'629'800, {"mo", "month", "months", "mon"}},
                                  {"q", 7'889'400, {"q", "quarter", "quarters", "qs"}},
                                  {"y", 31'557'600, {"y", "year", "years", "yr"}}};

const DurationUnit* unit_of(std::string_view word) {
    const auto it = std::ranges::find_if(units, [&](const DurationUnit& u) {
        return std::ranges::find(u.words, word) != u.words.end();
    });
    return it == std::end(units) ? nullptr : &*it;
}

}  // namespace

Expected<std::string> read_duration(std::string_view raw) {
    const std::string text = text::lower_ascii(text::trimmed(raw));
    const auto wrong = [&] {
        return failure(Fault::usage, "bad_duration",
                       fmt::format("'{}' is not a valid duration", text::clipped(raw, 40)),
                       "12min, 2h, 10bd, 3mo");
    };
    std::int64_t sum = 0;
    std::int64_t smallest_seconds = 0;
    std::string_view smallest;
    std::string_view rest = text;
    int parts = 0;
    while (!rest.empty()) {
        std::int64_t n = 0;
        const auto [end, bad] = std::from_chars(rest.data(), rest.data() + rest.size(), n);
        if (bad != std::errc{} || n < 0 || n > 1'000'000)
            return wrong();
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        while (rest.starts_with(' '))
            rest.remove_prefix(1);
        const std::size_t letters = std::min(rest.find_first_of("0123456789"), rest.size());
        std::string_view word = text::trimmed(rest.substr(0, letters));
        if (word == "m")
            return failure(Fault::usage, "bad_duration",
                           fmt::format("'{}' is minutes or months", text::clipped(raw, 40)),
                           fmt::format("{0}min or {0}mo", n));
        const DurationUnit* unit = unit_of(word);
        if (unit == nullptr)
            return wrong();
        rest.remove_prefix(letters);
        if (parts++ == 0 && rest.empty())
            return fmt::format("{}{}", n, unit->name);
        if (unit->seconds > 604'800 || unit->name == "bd" ||
            (smallest_seconds != 0 && unit->seconds >= smallest_seconds))
            return wrong();  // 1mo2d has no fixed length
        sum += n * unit->seconds;
        smallest = unit->name;
        smallest_seconds = unit->seconds;
    }
    if (parts == 0)
        return wrong();
    return fmt::format("{}{}", sum / smallest_seconds, smallest);
}

std::int64_t duration_seconds(std::string_view text) {
    std::int64_t n = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), n);
    const DurationUnit* unit =
        bad == std::errc{} ? unit_of(text.substr(static_cast<std::size_t>(end - text.data())))
                           : nullptr;
    return unit == nullptr ? 0 : n * unit->seconds;
}

std::span<const DurationUnit> duration_units() {
    return units;
}

}  // namespace crm
