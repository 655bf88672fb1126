#include "mail/rate.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace crm::mail {

Expected<Rate> read_rate(std::string_view text) {
    const auto slash = text.find('/');
    Rate out;
    const std::string_view count = text::trimmed(text.substr(0, slash));
    const auto [end, wrong] = std::from_chars(count.data(), count.data() + count.size(), out.count);
    const std::string unit = slash == std::string_view::npos
                                 ? ""
                                 : text::lower_ascii(text::trimmed(text.substr(slash + 1)));
    out.seconds = unit == "s"     ? 1
                  : unit == "min" ? 60
                  : unit == "h"   ? 3600
                  : unit == "d"   ? 86400
                                  : 0;
    if (wrong != std::errc{} || end != count.data() + count.size() || out.count < 1 ||
        out.count > 10'000'000 || out.seconds == 0)
        return failure(
            Fault::usage, "bad_rate",
            fmt::format("'{}' is not a valid rate", text::visible(text::clipped(text, 40))),
            "60/min, 20/s, 1000/h or 5000/d");
    return out;
}

std::int64_t RateWindow::longest() const {
    std::int64_t out = 0;
    for (const Throttle& throttle : throttles_)
        out = std::max(out, throttle.rate.seconds);
    return out;
}

bool RateWindow::concerns(const Throttle& throttle, std::string_view address) const {
    if (throttle.domain.empty())
        return true;
    const auto at = address.rfind('@');
    return at != std::string_view::npos &&
           text::lower_ascii(address.substr(at + 1)) == text::lower_ascii(throttle.domain);
}

void RateWindow::add(std::string_view address, Instant at) {
    for (std::size_t i = 0; i < throttles_.size(); ++i)
        if (concerns(throttles_[i], address))
            sent_[i].push_back(at);
}

std::optional<Instant> RateWindow::wait_for(std::string_view address, Instant now) const {
    std::optional<Instant> out;
    for (std::size_t i = 0; i < throttles_.size(); ++i) {
        const Throttle& throttle = throttles_[i];
        const auto& sent = sent_[i];
        const auto count = static_cast<std::size_t>(throttle.rate.count);
        if (!concerns(throttle, address) || sent.size() < count)
            continue;
        // The one that is `count` before the next must be out of the window.
        const Instant free{sent[sent.size() - count].seconds + throttle.rate.seconds};
        if (free > now && (!out || free > *out))
            out = free;
    }
    return out;
}

}  // namespace crm::mail
