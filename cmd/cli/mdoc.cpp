#include "base/text.hpp"
#include "cmd/cli/manual.hpp"

#include <fmt/format.h>

#include <algorithm>

/// Markdown to mdoc(7). Output is ASCII: everything else becomes an escape that mandoc and groff
/// both know.
namespace crm::cmd {
namespace {

constexpr std::size_t widest = 76;

std::uint32_t next_character(std::string_view s, std::size_t& i) {
    const auto c = static_cast<unsigned char>(s[i++]);
    if (c < 0x80)
        return c;
    int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
    std::uint32_t code = c & (0x3fu >> more);
    for (; more > 0 && i < s.size(); --more)
        code = code << 6 | (static_cast<unsigned char>(s[i++]) & 0x3fu);
    return code;
}

/// Text for roff. What is typed must come out of a page exactly as it goes in, so that it can be
/// copied.
std::string escaped(std::string_view s, bool typed) {
    std::string out;
    for (std::size_t i = 0; i < s.size();) {
        const std::size_t at = i;
        const std::uint32_t c = next_character(s, i);
        if (c >= 0x80)
            out += fmt::format("\\[u{:04X}]", c);
        else if (c == '\\')
            out += "\\e";
        else if (c == '"')
            out += "\\(dq";
        else if (c == '-' && (typed || at == 0 || s[at - 1] == '-' || s[at - 1] == '('))
            out += "\\-";
        else if (c == '\'' && (typed || at == 0))
            out += "\\(aq";
        else if (c == '`')
            out += "\\(ga";
        else if (c == '^')
            out += "\\(ha";
        else if (c == '~')
            out += "\\(ti";
        else if (c == '.' && at == 0)
            out += "\\&.";
        else
            out += static_cast<char>(c);
    }
    return out;
}

/// "crm-query(7)," to the parts of an .Xr line; nothing for other words.
std::string reference(std::string_view word) {
    const auto open = word.find('(');
    if (!word.starts_with("crm") || open == std::string_view::npos || word.size() < open + 3 ||
        word[open + 2] != ')')
        return {};
    const std::string_view name = word.substr(0, open), rest = word.substr(open + 3);
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") != std::string_view::npos ||
        rest.find_first_not_of(".,;:") != std::string_view::npos)
        return {};
    return fmt::format(".Xr {} {}{}", name, word[open + 1],
                       rest.empty() ? "" : " " + std::string(rest));
}

class Converter {
public:
    explicit Converter(std::string& out) : out_(out) {}

    void convert(std::string_view markdown) {
        for (std::string_view line : text::split(markdown, '\n'))
            take(line);
        end_paragraph();
        end_display();
        end_list();
    }

private:
    void take(std::string_view line) {
        if (line.starts_with("```")) {
            fence();
        } else if (fenced_) {
            out_ += escaped(line, true) + "\n";
        } else if (line.starts_with("    ")) {
            begin_display();
            out_ += escaped(line.substr(4), true) + "\n";
        } else if (line.empty()) {
            empty_line();
        } else {
            end_display();
            take_text(line);
        }
    }

    void take_text(std::string_view line) {
        if (line.starts_with("## ")) {
            heading(".Sh ", line.substr(3));
        } else if (line.starts_with("### ")) {
            heading(".Ss ", line.substr(4));
        } else if (line.starts_with("- ")) {
            end_paragraph();
            item(line.substr(2));
        } else if (line.starts_with("@ ")) {
            end_paragraph();
            out_ += std::string(line.substr(2)) + "\n";
        } else {
            if (list_ && paragraph_.empty())
                end_list();
            paragraph_ += (paragraph_.empty() ? "" : " ") + std::string(line);
        }
    }

    void fence() {
        if (!fenced_)
            begin_display();
        fenced_ = !fenced_;
        if (!fenced_)
            end_display();
    }

    void begin_display() {
        end_paragraph();
        end_list();
        if (!display_)
            out_ += ".Bd -literal -offset indent\n";
        display_ = true;
    }

    void end_display() {
        if (!display_)
            return;
        out_ += ".Ed\n";
        display_ = false;
        separate_ = true;
    }

    void empty_line() {
        end_paragraph();
        if (!display_ && !list_ && !heading_)
            separate_ = true;
    }

    void heading(std::string_view macro, std::string_view title) {
        end_paragraph();
        end_list();
        out_ += std::string(macro) + escaped(title, false) + "\n";
        separate_ = false;
        heading_ = true;
    }

    void end_list() {
        if (!list_)
            return;
        out_ += ".El\n";
        list_ = false;
        separate_ = true;
    }

    void item(std::string_view line) {
        if (!list_)
            out_ += ".Bl -tag -width Ds\n";
        list_ = true;
        separate_ = false;
        heading_ = false;
        const ManualItem item = read_item(line);
        std::string term;
        spans(item.term, term);
        // A plain term such as At Risk may begin with the name of a macro.
        out_ += (term.starts_with('\\') ? ".It " : ".It \\&") + term + "\n";
        if (!item.description.empty())
            flow(item.description);
    }

    void end_paragraph() {
        if (!paragraph_.empty())
            flow(paragraph_);
        paragraph_.clear();
    }

    /// Inline markup of a piece that stays on its line: `typed` and *placeholder*.
    static void spans(std::string_view s, std::string& out) {
        for (std::size_t i = 0; i < s.size();) {
            const char mark = s[i];
            const std::size_t end = s.find(mark, i + 1);
            if ((mark == '`' || mark == '*') && end != std::string_view::npos) {
                out += mark == '`' ? "\\fB" : "\\fI";
                out += escaped(s.substr(i + 1, end - i - 1), true) + "\\fR";
                i = end + 1;
                continue;
            }
            const std::size_t next = std::min(s.size(), s.find_first_of("`*", i + 1));
            out += escaped(s.substr(i, next - i), false);
            i = next;
        }
    }

    /// The words of a paragraph; a blank within `…` does not separate them.
    static std::vector<std::string_view> words_of(std::string_view s) {
        std::vector<std::string_view> out;
        bool typed = false;
        std::size_t from = 0;
        for (std::size_t i = 0; i <= s.size(); ++i) {
            if (i < s.size() && s[i] == '`')
                typed = !typed;
            if (i < s.size() && (s[i] != ' ' || typed))
                continue;
            if (i > from)
                out.push_back(s.substr(from, i - from));
            from = i + 1;
        }
        return out;
    }

    /// Each sentence on lines of its own, none longer than a line should be.
    void flow(std::string_view paragraph) {
        if (separate_)
            out_ += ".Pp\n";
        separate_ = false;
        heading_ = false;
        std::string line;
        const auto end_line = [&] {
            if (!line.empty())
                out_ += line + "\n";
            line.clear();
        };
        for (std::string_view piece : words_of(paragraph)) {
            if (const std::string macro = reference(piece); !macro.empty()) {
                end_line();
                out_ += macro + "\n";
                continue;
            }
            std::string word;
            spans(piece, word);
            if (!line.empty() && line.size() + 1 + word.size() > widest)
                end_line();
            line += (line.empty() ? "" : " ") + word;
            const std::string_view bare = piece.substr(0, piece.find_last_not_of(")\"'") + 1);
            if (bare.ends_with('.') || bare.ends_with('?') || bare.ends_with('!'))
                end_line();
        }
        end_line();
    }

    std::string& out_;
    std::string paragraph_;
    bool list_ = false;
    bool display_ = false;   ///< in a block that is shown as it stands
    bool fenced_ = false;    ///< ... that ends with ```
    bool separate_ = false;  ///< the next paragraph is separated from what came before
    bool heading_ = false;   ///< nothing has come after the last heading
};

}  // namespace

ManualItem read_item(std::string_view text) {
    constexpr std::string_view separators[] = {" :: ", ": "};
    bool typed = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '`')
            typed = !typed;
        if (typed)
            continue;
        for (std::string_view separator : separators)
            if (text.substr(i).starts_with(separator))
                return {text.substr(0, i), text.substr(i + separator.size())};
    }
    return {text, {}};
}

std::string mdoc(const Page& page) {
    std::string out =
        fmt::format(".Dd November 28, 2026\n.Dt {} {}\n.Os\n.Sh NAME\n.Nm {}\n.Nd {}\n",
                    capitals(page.name), page.section, page.name, escaped(page.about, false));
    Converter(out).convert(page.text);
    return out;
}

}  // namespace crm::cmd
