#include "time/duration.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

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

/// One number with its unit: 30min of 1h30min.
struct Term {
    double count = 0;
    const DurationUnit* unit = nullptr;  ///< null: milliseconds, of which no duration is stored

    double seconds() const {
        return unit == nullptr ? count / 1000 : count * static_cast<double>(unit->seconds);
    }
};

/// Reads a duration term by term and checks it against the range of its purpose.
class Reader {
public:
    Reader(std::string_view raw, const DurationRange& range)
        : raw_(raw), range_(range), lower_(text::lower_ascii(text::trimmed(raw))), rest_(lower_) {}

    Expected<std::vector<Term>> read() {
        std::vector<Term> terms;
        double sum = 0;
        while (!rest_.empty()) {
            const auto term = next();
            if (!term)
                return std::unexpected(term.error());
            terms.push_back(*term);
            sum += term->seconds();
        }
        if (terms.empty() || (terms.size() > 1 && !can_be_added(terms)))
            return std::unexpected(wrong());
        if (sum > static_cast<double>(range_.most))
            return std::unexpected(fault(range_.too_long, range_.too_long_because));
        return terms;
    }

private:
    Error fault(Fault kind, std::string_view because) const {
        return Error(kind, kind == Fault::refused ? "out_of_range" : "bad_duration",
                     fmt::format("'{}' {}", text::clipped(raw_, 40), because),
                     std::string(range_.examples));
    }
    Error wrong() const { return fault(Fault::usage, "is not a valid duration"); }

    /// 1mo2d has no fixed length, and 30min1h is a slip.
    static bool can_be_added(std::span<const Term> terms) {
        const auto fixed = [](const Term& term) {
            return term.unit == nullptr ||
                   (term.unit->seconds <= 604'800 && term.unit->name != "bd");
        };
        const auto rises = [](const Term& a, const Term& b) {
            return a.unit == nullptr || (b.unit != nullptr && b.unit->seconds >= a.unit->seconds);
        };
        return std::ranges::all_of(terms, fixed) &&
               std::ranges::adjacent_find(terms, rises) == terms.end();
    }

    Expected<double> count() {
        const std::size_t end =
            rest_.find_first_not_of(range_.waiting ? "0123456789." : "0123456789");
        const std::string_view digits = rest_.substr(0, end);
        double n = 0;
        const auto [stop, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), n,
                                                 std::chars_format::fixed);
        if (bad != std::errc{} || stop != digits.data() + digits.size())
            return std::unexpected(wrong());
        rest_.remove_prefix(digits.size());
        return n;
    }

    Expected<Term> next() {
        const auto n = count();
        if (!n)
            return std::unexpected(n.error());
        const std::size_t letters = std::min(rest_.find_first_of("0123456789"), rest_.size());
        std::string_view word = text::trimmed(rest_.substr(0, letters));
        rest_.remove_prefix(letters);
        if (range_.waiting && word == "ms")
            return Term{*n, nullptr};
        if (range_.waiting && word.empty())
            word = "s";
        if (word == "m" && range_.most < unit_of("month")->seconds)
            word = "min";
        if (word == "m")
            return failure(Fault::usage, "bad_duration",
                           fmt::format("'{}' is minutes or months", text::clipped(raw_, 40)),
                           fmt::format("{0}min or {0}mo", *n));
        const DurationUnit* unit = unit_of(word);
        if (unit == nullptr)
            return std::unexpected(wrong());
        return Term{*n, unit};
    }

    std::string_view raw_;
    const DurationRange& range_;
    std::string lower_;
    std::string_view rest_;
};

}  // namespace

Expected<std::string> read_duration(std::string_view text) {
    const auto terms = Reader(text, field_durations).read();
    if (!terms)
        return std::unexpected(terms.error());
    std::int64_t sum = 0;
    for (const Term& term : *terms)
        sum += static_cast<std::int64_t>(term.count) * term.unit->seconds;
    const DurationUnit& smallest = *terms->back().unit;
    return fmt::format("{}{}", sum / smallest.seconds, smallest.name);
}

Expected<std::chrono::milliseconds> read_wait(std::string_view text) {
    const auto terms = Reader(text, waiting_durations).read();
    if (!terms)
        return std::unexpected(terms.error());
    double sum = 0;
    for (const Term& term : *terms)
        sum += term.seconds();
    return std::chrono::milliseconds(std::llround(sum * 1000));
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
