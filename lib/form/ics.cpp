#include "form/ics.hpp"

#include "base/text.hpp"
#include "form/charset.hpp"
#include "form/vcard_lines.hpp"
#include "form/vcard_parse.hpp"
#include "time/seconds.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::form {
namespace {

constexpr std::size_t deepest_component = 32;
constexpr std::size_t most_components = 100'000;

bool starts(std::string_view line, std::string_view with) {
    return line.size() >= with.size() && same_word(line.substr(0, with.size()), with);
}

class IcsReader {
public:
    explicit IcsReader(std::string_view bytes) : lines_(bytes) {}

    Calendar read() {
        while (lines_.next() && out_.flaw.empty()) {
            std::string_view line = lines_.text();
            std::string decoded;
            if (!text::valid(line) || line.find('\0') != std::string_view::npos) {
                decoded = from_charset(line, {});
                line = decoded;
            }
            if (starts(line, "BEGIN:"))
                begin(upper_ascii(text::trimmed(line.substr(6))));
            else if (starts(line, "END:"))
                end(upper_ascii(text::trimmed(line.substr(4))));
            else if (!text::trimmed(line).empty())
                property(line);
        }
        while (!open_.empty()) {
            if (open_.back().name != calendar)
                flaw(open_.back(), "END:" + open_.back().name + " is missing", open_.back().line);
            close();
        }
        if (count_ == 0 && stray_line_ > 0) {
            out_.flaw = "is not a calendar: BEGIN:VCALENDAR is missing";
            out_.flaw_line = stray_line_;
        }
        return std::move(out_);
    }

private:
    static constexpr std::string_view calendar = "VCALENDAR";

    static void flaw(Component& component, std::string why, long line) {
        if (!component.flaw.empty())
            return;
        component.flaw = std::move(why);
        component.flaw_line = line;
    }

    void stop(std::string why) {
        out_.flaw = std::move(why);
        out_.flaw_line = lines_.number();
    }

    void begin(std::string name) {
        if (open_.size() >= deepest_component)
            return stop("components are nested more than 32 deep");
        if (++count_ > most_components)
            return stop("more than 100,000 components");
        Component component;
        component.name = std::move(name);
        component.line = lines_.number();
        open_.push_back(std::move(component));
    }

    /// An END that closes an outer component: the inner ones have lost theirs.
    void end(const std::string& name) {
        const auto it = std::ranges::find(open_.rbegin(), open_.rend(), name, &Component::name);
        if (it == open_.rend())
            return;
        while (open_.back().name != name) {
            flaw(open_.back(), "END:" + open_.back().name + " is missing", open_.back().line);
            close();
        }
        close();
    }

    void close() {
        Component done = std::move(open_.back());
        open_.pop_back();
        if (done.name == calendar) {
            if (const Property* method = done.find("METHOD"))
                out_.method = upper_ascii(text::trimmed(method->value));
            return;
        }
        std::vector<Component>& to =
            open_.empty() || open_.back().name == calendar ? out_.components : open_.back().parts;
        to.push_back(std::move(done));
    }

    void property(std::string_view line) {
        if (open_.empty()) {
            stray_line_ = lines_.number();
            return;
        }
        Component& component = open_.back();
        if (lines_.too_long())
            return flaw(component, "a line is longer than 1 MiB", lines_.number());
        Property found;
        const std::size_t at = read_head(line, 40, found);
        const bool border = found.name == "BEGIN" || found.name == "END";  // with a group or so
        if (at == std::string_view::npos || border)
            return flaw(component, "a line is not a property", lines_.number());
        found.line = lines_.number();
        found.value = line.substr(at);
        component.properties.push_back(std::move(found));
    }

    ContentLines lines_;
    Calendar out_;
    std::vector<Component> open_;
    std::size_t count_ = 0;
    long stray_line_ = 0;  ///< a line of no component
};

int whole_number(std::string_view text) {
    int out = 0;
    for (const char c : text) {
        if (c < '0' || c > '9')
            return -1;
        out = out * 10 + (c - '0');
    }
    return out;
}

}  // namespace

const Property* Component::find(std::string_view property) const {
    const auto it = std::ranges::find(properties, property, &Property::name);
    return it == properties.end() ? nullptr : &*it;
}

std::string Component::text(std::string_view property) const {
    const Property* found = find(property);
    return found == nullptr ? std::string() : unescaped(found->value);
}

Calendar read_ics(std::string_view bytes) {
    return IcsReader(bytes).read();
}

namespace {

std::optional<IcsTime> read_time(const Property& property, std::string_view value) {
    if (value.size() < 8)
        return {};
    const auto day =
        calendar_day(whole_number(value.substr(0, 4)), whole_number(value.substr(4, 2)),
                     whole_number(value.substr(6, 2)));
    if (!day)
        return {};
    IcsTime out;
    out.day = *day;
    if (const std::string* zone = property.parameter("TZID"))
        out.zone = *zone;
    if (value.size() == 8)
        return out;
    const bool utc = value.size() == 16 && (value[15] == 'Z' || value[15] == 'z');
    if (value[8] != 'T' || (value.size() != 15 && !utc))
        return {};
    const int hour = whole_number(value.substr(9, 2)), minute = whole_number(value.substr(11, 2)),
              second = whole_number(value.substr(13, 2));
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return {};
    out.second_of_day = hour * 3600 + minute * 60 + std::min(second, 59);
    out.utc = utc;
    return out;
}

}  // namespace

std::int64_t IcsTime::wall() const {
    return day.days * day_seconds + std::max(second_of_day, 0);
}

std::optional<IcsTime> ics_time(const Property& property) {
    return read_time(property, text::trimmed(property.value));
}

std::optional<std::vector<IcsTime>> ics_times(const Property& property) {
    std::vector<IcsTime> out;
    for (const std::string_view part : text::split(property.value, ',')) {
        const std::string_view value = text::trimmed(part);
        const auto time = read_time(property, value.substr(0, value.find('/')));
        if (!time)
            return {};
        out.push_back(*time);
    }
    return out;
}

std::optional<Property> ics_property(std::string_view line) {
    Property out;
    const std::size_t at = read_head(line, 40, out);
    if (at == std::string_view::npos)
        return {};
    out.value = line.substr(at);
    return out;
}

namespace {

/// Gives each content line to `line`, without its end.
template <typename Line>
void each_line(const Component& component, const Line& line) {
    line("BEGIN:" + component.name);
    for (const Property& property : component.properties)
        line(content_line(property));
    for (const Component& part : component.parts)
        each_line(part, line);
    line("END:" + component.name);
}

}  // namespace

std::string calendar_text(std::span<const Component> components, std::string_view method) {
    std::string out;
    append_folded("BEGIN:VCALENDAR", out);
    append_folded("VERSION:2.0", out);
    append_folded("PRODID:-//crm//crm " CRM_VERSION "//EN", out);
    if (!method.empty())
        append_folded(fmt::format("METHOD:{}", method), out);
    for (const Component& component : components)
        each_line(component, [&](const std::string& line) { append_folded(line, out); });
    append_folded("END:VCALENDAR", out);
    return out;
}

std::string component_text(const Component& component) {
    std::string out;
    each_line(component, [&](const std::string& line) { out += line + '\n'; });
    return out;
}

std::string ics_day(Date day) {
    std::string out = day.iso();
    std::erase(out, '-');
    return out;
}

std::string ics_wall(std::int64_t wall) {
    const std::int64_t day = wall / day_seconds - (wall % day_seconds < 0);
    const std::int64_t second = wall - day * day_seconds;
    return fmt::format("{}T{:02}{:02}{:02}", ics_day({static_cast<std::int32_t>(day)}),
                       second / 3600, second / 60 % 60, second % 60);
}

std::string ics_instant(Instant at) {
    return ics_wall(at.seconds) + "Z";
}

std::optional<std::int64_t> ics_duration(std::string_view raw) {
    std::string_view text = text::trimmed(raw);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+'))
        text.remove_prefix(1);
    if (text.size() < 3 || (text[0] != 'P' && text[0] != 'p'))
        return {};
    text.remove_prefix(1);
    constexpr std::int64_t most = std::int64_t{100} * 366 * 86400;
    std::int64_t seconds = 0, count = -1;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            count = std::min(std::max<std::int64_t>(count, 0) * 10 + (c - '0'), most);
            continue;
        }
        if (c == 'T' || c == 't')
            continue;
        const std::int64_t unit = c == 'W'   ? 7 * 86400
                                  : c == 'D' ? 86400
                                  : c == 'H' ? 3600
                                  : c == 'M' ? 60
                                  : c == 'S' ? 1
                                             : 0;
        if (unit == 0 || count < 0)
            return {};
        seconds = std::min(seconds + count * unit, most);
        count = -1;
    }
    if (count >= 0)
        return {};
    return negative ? -seconds : seconds;
}

std::string ics_duration_text(std::int64_t seconds) {
    const std::int64_t length = seconds < 0 ? -seconds : seconds;
    std::string out = seconds < 0 ? "-P" : "P";
    if (length % 86400 == 0 && length > 0)
        return fmt::format("{}{}D", out, length / 86400);
    if (length >= 86400)
        out += fmt::format("{}D", length / 86400);
    out += 'T';
    const std::int64_t rest = length % 86400;
    if (rest >= 3600)
        out += fmt::format("{}H", rest / 3600);
    if (rest / 60 % 60 > 0)
        out += fmt::format("{}M", rest / 60 % 60);
    if (rest % 60 > 0 || rest == 0)
        out += fmt::format("{}S", rest % 60);
    return out;
}

}  // namespace crm::form
