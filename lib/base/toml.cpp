#include "base/toml.hpp"

#include <fmt/format.h>

#include <algorithm>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace crm {
namespace {

using Kind = TomlNode::Kind;

/// toml++ refuses values that are nested deeper than 256, so this ends.
TomlNode converted(const ::toml::node& node) {
    TomlNode out;
    out.line = node.source().begin.line;
    if (const auto* text = node.as_string()) {
        out.kind = Kind::text;
        out.text = text->get();
    } else if (const auto* integer = node.as_integer()) {
        out.kind = Kind::integer;
        out.integer = integer->get();
        out.text = std::to_string(out.integer);
    } else if (const auto* number = node.as_floating_point()) {
        out.kind = Kind::number;
        out.text = fmt::format("{}", number->get());
    } else if (const auto* boolean = node.as_boolean()) {
        out.kind = Kind::boolean;
        out.integer = boolean->get() ? 1 : 0;
    } else if (const auto* list = node.as_array()) {
        out.kind = Kind::list;
        for (const ::toml::node& item : *list)
            out.items.push_back(converted(item));
    } else if (const auto* table = node.as_table()) {
        for (const auto& [key, value] : *table) {
            TomlNode& member = out.items.emplace_back(converted(value));
            member.key = key.str();
            member.line = key.source().begin.line;
        }
        std::ranges::stable_sort(out.items, {}, &TomlNode::line);
    } else {
        out.kind = Kind::date;
    }
    return out;
}

}  // namespace

std::optional<std::string> TomlNode::as_text() const {
    return is(Kind::text) ? std::optional(text) : std::nullopt;
}

std::optional<std::int64_t> TomlNode::as_integer() const {
    return is(Kind::integer) ? std::optional(integer) : std::nullopt;
}

const TomlNode* TomlNode::find(std::string_view key) const {
    const auto found = std::ranges::find(items, key, &TomlNode::key);
    return !is(Kind::table) || found == items.end() ? nullptr : &*found;
}

std::expected<TomlNode, TomlFault> parse_toml(std::string_view bytes) {
    const ::toml::parse_result parsed = ::toml::parse(bytes);
    if (!parsed)
        return std::unexpected(TomlFault{parsed.error().source().begin.line,
                                         std::string(parsed.error().description())});
    return converted(parsed.table());
}

}  // namespace crm
