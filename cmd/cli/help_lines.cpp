#include "cmd/cli/help_lines.hpp"

#include "base/text.hpp"
#include "cmd/cli/manual.hpp"

#include <algorithm>
#include <vector>

namespace crm::cmd {
namespace {

std::vector<std::string> split_words(std::string_view text) {
    std::vector<std::string> out;
    for (const std::string_view word : text::split(text, ' '))
        if (!word.empty())
            out.emplace_back(word);
    return out;
}

/// Takes the manual's markup line by line.
class Prose {
public:
    explicit Prose(HelpLines& out) : out_(out) {}

    void convert(std::string_view markup) {
        for (const std::string_view line : text::split(markup, '\n'))
            take(line);
        flush();
    }

private:
    void take(std::string_view line) {
        if (line.starts_with("```")) {
            flush();
            fenced_ = !fenced_;
        } else if (fenced_) {
            code(line);
        } else if (line.starts_with("    ")) {
            flush();
            code(line.substr(4));
        } else if (line.starts_with("#")) {
            flush();
            separate();
            out_.line(without_marks(line.substr(line.find_first_not_of("# "))));
            heading_ = true;
        } else if (line.empty()) {
            flush();
            empty_ = !heading_;
        } else if (line.starts_with("- ")) {
            item(line.substr(2));
        } else if (!line.starts_with("@ ")) {
            paragraph_ += (paragraph_.empty() ? "" : " ") + std::string(line);
        }
    }

    void code(std::string_view line) {
        separate();
        out_.line(line.empty() ? std::string() : "    " + std::string(line));
    }

    void item(std::string_view line) {
        if (items_.empty() && !paragraph_.empty()) {
            flush();
            empty_ = true;
        }
        const ManualItem item = read_item(line);
        items_.push_back({without_marks(item.term), std::string(item.description)});
    }

    /// Paragraphs are separated as the empty lines of the markup say.
    void separate() {
        if (empty_ && begun_)
            out_.line();
        empty_ = false;
        heading_ = false;
        begun_ = true;
    }

    void flush() {
        if (!paragraph_.empty()) {
            separate();
            out_.paragraph(without_marks(paragraph_));
        }
        paragraph_.clear();
        if (!items_.empty()) {
            separate();
            out_.entries(items_);
        }
        items_.clear();
    }

    HelpLines& out_;
    std::string paragraph_;
    std::vector<HelpLines::Entry> items_;
    bool fenced_ = false;
    bool empty_ = false;    ///< an empty line came last
    bool heading_ = false;  ///< nothing came after the last heading
    bool begun_ = false;
};

}  // namespace

std::string blanks(int count) {
    return std::string(static_cast<std::size_t>(std::max(count, 0)), ' ');
}

std::string without_marks(std::string_view markup) {
    std::string out;
    bool typed = false;
    for (std::size_t i = 0; i < markup.size(); ++i) {
        const char c = markup[i];
        const bool emphasis = c == '*' && !typed;
        if (c == '`')
            typed = !typed;
        else if (!emphasis)
            out += c;
    }
    return out;
}

HelpLines::HelpLines(int width) : width_(std::clamp(width, 40, 100)) {}

void HelpLines::title(std::string_view text) {
    line();
    line(text);
}

void HelpLines::wrap(std::string begun, std::span<const std::string> words, int indent) {
    int column = text::width(begun);
    bool first = true;
    for (const std::string& word : words) {
        const int needed = text::width(word) + (first ? 0 : 1);
        if (!first && column + needed > width_) {
            line(begun);
            begun = blanks(indent) + word;
            column = text::width(begun);
            continue;
        }
        begun += (first ? "" : " ") + word;
        column += needed;
        first = false;
    }
    begun.erase(begun.find_last_not_of(' ') + 1);
    line(begun);
}

void HelpLines::paragraph(std::string_view text, int indent) {
    wrap(blanks(indent), split_words(text), indent);
}

void HelpLines::comment(std::string_view text) {
    HelpLines narrow(width_ - 4);
    narrow.paragraph(text);
    for (const std::string_view part : text::split(narrow.out_, '\n'))
        if (!part.empty())
            line("  # " + std::string(part));
}

void HelpLines::entries(std::span<const Entry> list) {
    constexpr int widest = 26;
    int longest = 0;
    for (const Entry& entry : list)
        if (const int width = text::width(entry.name); width <= widest)
            longest = std::max(longest, width);
    const int column = 2 + longest + 2;
    for (const Entry& entry : list) {
        std::string begun = "  " + entry.name;
        if (text::width(entry.name) > longest) {
            wrap("  ", split_words(entry.name), 4);
            begun.clear();
        }
        begun += blanks(column - text::width(begun));
        wrap(std::move(begun), split_words(without_marks(entry.help)), column);
    }
}

void HelpLines::prose(std::string_view markup) {
    Prose(*this).convert(markup);
}

}  // namespace crm::cmd
