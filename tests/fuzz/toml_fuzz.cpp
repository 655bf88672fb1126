#include "base/text.hpp"
#include "base/toml.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace crm;

namespace {

void check(const TomlNode& node, std::size_t lines, std::size_t depth) {
    if (depth > toml_depth + 1 || node.line > lines || !text::valid(node.key) ||
        !text::valid(node.text) || (node.as_text() && *node.as_text() != node.text))
        std::abort();
    for (const TomlNode& item : node.items)
        check(item, lines, depth + 1);
}

}  // namespace

/// Any bytes are a table whose values lie in its lines, or a fault with its line and a reason.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    std::size_t lines = 1;
    for (char c : bytes)
        lines += c == '\n' ? 1 : 0;
    const auto table = parse_toml(bytes);
    if (table)
        check(*table, lines, 0);
    else if (table.error().message.empty() || !text::valid(table.error().message) ||
             table.error().line > lines)
        std::abort();
    return 0;
}
