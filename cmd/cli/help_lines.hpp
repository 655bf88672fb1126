#pragma once

#include <span>
#include <string>
#include <string_view>

namespace crm::cmd {

std::string blanks(int count);

/// The text of the manual's markup without the marks around what is typed.
std::string without_marks(std::string_view markup);

/// Lines of help, none wider than the terminal.
class HelpLines {
public:
    explicit HelpLines(int width);

    struct Entry {
        std::string name;
        std::string help;
    };

    void line(std::string_view text = {}) { out_ += std::string(text) + "\n"; }
    void title(std::string_view text);
    /// Words in as many lines as they need. The first line goes on from `begun`; the others are
    /// indented.
    void wrap(std::string begun, std::span<const std::string> words, int indent);
    void paragraph(std::string_view text, int indent = 0);
    /// A comment of an example: `  # words`, in as many lines as it needs.
    void comment(std::string_view text);
    /// Names in one column, what they mean in the next.
    void entries(std::span<const Entry> list);
    /// Text in the manual's markup (manual.hpp): headings, paragraphs, lists, code.
    void prose(std::string_view markup);

    int width() const { return width_; }
    std::string text() && { return std::move(out_); }

private:
    int width_;
    std::string out_;
};

}  // namespace crm::cmd
