#include "service/escalation.hpp"

#include "base/text.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace crm::service {

namespace {

std::unexpected<Error> wrong(std::string_view text) {
    return failure(Fault::usage, "invalid_value",
                   fmt::format("'{}' is not a point in time of a target", text::clipped(text, 40)),
                   "50%, breach, breach-1h or breach+2h");
}

}  // namespace

std::int64_t EscalationPoint::seconds(std::int64_t target) const {
    return percent ? target * *percent / 100 : std::max<std::int64_t>(target + offset, 0);
}

Expected<EscalationPoint> read_escalation_point(std::string_view text) {
    text = text::trimmed(text);
    EscalationPoint out;
    if (text.ends_with('%')) {
        int percent = 0;
        const char* const last = text.data() + text.size() - 1;
        const auto [end, fault] = std::from_chars(text.data(), last, percent);
        if (fault != std::errc{} || end != last || percent < 0 || percent > 1000)
            return wrong(text);
        out.percent = percent;
        return out;
    }
    constexpr std::string_view breach = "breach";
    if (!text.starts_with(breach))
        return wrong(text);
    text.remove_prefix(breach.size());
    if (text.empty())
        return out;
    const auto length = read_duration(text.substr(1));
    if ((text[0] != '+' && text[0] != '-') || !length)
        return wrong(std::string(breach) + std::string(text));
    out.offset = duration_seconds(*length) * (text[0] == '-' ? -1 : 1);
    return out;
}

}  // namespace crm::service
