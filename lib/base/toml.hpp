#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// TOML 1.0 as values that know their lines.
namespace crm {

struct TomlNode {
    enum class Kind : std::uint8_t { text, integer, number, boolean, date, list, table };

    Kind kind = Kind::table;
    std::string key;           ///< of a member of a table
    std::size_t line = 0;      ///< of the key, else where the value begins; from 1
    std::string text;          ///< a text; a number in the shortest form: 12, 16.5
    std::int64_t integer = 0;  ///< of an integer; 1 for true
    /// What is in a list, or the members of a table in the order of the file. [[tables]] are a list
    /// of tables.
    std::vector<TomlNode> items;

    bool is(Kind wanted) const { return kind == wanted; }
    /// A text; nothing for any other kind.
    std::optional<std::string> as_text() const;
    /// A whole number; nothing for any other kind.
    std::optional<std::int64_t> as_integer() const;
    /// The member of a table; null where there is none.
    const TomlNode* find(std::string_view key) const;
};

/// Why bytes are not TOML.
struct TomlFault {
    std::size_t line = 0;
    std::string message;
    bool too_deep = false;
};

/// How deep tables and lists may be in each other, the parts of keys and headers counted: a.b is
/// two.
inline constexpr std::size_t toml_depth = 32;

/// The table of a whole file. A fault where it is nested deeper than toml_depth.
std::expected<TomlNode, TomlFault> parse_toml(std::string_view bytes);

}  // namespace crm
