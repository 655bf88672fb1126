#include "cmd/cli/errors.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace crm::cmd {
namespace {

/// `more`: further keys, each with a comma before it.
std::string as_json_line(const Error& error, std::string_view more = {}) {
    std::string out = "{\"error\":{\"code\":";
    meta::json_string(error.code, out);
    out += ",\"message\":";
    meta::json_string(error.message, out);
    out += ",\"hint\":";
    if (error.hint.empty())
        out += "null";
    else
        meta::json_string(error.hint, out);
    out += ",\"candidates\":[";
    for (std::size_t i = 0; i < error.candidates.size(); ++i) {
        if (i > 0)
            out += ',';
        meta::json_string(error.candidates[i], out);
    }
    return out + fmt::format("],\"exit\":{}{}}}}}\n", static_cast<int>(error.fault), more);
}

/// The text in which the error was found, with a caret below the place. Of a long text only what is
/// around the caret.
std::string excerpt(std::string_view text, std::size_t at) {
    at = std::min(at, text.size());
    std::size_t from = at > 50 ? at - 50 : 0;
    while (from > 0 && (static_cast<unsigned char>(text[from]) & 0xc0) == 0x80)
        --from;
    const std::string before = text::visible(text.substr(from, at - from));
    const std::string after = text::clipped(text::visible(text.substr(at)), 60);
    const std::string indent(static_cast<std::size_t>(text::width(before)), ' ');
    return fmt::format("  {}{}\n  {}^\n", before, after, indent);
}

std::string as_text(const Error& error) {
    std::string out = fmt::format("crm: {}\n", text::visible(error.message));
    if (!error.place.empty())
        out += excerpt(error.place, error.at);
    if (!error.hint.empty())
        out += fmt::format("hint: {}\n", text::visible(error.hint));
    return out;
}

}  // namespace

int print_error(const Error& error, bool as_json) {
    const std::string out = as_json ? as_json_line(error) : as_text(error);
    std::fwrite(out.data(), 1, out.size(), stderr);
    return static_cast<int>(error.fault);
}

void print_row_error(const Error& error, std::string_view file, long line) {
    std::string place = ",\"file\":";
    meta::json_string(file, place);
    place += fmt::format(",\"line\":{}", line);
    const std::string out = as_json_line(error, place);
    std::fwrite(out.data(), 1, out.size(), stderr);
}

bool wants_json_errors(const std::vector<std::string>& args) {
    for (std::size_t i = 0; i < args.size(); ++i) {
        const bool next_is_json = i + 1 < args.size() && args[i + 1] == "json";
        if (args[i] == "--json" || args[i] == "--jsonl" || args[i] == "--errors=json" ||
            (args[i] == "--errors" && next_is_json))
            return true;
    }
    return false;
}

}  // namespace crm::cmd
