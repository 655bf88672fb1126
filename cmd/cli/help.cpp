#include "cmd/cli/help.hpp"

#include "base/text.hpp"
#include "cmd/cli/examples.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {
namespace {

std::string spaces(int count) {
    return std::string(static_cast<std::size_t>(std::max(count, 0)), ' ');
}

/// The text of the manual's markup without the marks around what is typed.
std::string without_marks(std::string_view markup) {
    std::string out(markup);
    std::erase(out, '`');
    return out;
}

/// Lines of help, none wider than the terminal.
class Lines {
public:
    explicit Lines(int width) : width_(std::clamp(width, 40, 100)) {}

    void line(std::string_view text = {}) { out_ += std::string(text) + "\n"; }

    void title(std::string_view text) {
        line();
        line(text);
    }

    /// Words in as many lines as they need. The first line goes on from `begun`; the others are
    /// indented.
    void wrap(std::string begun, std::span<const std::string> words, int indent) {
        int column = text::width(begun);
        bool first = true;
        for (const std::string& word : words) {
            const int needed = text::width(word) + (first ? 0 : 1);
            if (!first && column + needed > width_) {
                line(begun);
                begun = spaces(indent) + word;
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

    void paragraph(std::string_view text, int indent = 0) {
        wrap(spaces(indent), words_of(text), indent);
    }

    struct Entry {
        std::string name;
        std::string help;
    };

    /// Names in one column, what they mean in the next.
    void entries(std::span<const Entry> list) {
        constexpr int widest = 26;
        int longest = 0;
        for (const Entry& entry : list)
            if (const int width = text::width(entry.name); width <= widest)
                longest = std::max(longest, width);
        const int column = 2 + longest + 2;
        for (const Entry& entry : list) {
            std::string begun = "  " + entry.name;
            if (text::width(entry.name) > longest) {
                wrap("  ", words_of(entry.name), 4);
                begun.clear();
            }
            begun += spaces(column - text::width(begun));
            wrap(std::move(begun), words_of(without_marks(entry.help)), column);
        }
    }

    void comment(std::string_view text) {
        Lines narrow(width_ - 4);
        narrow.paragraph(text);
        for (const std::string_view part : text::split(std::string_view(narrow.out_), '\n'))
            if (!part.empty())
                line("  # " + std::string(part));
    }

    /// A command of an example, broken between its words as a shell reads it.
    void command(std::string_view text) {
        constexpr std::string_view go_on = " \\";
        std::string begun = "  crm";
        std::string_view rest = text;
        while (!rest.empty()) {
            const std::string_view word = first_shell_word(rest);
            const bool last = word.size() == rest.size();
            const int needed = text::width(begun) + 1 + text::width(word);
            if (needed + (last ? 0 : static_cast<int>(go_on.size())) > width_) {
                line(begun + std::string(go_on));
                begun = spaces(5);
            }
            begun += " " + std::string(word);
            rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        }
        line(begun);
    }

    /// Text in the manual's markup: paragraphs, lists of "- term :: meaning", indented code.
    void prose(std::string_view markup) {
        std::string paragraph;
        std::vector<Entry> items;
        const auto flush = [&] {
            if (!paragraph.empty())
                this->paragraph(without_marks(paragraph));
            paragraph.clear();
            if (!items.empty())
                entries(items);
            items.clear();
        };
        for (const std::string_view text : text::split(markup, '\n')) {
            const bool item = text.starts_with("- ");
            if (item && items.empty() && !paragraph.empty()) {
                flush();
                line();
            }
            if (item) {
                const auto colons = text.find(" :: ");
                items.push_back({without_marks(text.substr(2, colons - 2)),
                                 std::string(colons == text.npos ? "" : text.substr(colons + 4))});
            } else if (text.empty() || text.starts_with("    ")) {
                flush();
                line(text);
            } else {
                paragraph += (paragraph.empty() ? "" : " ") + std::string(text);
            }
        }
        flush();
    }

    int width() const { return width_; }
    std::string text() && { return std::move(out_); }

private:
    static std::vector<std::string> words_of(std::string_view text) {
        std::vector<std::string> out;
        for (const std::string_view word : text::split(text, ' '))
            if (!word.empty())
                out.emplace_back(word);
        return out;
    }

    /// Up to the first blank that is not within quotation marks.
    static std::string_view first_shell_word(std::string_view text) {
        char open = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char c = text[i];
            if (open == 0 && c == ' ')
                return text.substr(0, i);
            if (open == 0 && (c == '\'' || c == '"'))
                open = c;
            else if (c == open)
                open = 0;
        }
        return text;
    }

    int width_;
    std::string out_;
};

using Entry = Lines::Entry;

Entry option_entry(const Option& option) {
    Entry entry{option.letter != 0 ? fmt::format("-{}, ", option.letter) : "    ",
                std::string(option.help)};
    entry.name += fmt::format("--{}", option.name);
    if (!option.value.empty())
        entry.name += fmt::format(" {}", option.value);
    for (std::size_t i = 0; i < option.words.size(); ++i)
        entry.help += (i == 0 ? ": " : ", ") + std::string(option.words[i]);
    return entry;
}

std::vector<Entry> option_entries(std::span<const Option> options) {
    std::vector<Entry> out;
    for (const Option& option : options)
        out.push_back(option_entry(option));
    return out;
}

/// The commands of a noun: "" for those of none, "*" for those of every noun.
std::vector<Entry> command_entries(std::string_view noun, bool with_common = false) {
    std::vector<Entry> out;
    for (const Command& c : commands())
        if (!c.hidden && (c.noun == noun || (with_common && c.noun == "*")))
            out.push_back({std::string(c.verb), std::string(c.help)});
    return out;
}

std::string program_help(int width) {
    Lines out(width);
    out.paragraph("crm — customer relations from the terminal: one program, one file");
    out.line();
    out.line("  crm NOUN VERB [ARG…] [FIELD=VALUE…] [OPTION…]");
    out.line("  crm VERB [ARG…] [OPTION…]");
    out.title("Nouns");
    std::vector<Entry> nouns;
    for (const meta::Declaration& d : meta::declarations())
        nouns.push_back({std::string(d.word.empty() ? d.noun : d.word), std::string(d.help)});
    out.entries(nouns);
    out.title("Verbs of every noun");
    out.entries(command_entries("*"));
    out.title("Commands without a noun");
    out.entries(command_entries(""));
    out.title("Options of every command");
    out.entries(option_entries(global_options()));
    out.title("Examples");
    out.line("  crm contact import cards.vcf contacts.csv");
    out.line("  crm contact list account:acme");
    out.line("  crm search berlin");
    out.line();
    out.paragraph("See also: crm NOUN --help, crm NOUN VERB --help, man crm");
    return std::move(out).text();
}

/// The comments of examples are beside them if there is room for all, else above.
void add_examples(Lines& out, std::span<const Example> examples) {
    int longest = 0;
    for (const Example& e : examples)
        longest = std::max(longest, text::width(e.line));
    const bool beside = std::ranges::all_of(examples, [&](const Example& e) {
        return 2 + 4 + longest + 4 + text::width(e.says) <= out.width();
    });
    for (const Example& e : examples) {
        if (beside && !e.says.empty()) {
            const std::string blanks = spaces(longest - text::width(e.line));
            out.line(fmt::format("  crm {}{}  # {}", e.line, blanks, e.says));
            continue;
        }
        if (!e.says.empty())
            out.comment(e.says);
        out.command(e.line);
    }
}

std::string noun_help(const meta::Entity& noun, int width) {
    Lines out(width);
    out.paragraph(fmt::format("crm {} — {}", noun.word, noun.help));
    out.title("Verbs");
    out.entries(command_entries(noun.noun, true));
    out.title("Fields");
    std::vector<Entry> fields;
    for (const meta::FieldInfo& field : noun.fields())
        fields.push_back({std::string(field.name()), std::string(field.field->help)});
    out.entries(fields);
    if (const auto examples = noun_examples(noun.word); !examples.empty()) {
        out.title("Examples");
        add_examples(out, examples);
    }
    out.line();
    out.paragraph(
        fmt::format("See also: crm {0} VERB --help, crm fields {0}, man crm-{0}", noun.word));
    return std::move(out).text();
}

/// Each argument and option of the synopsis, as one word that is not broken.
std::vector<std::string> synopsis_words(const Command& command, std::string_view noun) {
    std::vector<std::string> out;
    if (const std::string_view name = command.noun == "*" ? noun : command.noun; !name.empty())
        out.emplace_back(name);
    out.emplace_back(command.verb);
    for (const Argument& a : command.arguments) {
        const std::string name = std::string(a.name) + (a.many ? "…" : "");
        out.push_back(a.required ? name : "[" + name + "]");
    }
    for (const Option& o : command.options) {
        const std::string name =
            o.letter != 0 ? fmt::format("-{}", o.letter) : fmt::format("--{}", o.name);
        out.push_back(o.value.empty() ? "[" + name + "]" : fmt::format("[{} {}]", name, o.value));
    }
    return out;
}

std::string command_help(const Command& command, std::string_view noun, int width) {
    Lines out(width);
    out.paragraph(command.help);
    out.line();
    out.wrap("  crm ", synopsis_words(command, noun), 6);
    if (!command.arguments.empty() || !command.options.empty())
        out.line();
    std::vector<Entry> entries;
    for (const Argument& a : command.arguments)
        entries.push_back({std::string(a.name), std::string(a.help)});
    std::ranges::copy(option_entries(command.options), std::back_inserter(entries));
    out.entries(entries);
    if (const std::string details = command.all_details(); !details.empty()) {
        out.line();
        out.prose(details);
    }
    if (const auto examples = verb_examples(command, noun); !examples.empty()) {
        out.title("Examples");
        add_examples(out, examples);
    }
    out.line();
    out.line("crm --help lists the options of every command.");
    return std::move(out).text();
}

}  // namespace

std::string synopsis(const Command& command, std::string_view noun) {
    return text::joined(synopsis_words(command, noun), " ");
}

std::string help_text(const Command* command, const meta::Entity* noun, int width) {
    if (command != nullptr)
        return command_help(*command, noun == nullptr ? std::string_view() : noun->word, width);
    return noun == nullptr ? program_help(width) : noun_help(*noun, width);
}

}  // namespace crm::cmd
