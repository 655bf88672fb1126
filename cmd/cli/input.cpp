#include "cmd/cli/input.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace crm::cmd {
namespace {

/// Our own JSON has the id first and without blanks; other programs may write it elsewhere.
std::string_view id_in(std::string_view json) {
    const auto key = json.find("\"id\"");
    const auto from = key == json.npos ? key : json.find('"', json.find(':', key));
    const auto to = from == json.npos ? from : json.find('"', from + 1);
    if (to == json.npos)
        throw Error(
            Fault::usage, "no_id",
            "a line of standard input has no \"id\": " + text::clipped(text::visible(json), 80));
    return json.substr(from + 1, to - from - 1);
}

}  // namespace

std::string read_standard_input() {
    std::string all;
    std::string chunk(1u << 16, '\0');
    for (;;) {
        const ssize_t n = ::read(STDIN_FILENO, chunk.data(), chunk.size());
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            throw Error(Fault::io, "input",
                        std::string("standard input cannot be read: ") + std::strerror(errno));
        if (n == 0)
            return all;
        all.append(chunk.data(), static_cast<std::size_t>(n));
    }
}

std::vector<std::string> references_in(std::string_view input, char separator) {
    std::vector<std::string> out;
    for (std::string_view line : text::split(input, separator)) {
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        line = text::trimmed(line);
        if (line.ends_with(','))
            line.remove_suffix(1);
        if (line.empty() || line == "[" || line == "]")
            continue;
        if (line.starts_with("[{"))
            line.remove_prefix(1);
        if (line.starts_with('{'))
            out.emplace_back(id_in(line));
        else
            out.emplace_back(line.substr(0, line.find('\t')));
    }
    return out;
}

bool ask_yes_or_no(std::string_view question) {
    const std::string shown = text::visible(question) + " [y/N] ";
    std::fwrite(shown.data(), 1, shown.size(), stderr);
    std::fflush(stderr);
    std::string answer;
    for (char c; ::read(STDIN_FILENO, &c, 1) == 1 && c != '\n';)
        answer += c;
    return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace crm::cmd
