#include "time/zone_name.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "time/zone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <mutex>
#include <vector>

namespace crm {
namespace {

constexpr std::string_view folder = "/usr/share/zoneinfo/";
constexpr std::size_t longest_name = 64;

/// zone() also reads the rules of POSIX and files that are no zone of their own.
bool has_file(const std::string& name) {
    const std::string_view first = std::string_view(name).substr(0, name.find('/'));
    if (first == "posix" || first == "right" || name == "posixrules" || name == "localtime" ||
        name.starts_with(folder))
        return false;
    return std::ifstream(fmt::format("{}{}", folder, name)).good() && zone(name) != nullptr;
}

}  // namespace

std::vector<std::string> zone_names() {
    // From the source text that the system's package has: "Z Europe/Berlin …" is a zone, "L
    // Europe/Berlin Europe/Oslo" a link.
    std::vector<std::string> out{"UTC"};
    std::ifstream file(fmt::format("{}tzdata.zi", folder));
    std::string line;
    while (std::getline(file, line)) {
        const auto words = text::split(line, ' ');
        if (words[0] == "Z" && words.size() > 1)
            out.emplace_back(words[1]);
        if (words[0] == "L" && words.size() > 2)
            out.emplace_back(words[2]);
    }
    return out;
}

bool is_zone_name(std::string_view name) {
    if (name == "UTC")
        return true;
    const bool plain =
        !name.empty() && name.size() <= longest_name && name[0] != '/' &&
        name.find("..") == std::string_view::npos && std::ranges::all_of(name, [](char c) {
            return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                   c == '_' || c == '+' || c == '-' || c == '/';
        });
    if (!plain)
        return false;
    static std::mutex guard;
    static std::map<std::string, bool, std::less<>> known;
    const std::lock_guard lock(guard);
    auto it = known.find(name);
    if (it == known.end()) {
        constexpr std::size_t most = 2000;  // more are made up
        if (known.size() > most)
            return has_file(std::string(name));
        it = known.emplace(name, has_file(std::string(name))).first;
    }
    return it->second;
}

Expected<std::string> read_zone(std::string_view raw) {
    const std::string name(text::trimmed(raw));
    if (is_zone_name(name))
        return name;
    const std::vector<std::string> names = zone_names();
    const std::string wanted = text::lower_ascii(name);
    for (const std::string& known : names)
        if (text::lower_ascii(known) == wanted && is_zone_name(known))
            return known;
    std::vector<std::string> cities;  // Berlin
    for (const std::string& known : names)
        if (text::lower_ascii(known).ends_with("/" + wanted) && is_zone_name(known))
            cities.push_back(known);
    Error e(Fault::usage, "unknown_word",
            fmt::format("'{}' is not a valid time zone", text::clipped(raw, 60)));
    if (cities.empty())
        suggest(e, name, names, "Europe/Berlin");
    else
        e.hint = text::did_you_mean(cities);
    if (!cities.empty())
        e.candidates = cities;
    return std::unexpected(std::move(e));
}

}  // namespace crm
