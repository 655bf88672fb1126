#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

/// Time zones from the system's TZif files (RFC 8536) or a POSIX TZ text; the standard library of
/// g++ 12 has none.
namespace crm {

/// The yearly rule of a POSIX TZ text: CET-1CEST,M3.5.0,M10.5.0/3.
class ZoneRule {
public:
    static std::optional<ZoneRule> read(std::string_view posix);
    /// Seconds east of UTC at `seconds` since the epoch.
    int offset(std::int64_t seconds) const;

private:
    struct Turn {
        enum class Kind : unsigned char {
            weekday,
            julian,
            day
        } kind = Kind::weekday;  // Mm.w.d, Jn, n
        int month = 0;
        int week = 0;
        int day = 0;
        int time = 7200;
        /// Local seconds since the epoch at which it happens in `year`.
        std::int64_t in(int year) const;
    };
    static std::optional<Turn> read_turn(std::string_view& s);

    int standard_ = 0;
    int summer_ = 0;
    std::optional<Turn> begins_, ends_;  // none: standard time all year
};

class Zone {
public:
    /// A TZif file's bytes, version 1 to 4; nothing when they are damaged.
    static std::optional<Zone> read(std::string_view tzif);
    explicit Zone(ZoneRule rule) : rule_(std::move(rule)) {}

    int offset(std::int64_t seconds) const;
    /// Local wall time, in seconds since a local 1970-01-01, to UTC. A time that summer time skips
    /// is shifted forward by the gap; of two that it repeats the first is meant.
    std::int64_t utc(std::int64_t wall) const;

private:
    Zone() = default;

    std::vector<std::int64_t> at_;  // transitions, ascending
    std::vector<int> after_;        // the offset from each of them on
    int before_ = 0;                // the offset before the first
    std::optional<ZoneRule> rule_;  // after the last
};

/// The zone of an IANA name ("Europe/Berlin"), a POSIX TZ text or "/etc/localtime"; "" is UTC. Null
/// for an unknown one. Each is read once and cached.
const Zone* zone(std::string_view name);

}  // namespace crm
