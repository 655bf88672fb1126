#include "cmd/cli/input.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "cmd/cli/files.hpp"
#include "form/json_reader.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace crm::cmd {
namespace {

/// The "id" of the object that comes next, not one of an object within it.
std::string next_id(form::JsonReader& json) {
    std::string id;
    json.object([&](const std::string& name) {
        if (name == "id" && json.next() == form::JsonReader::Kind::text)
            id = json.text();
        else
            json.skip();
    });
    return id;
}

/// The ids of an array of objects, or of objects one after the other.
std::vector<std::string> ids_in(std::string_view input) {
    std::vector<std::string> out;
    form::JsonReader json(input);
    std::size_t from = 0;
    const auto one = [&] {
        out.push_back(next_id(json));
        if (out.back().empty())
            throw Error(Fault::usage, "no_id",
                        fmt::format("object {} on standard input has no \"id\": {}", out.size(),
                                    text::clipped(text::visible(input.substr(from)), 80)));
        from = json.at();
    };
    try {
        if (input.starts_with('[')) {
            json.array(one);
            json.end();
            return out;
        }
        while (!text::trimmed(input.substr(json.at())).empty())
            one();
    } catch (const Error& e) {
        if (e.code != "bad_json")
            throw;
        throw Error(Fault::usage, "bad_json", "standard input: " + e.message);
    }
    return out;
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
        check_stream("standard input", all);
    }
}

std::vector<std::string> references_in(std::string_view input, char separator) {
    const std::string_view all = text::trimmed(input);
    if (all.starts_with('{') || all.starts_with('['))
        return ids_in(all);
    std::vector<std::string> out;
    for (std::string_view line : text::split(input, separator)) {
        line = text::trimmed(line);
        if (!line.empty())
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
