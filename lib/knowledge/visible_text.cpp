#include "knowledge/visible_text.hpp"

#include "base/text.hpp"
#include "base/word_list.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

namespace crm::knowledge {

namespace {

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
/// Whether it is part of a word: a letter or digit, or of a character that is not ASCII.
bool is_in_word(char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

/// How many words follow the first of these with which a line begins; nothing where it begins with
/// none.
std::optional<std::size_t> words_after(std::string_view line,
                                       std::span<const std::string_view> beginnings) {
    const std::string folded = text::folded(line);
    for (const std::string_view beginning : beginnings) {
        const std::string_view rest =
            std::string_view(folded).substr(std::min(beginning.size(), folded.size()));
        const bool is_character = static_cast<unsigned char>(beginning.back()) >= 0x80;
        const bool is_whole = rest.empty() || is_character || !is_in_word(rest.front());
        if (folded.starts_with(beginning) && is_whole)
            return text::word_list(rest).size();
    }
    return {};
}

constexpr std::string_view greetings[] = {
    "hi",     "hello",     "hey",          "dear",         "good morning",  "good day",
    "hallo",  "guten tag", "guten morgen", "sehr geehrte", "sehr geehrter", "liebe",
    "lieber", "moin",      "bonjour",      "hola",         "buongiorno",    "您好",
    "你好"};
constexpr std::string_view closings[] = {"best regards",
                                         "kind regards",
                                         "warm regards",
                                         "regards",
                                         "best wishes",
                                         "best,",
                                         "cheers",
                                         "many thanks",
                                         "thanks",
                                         "thank you",
                                         "thx",
                                         "sincerely",
                                         "yours",
                                         "mit freundlichen",
                                         "viele grusse",
                                         "beste grusse",
                                         "freundliche grusse",
                                         "liebe grusse",
                                         "grusse",
                                         "gruss",
                                         "mfg",
                                         "vielen dank",
                                         "danke",
                                         "cordialement",
                                         "saludos",
                                         "sent from my",
                                         "von meinem",
                                         "谢谢",
                                         "此致"};
constexpr std::string_view headers[] = {
    "from:",     "von:",     "de:",      "to:",   "an:",   "sent:",
    "gesendet:", "subject:", "betreff:", "date:", "datum:"};

bool begins_history(std::span<const std::string_view> lines, std::size_t at) {
    const std::string line = text::folded(lines[at]);
    const auto says_wrote = [](std::string_view s) {
        for (const std::string_view end : {"wrote:", "schrieb:", "ecrit :", "ecrit:", "escribio:"})
            if (s.ends_with(end))
                return true;
        return false;
    };
    const bool says_when = line.starts_with("on ") || line.starts_with("am ") ||
                           line.starts_with("le ") || line.starts_with("el ");
    if (says_wrote(line))
        return true;
    if (says_when && at + 1 < lines.size() && says_wrote(text::folded(lines[at + 1])))
        return true;
    if (line.starts_with("-----") || line.starts_with("_____"))
        return true;
    return words_after(line, std::span(headers).first(3)) && at + 1 < lines.size() &&
           words_after(lines[at + 1], headers);
}

bool begins_signature(std::string_view line) {
    const std::string_view bare = text::trimmed(line);
    return bare == "--" || bare == "—" || bare == "- --";
}

/// A line of its own with a hyphen before a name: -Ada.
bool is_signed(std::span<const std::string_view> lines, std::size_t at) {
    constexpr std::size_t longest_name = 40;
    const auto is_empty = [&](std::size_t i) {
        return i >= lines.size() || text::trimmed(lines[i]).empty();
    };
    const std::string_view line = text::trimmed(lines[at]);
    return line.size() > 1 && line.size() <= longest_name && line[0] == '-' && is_letter(line[1]) &&
           at > 0 && is_empty(at - 1) && is_empty(at + 1);
}

/// A line without the greeting that it begins with: "Hi Ines, it jams".
std::string_view without_greeting(std::string_view line) {
    constexpr std::size_t longest_name = 4, longest_alone = 2;
    std::size_t end = line.size(), after = line.size();
    for (const std::string_view mark : {",", "!", ":", "，", "！", "："})
        if (const auto at = line.find(mark); at < end)
            end = at, after = at + mark.size();
    const bool is_ended = end < line.size() && !line.substr(end).starts_with('!');
    const auto more = words_after(line.substr(0, end), greetings);
    const bool is_greeting = more && *more <= (is_ended ? longest_name : longest_alone);
    return is_greeting ? text::trimmed(line.substr(after)) : line;
}

bool is_closing(std::string_view line) {
    constexpr std::size_t longest_line = 60, most_words = 3;
    const auto more = words_after(line, closings);
    const bool says_no_more = text::folded(line) == "best";
    return says_no_more || (line.size() <= longest_line && more && *more <= most_words);
}

}  // namespace

std::string visible_text(std::string_view message) {
    std::string plain(message);
    std::erase(plain, '\r');
    const std::vector<std::string_view> lines = text::split(std::string_view(plain), '\n');
    std::string out;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const std::string_view line = text::trimmed(lines[at]);
        if (begins_signature(line) || begins_history(lines, at) || is_signed(lines, at))
            break;
        if (line.starts_with('>'))
            continue;
        if (!out.empty() && is_closing(line))
            break;
        const std::string_view rest = out.empty() ? without_greeting(line) : lines[at];
        if (!out.empty() || !rest.empty())
            out += std::string(rest) + "\n";
    }
    return std::string(text::trimmed(out));
}

}  // namespace crm::knowledge
