#include "time/zone.hpp"

#include "time/date.hpp"
#include "time/seconds.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace crm {
namespace {

bool take(std::string_view& s, char c) {
    if (s.empty() || s[0] != c)
        return false;
    s.remove_prefix(1);
    return true;
}

std::optional<int> take_number(std::string_view& s, int most) {
    int n = 0;
    std::size_t i = 0;
    for (; i < s.size() && i < 4 && s[i] >= '0' && s[i] <= '9'; ++i)
        n = n * 10 + (s[i] - '0');
    if (i == 0 || n > most)
        return {};
    s.remove_prefix(i);
    return n;
}

/// [+-]hh[:mm[:ss]] in seconds.
std::optional<int> take_time(std::string_view& s) {
    const bool minus = take(s, '-');
    if (!minus)
        take(s, '+');
    auto part = take_number(s, 167);
    if (!part)
        return {};
    int seconds = *part * 3600;
    for (const int unit : {60, 1}) {
        if (!take(s, ':'))
            break;
        part = take_number(s, 59);
        if (!part)
            return {};
        seconds += *part * unit;
    }
    return minus ? -seconds : seconds;
}

bool take_name(std::string_view& s) {
    if (take(s, '<')) {
        const auto end = s.find('>');
        if (end == s.npos || end < 3)
            return false;
        s.remove_prefix(end + 1);
        return true;
    }
    std::size_t n = 0;
    while (n < s.size() && ((s[n] >= 'A' && s[n] <= 'Z') || (s[n] >= 'a' && s[n] <= 'z')))
        ++n;
    s.remove_prefix(n);
    return n >= 3;
}

bool leap(int y) {
    return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

std::int64_t big_endian(std::string_view s, std::size_t at, int bytes) {
    std::uint64_t n = static_cast<signed char>(s[at]) < 0 ? ~std::uint64_t{0} : 0;
    for (int i = 0; i < bytes; ++i)
        n = n << 8 | static_cast<unsigned char>(s[at + static_cast<std::size_t>(i)]);
    return static_cast<std::int64_t>(n);
}

constexpr std::size_t largest = 1 << 20;

std::string file_bytes(const std::string& path) {
    std::string out;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                               std::fclose);
    char buffer[8192];
    while (file && out.size() < largest) {
        const auto n = std::fread(buffer, 1, sizeof buffer, file.get());
        out.append(buffer, n);
        if (n == 0)
            break;
    }
    return out;
}

/// Names come from settings and records: none may name a file outside of the zone files.
std::string path_of(std::string_view name) {
    constexpr std::string_view root = "/usr/share/zoneinfo/";
    if (name == "/etc/localtime")
        return std::string(name);
    if (name.starts_with(root))
        name.remove_prefix(root.size());
    const auto fine = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '+' || c == '-' || c == '/';
    };
    if (name.empty() || name.size() > 64 || name[0] == '/' || !std::ranges::all_of(name, fine))
        return {};
    return std::string(root).append(name);
}

std::unique_ptr<const Zone> load(std::string_view name) {
    if (!name.empty() && name[0] == ':')
        name.remove_prefix(1);
    if (name.empty() || name == "UTC" || name == "Z")
        name = "UTC0";
    if (const auto path = path_of(name); !path.empty())
        if (auto zone = Zone::read(file_bytes(path)))
            return std::make_unique<const Zone>(std::move(*zone));
    if (auto rule = ZoneRule::read(name))
        return std::make_unique<const Zone>(Zone(std::move(*rule)));
    return nullptr;
}

}  // namespace

std::int64_t ZoneRule::Turn::in(int year) const {
    const std::int64_t new_year = Date::of(year, 1, 1).days;
    std::int64_t days = 0;
    switch (kind) {
        case Kind::julian:
            days = new_year + day - 1 + (leap(year) && day >= 60);
            break;
        case Kind::day:
            days = new_year + day;
            break;
        case Kind::weekday: {
            const Date first = Date::of(year, static_cast<unsigned>(month), 1);
            const std::int64_t next =
                month == 12 ? Date::of(year + 1, 1, 1).days
                            : Date::of(year, static_cast<unsigned>(month) + 1, 1).days;
            days = first.days + (day - first.weekday() % 7 + 7) % 7 + 7 * (week - 1);
            while (days >= next)
                days -= 7;
        }
    }
    return days * day_seconds + time;
}

std::optional<ZoneRule::Turn> ZoneRule::read_turn(std::string_view& s) {
    Turn turn;
    if (!take(s, ','))
        return {};
    if (take(s, 'M')) {
        const auto month = take_number(s, 12);
        if (!month || *month < 1 || !take(s, '.'))
            return {};
        const auto week = take_number(s, 5);
        if (!week || *week < 1 || !take(s, '.'))
            return {};
        const auto day = take_number(s, 6);
        if (!day)
            return {};
        turn.month = *month;
        turn.week = *week;
        turn.day = *day;
    } else {
        turn.kind = take(s, 'J') ? Turn::Kind::julian : Turn::Kind::day;
        const auto day = take_number(s, 365);
        if (!day || (turn.kind == Turn::Kind::julian && *day == 0))
            return {};
        turn.day = *day;
    }
    if (take(s, '/')) {
        const auto time = take_time(s);
        if (!time)
            return {};
        turn.time = *time;
    }
    return turn;
}

std::optional<ZoneRule> ZoneRule::read(std::string_view s) {
    ZoneRule rule;
    if (!take_name(s))
        return {};
    const auto west = take_time(s);
    if (!west || *west < -26 * 3600 || *west > 26 * 3600)
        return {};
    rule.standard_ = rule.summer_ = -*west;
    if (s.empty())
        return rule;
    if (!take_name(s))
        return {};
    rule.summer_ = rule.standard_ + 3600;
    if (!s.empty() && s[0] != ',') {
        const auto summer_west = take_time(s);
        if (!summer_west || *summer_west < -26 * 3600 || *summer_west > 26 * 3600)
            return {};
        rule.summer_ = -*summer_west;
    }
    if (s.empty())
        s = ",M3.2.0,M11.1.0";  // the default of C libraries
    rule.begins_ = read_turn(s);
    if (!rule.begins_)
        return {};
    rule.ends_ = read_turn(s);
    if (!rule.ends_ || !s.empty())
        return {};
    return rule;
}

int ZoneRule::offset(std::int64_t seconds) const {
    if (!begins_)
        return standard_;
    int year;
    unsigned month, day;
    Date{static_cast<std::int32_t>(floor_div(seconds + standard_, day_seconds))}.civil(year, month,
                                                                                       day);
    const std::int64_t begins = begins_->in(year)-standard_;
    const std::int64_t ends = ends_->in(year)-summer_;
    const bool summer =
        begins < ends ? seconds >= begins && seconds < ends : seconds >= begins || seconds < ends;
    return summer ? summer_ : standard_;
}

namespace {

/// The numbers of a header of RFC 8536 (3.1), and what follows it.
struct ZoneCounts {
    static constexpr std::size_t header = 44;  // bytes
    std::size_t isut, isstd, leaps, times, types, chars;

    static std::optional<ZoneCounts> read(std::string_view s) {
        if (s.size() < header || !s.starts_with("TZif"))
            return {};
        std::size_t n[6];
        for (std::size_t i = 0; i < 6; ++i) {
            n[i] = static_cast<std::size_t>(big_endian(s, 20 + 4 * i, 4));
            if (n[i] > largest)
                return {};
        }
        return ZoneCounts{n[0], n[1], n[2], n[3], n[4], n[5]};
    }

    /// Bytes after the header; `wide`: those of one time.
    std::size_t bytes(std::size_t wide) const {
        return times * wide + times + types * 6 + chars + leaps * (wide + 4) + isstd + isut;
    }
};

}  // namespace

std::optional<Zone> Zone::read(std::string_view s) {
    constexpr std::size_t header = ZoneCounts::header;
    std::size_t wide = 4;
    auto count = ZoneCounts::read(s);
    if (!count)
        return {};
    if (s[4] >= '2') {  // the 32-bit block is for readers of version 1
        if (s.size() < header + count->bytes(4))
            return {};
        s.remove_prefix(header + count->bytes(4));
        wide = 8;
        count = ZoneCounts::read(s);
        if (!count)
            return {};
    }
    if (s.size() < header + count->bytes(wide) || count->types == 0)
        return {};
    s.remove_prefix(header);

    Zone zone;
    const std::size_t indexes = count->times * wide;
    const std::size_t types = indexes + count->times;
    const auto offset_of = [&](std::size_t type) {
        return static_cast<int>(big_endian(s, types + 6 * type, 4));
    };
    for (std::size_t i = 0; i < count->types; ++i)
        if (offset_of(i) < -26 * 3600 || offset_of(i) > 26 * 3600)
            return {};
    zone.before_ = offset_of(0);
    for (std::size_t i = 0; i < count->times; ++i) {
        const auto type = static_cast<unsigned char>(s[indexes + i]);
        if (type >= count->types)
            return {};
        zone.at_.push_back(big_endian(s, i * wide, static_cast<int>(wide)));
        zone.after_.push_back(offset_of(type));
        if (i && zone.at_[i] <= zone.at_[i - 1])
            return {};
    }
    s.remove_prefix(count->bytes(wide));
    if (wide == 8 && take(s, '\n'))
        zone.rule_ = ZoneRule::read(s.substr(0, s.find('\n')));
    return zone;
}

int Zone::offset(std::int64_t seconds) const {
    const auto next = std::ranges::upper_bound(at_, seconds);
    if (next == at_.end() && rule_)
        return rule_->offset(seconds);
    return next == at_.begin() ? before_ : after_[static_cast<std::size_t>(next - at_.begin()) - 1];
}

std::int64_t Zone::utc(std::int64_t wall) const {
    const int earlier = offset(wall - day_seconds);
    const int later = offset(wall + day_seconds);
    if (offset(wall - earlier) == earlier || offset(wall - later) != later)
        return wall - earlier;
    return wall - later;
}

const Zone* zone(std::string_view name) {
    thread_local std::string last = "UTC";
    thread_local const Zone* known = nullptr;
    if (known && name == last)
        return known;

    static std::mutex guard;
    static std::map<std::string, std::unique_ptr<const Zone>, std::less<>> zones;
    const std::lock_guard lock(guard);
    auto it = zones.find(name);
    if (it == zones.end()) {
        if (zones.size() > 1000)
            return nullptr;  // there are fewer: the names are made up
        it = zones.emplace(name, load(name)).first;
    }
    if (it->second) {
        last = name;
        known = it->second.get();
    }
    return it->second.get();
}

}  // namespace crm
