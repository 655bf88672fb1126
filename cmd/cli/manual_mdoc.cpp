#include "base/text.hpp"
#include "cmd/cli/manual.hpp"

#include <fmt/format.h>

#include <algorithm>

/// The markup of Page to mdoc(7). Output is ASCII: everything else becomes an escape that mandoc
/// and groff both know.
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

class Maker {
public:
    explicit Maker(std::string& out) : out_(out) {}

    void text(std::string_view markup) {
        std::string paragraph;
        const auto end_paragraph = [&] {
            if (!paragraph.empty())
                flow(paragraph);
            paragraph.clear();
        };
        for (std::string_view line : text::split(markup, '\n')) {
            if (line.starts_with("    ")) {
                end_paragraph();
                close_list();
                if (!literal_)
                    out_ += ".Bd -literal -offset indent\n";
                literal_ = true;
                out_ += escaped(line.substr(4), true) + "\n";
                continue;
            }
            if (literal_ && !line.empty())
                out_ += ".Ed\n", literal_ = false, after_ = true;
            if (line.empty()) {
                end_paragraph();
                if (!literal_ && !list_)
                    after_ = true;
            } else if (line.starts_with("# ") || line.starts_with("## ")) {
                end_paragraph();
                close_list();
                const bool section = line[1] == ' ';
                out_ += (section ? ".Sh " : ".Ss ") + escaped(line.substr(section ? 2 : 3), false) +
                        "\n";
                after_ = false;
            } else if (line.starts_with("- ")) {
                end_paragraph();
                item(line.substr(2));
            } else if (line.starts_with("@ ")) {
                end_paragraph();
                out_ += std::string(line.substr(2)) + "\n";
            } else {
                if (list_ && paragraph.empty())
                    close_list();
                paragraph += (paragraph.empty() ? "" : " ") + std::string(line);
            }
        }
        end_paragraph();
        if (literal_)
            out_ += ".Ed\n";
        close_list();
    }

private:
    void close_list() {
        if (!list_)
            return;
        out_ += ".El\n";
        list_ = false;
        after_ = true;
    }

    void item(std::string_view line) {
        if (!list_)
            out_ += ".Bl -tag -width Ds\n";
        list_ = true;
        after_ = false;
        const auto at = line.find(" :: ");
        out_ += ".It ";
        std::string terms;
        spans(line.substr(0, at), terms);
        out_ += terms + "\n";
        if (at != std::string_view::npos)
            flow(line.substr(at + 4));
    }

    /// Inline markup of a piece that stays on its line.
    static void spans(std::string_view s, std::string& out) {
        for (std::size_t i = 0; i < s.size();) {
            const bool typed = s[i] == '`';
            const auto end = std::min(s.size(), s.find('`', i + 1));
            if (typed)
                out += "\\fB" + escaped(s.substr(i + 1, end - i - 1), true) + "\\fR";
            else
                out += escaped(s.substr(i, end - i), false);
            i = typed ? end + 1 : end;
        }
    }

    /// The words of a paragraph; a blank within `…` does not part them.
    static std::vector<std::string_view> pieces(std::string_view s) {
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
        if (after_)
            out_ += ".Pp\n";
        after_ = false;
        std::string line;
        const auto end_line = [&] {
            if (!line.empty())
                out_ += line + "\n";
            line.clear();
        };
        for (std::string_view piece : pieces(paragraph)) {
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
    bool literal_ = false, list_ = false;
    bool after_ = false;  ///< the next paragraph is parted from what came before
};

}  // namespace

std::string mdoc(const Page& page) {
    std::string out =
        fmt::format(".Dd November 26, 2026\n.Dt {} {}\n.Os\n.Sh NAME\n.Nm {}\n.Nd {}\n",
                    capitals(page.name), page.section, page.name, escaped(page.about, false));
    Maker(out).text(page.text);
    return out;
}

std::string sentence(std::string_view help) {
    return std::string(help) + (help.ends_with('.') || help.ends_with("…") ? "" : ".");
}

std::string capitals(std::string_view ascii) {
    std::string out(ascii);
    std::ranges::transform(out, out.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    });
    return out;
}

std::string option_items(std::span<const Option> options) {
    std::string out;
    for (const Option& o : options) {
        std::string words;
        for (std::string_view word : o.words)
            words += (words.empty() ? ": " : ", ") + std::string(word);
        out += fmt::format("- {}`--{}`{} :: {}\n",
                           o.letter != 0 ? fmt::format("`-{}`, ", o.letter) : "", o.name,
                           o.value.empty() ? "" : " " + std::string(o.value),
                           sentence(std::string(o.help) + words));
    }
    return out;
}

std::string example_lines(std::span<const Example> examples) {
    std::string out;
    for (const Example& e : examples)
        out += (e.says.empty() ? "" : fmt::format("    # {}\n", e.says)) +
               fmt::format("    crm {}\n", e.line);
    return out;
}

}  // namespace crm::cmd
