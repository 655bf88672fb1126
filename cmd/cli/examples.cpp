#include "cmd/cli/examples.hpp"

#include "base/text.hpp"
#include "cmd/cli/manual.hpp"

#include <algorithm>
#include <iterator>
#include <string>

namespace crm::cmd {
namespace {

constexpr std::string_view prompt = "crm ";

/// The text below "## noun", up to the next heading.
std::string_view section_of(std::string_view file, std::string_view noun) {
    for (std::size_t at = 0; (at = file.find("\n## ", at)) != std::string_view::npos;) {
        at += 4;
        const std::size_t end = file.find('\n', at);
        if (file.substr(at, end - at) == noun)
            return file.substr(end, file.find("\n## ", end) - end);
    }
    return {};
}

bool is_of_verb(std::string_view line, std::string_view noun, std::string_view verb) {
    if (!line.starts_with(noun) || line.substr(noun.size(), 1) != " ")
        return false;
    line.remove_prefix(noun.size() + 1);
    return line == verb || (line.starts_with(verb) && line.substr(verb.size(), 1) == " ");
}

/// The words of a command line as they are typed, quotation marks and all.
std::vector<std::string> typed_words(std::string_view line) {
    std::vector<std::string> out(1);
    char quote = 0;
    for (const char c : line) {
        if (c == ' ' && quote == 0) {
            out.emplace_back();
            continue;
        }
        if (quote == 0 && (c == '\'' || c == '"'))
            quote = c;
        else if (c == quote)
            quote = 0;
        out.back() += c;
    }
    return out;
}

}  // namespace

std::vector<std::string> example_lines(const Example& example, int width) {
    std::vector<std::string> out{"crm"};
    for (const std::string& word : typed_words(example.line)) {
        const int with_mark = text::width(out.back()) + 1 + text::width(word) + 2;
        if (with_mark > width && text::width(out.back()) > 4) {
            out.back() += " \\";
            out.push_back("    " + word);
        } else {
            out.back() += " " + word;
        }
    }
    return out;
}

std::vector<Example> noun_examples(std::string_view noun, std::string_view verb) {
    std::vector<Example> out;
    std::string_view says;
    for (std::string_view line : text::split(section_of(manual_file("examples.md"), noun), '\n')) {
        if (line.starts_with("# "))
            says = line.substr(2);
        if (!line.starts_with(prompt))
            continue;
        line.remove_prefix(prompt.size());
        if (verb.empty() || is_of_verb(line, noun, verb))
            out.push_back({line, says});
        says = {};
    }
    return out;
}

std::vector<Example> verb_examples(const Command& command, std::string_view noun) {
    std::vector<Example> out;
    const std::string begin = std::string(noun) + " ";
    std::ranges::copy_if(command.examples, std::back_inserter(out),
                         [&](const Example& e) { return e.line.starts_with(begin); });
    for (const Example& example : noun_examples(noun, command.verb))
        if (std::ranges::find(out, example.line, &Example::line) == out.end())
            out.push_back(example);
    return out.empty() ? command.examples : out;
}

}  // namespace crm::cmd
