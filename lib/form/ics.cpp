#include "form/ics.hpp"

#include "base/text.hpp"
#include "form/charset.hpp"
#include "form/vcard_lines.hpp"
#include "form/vcard_parse.hpp"

#include <algorithm>

namespace crm::form {
namespace {

constexpr std::size_t deepest = 32;
constexpr std::size_t most_components = 100'000;

bool starts(std::string_view line, std::string_view with) {
    return line.size() >= with.size() && same_word(line.substr(0, with.size()), with);
}

class Reader {
public:
    explicit Reader(std::string_view bytes) : lines_(bytes) {}

    Calendar read() {
        while (lines_.next() && out_.flaw.empty()) {
            const std::string_view line = lines_.text();
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
        if (open_.size() >= deepest)
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
        if (open_.empty())
            return;
        Component& component = open_.back();
        if (lines_.too_long())
            return flaw(component, "a line is longer than 1 MiB", lines_.number());
        Property found;
        const std::size_t at = read_head(line, 40, found);
        if (at == std::string_view::npos)
            return flaw(component, "a line is not a property", lines_.number());
        found.line = lines_.number();
        found.value = line.substr(at);
        if (!text::valid(found.value) || found.value.find('\0') != std::string::npos)
            found.value = from_charset(found.value, {});
        component.properties.push_back(std::move(found));
    }

    ContentLines lines_;
    Calendar out_;
    std::vector<Component> open_;
    std::size_t count_ = 0;
};

int number(std::string_view text) {
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
    return Reader(bytes).read();
}

std::int64_t IcsTime::wall() const {
    constexpr std::int64_t day_seconds = 86400;
    return day.days * day_seconds + std::max(second_of_day, 0);
}

std::optional<IcsTime> ics_time(const Property& property) {
    const std::string_view value = text::trimmed(property.value);
    if (value.size() < 8)
        return {};
    const auto day = calendar_day(number(value.substr(0, 4)), number(value.substr(4, 2)),
                                  number(value.substr(6, 2)));
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
    const int hour = number(value.substr(9, 2)), minute = number(value.substr(11, 2)),
              second = number(value.substr(13, 2));
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return {};
    out.second_of_day = hour * 3600 + minute * 60 + std::min(second, 59);
    out.utc = utc;
    return out;
}

}  // namespace crm::form
