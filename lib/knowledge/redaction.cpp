#include "knowledge/redaction.hpp"

#include "base/spelling.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace crm::knowledge {

/// A part of a text that is replaced.
struct Redaction::Span {
    std::size_t from = 0, to = 0;
    std::string_view mark;
};

/// A word of a text where it stands.
struct Redaction::Word {
    std::size_t from = 0, to = 0;
    std::string folded;
};

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_ascii_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_word(char c) {
    return is_digit(c) || is_ascii_letter(c) || static_cast<unsigned char>(c) >= 0x80;
}
bool is_mailbox(char c) {
    return is_word(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-';
}
bool is_host(char c) {
    return is_word(c) || c == '.' || c == '-';
}

/// Punctuation of three bytes that would be taken for letters: quotes, dashes, 。，.
bool is_foreign_punctuation(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    if (byte(0) == 0xe2 && byte(1) == 0x80)
        return true;
    if (byte(0) == 0xe3 && byte(1) == 0x80)
        return true;
    return byte(0) == 0xef && byte(1) == 0xbc && (byte(2) < 0x90 || byte(2) > 0x99);
}

/// Whether a name is of a script without blanks between words.
bool is_without_blanks(std::string_view text) {
    return std::ranges::any_of(text,
                               [](char c) { return static_cast<unsigned char>(c) >= 0xe3; }) &&
           std::ranges::none_of(text, is_ascii_letter);
}

bool is_luhn(std::string_view digits) {
    int sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        int digit = digits[digits.size() - 1 - i] - '0';
        if (i % 2 == 1 && (digit *= 2) > 9)
            digit -= 9;
        sum += digit;
    }
    return sum % 10 == 0;
}

/// ISO 13616: the country and the check digits behind the rest, letters as 10 to 35, modulo 97.
bool is_iban(std::string_view compact) {
    if (compact.size() < 15 || compact.size() > 34)
        return false;
    int rest = 0;
    const std::string moved = std::string(compact.substr(4)) + std::string(compact.substr(0, 4));
    for (const char c : text::lower_ascii(moved)) {
        const int value = is_digit(c) ? c - '0' : c - 'a' + 10;
        rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
    }
    return rest == 1;
}

}  // namespace

/// What is to be replaced in one text.
class Redaction::Finder {
public:
    explicit Finder(std::string_view text) : text_(text) {}

    std::vector<Span> run(const Redaction& redaction) {
        find_addresses();
        for (const auto& [name, mark] : redaction.anywhere_)
            for (auto at = text_.find(name); at != text_.npos; at = text_.find(name, at + 1))
                add(at, at + name.size(), mark);
        split();
        for (const Phrase& phrase : redaction.phrases_)
            find(phrase);
        find_numbers();
        std::ranges::sort(spans_, {}, &Span::from);
        return std::move(spans_);
    }

private:
    bool add(std::size_t from, std::size_t to, std::string_view mark) {
        const bool is_free = std::ranges::none_of(
            spans_, [&](const Span& span) { return from < span.to && span.from < to; });
        if (is_free)
            spans_.push_back({from, to, mark});
        return is_free;
    }

    void find_addresses() {
        for (auto at = text_.find('@'); at != text_.npos; at = text_.find('@', at + 1))
            add_address(at, at + 1);
        const std::string lower = text::lower_ascii(text_);
        for (const std::string_view sign : {"(at)", "[at]"})
            for (auto at = lower.find(sign); at != lower.npos; at = lower.find(sign, at + 1)) {
                std::size_t before = at, after = at + sign.size();
                while (before > 0 && text_[before - 1] == ' ')
                    --before;
                while (after < text_.size() && text_[after] == ' ')
                    ++after;
                add_address(before, after);
            }
    }

    /// The mailbox ends before, the host begins at `after`.
    void add_address(std::size_t before, std::size_t after) {
        std::size_t from = before, to = after;
        while (from > 0 && is_mailbox(text_[from - 1]))
            --from;
        while (to < text_.size() && is_host(text_[to]))
            ++to;
        while (to > after && !is_word(text_[to - 1]))
            --to;
        if (from < before && to > after)
            add(from, to, "[email]");
    }

    void split() {
        for (std::size_t at = 0; at < text_.size();) {
            if (!is_word(text_[at])) {
                ++at;
                continue;
            }
            if (is_foreign_punctuation(text_, at)) {
                at += 3;
                continue;
            }
            std::size_t end = at;
            while (end < text_.size() && is_word(text_[end]) && !is_foreign_punctuation(text_, end))
                ++end;
            words_.push_back({at, end, text::folded(text_.substr(at, end - at))});
            at = end;
        }
    }

    /// Words of a phrase may have a blank, punctuation or a line end between them.
    void find(const Phrase& phrase) {
        constexpr std::size_t most_between = 3;
        const std::size_t count = phrase.words.size();
        for (std::size_t first = 0; first + count <= words_.size(); ++first) {
            bool is_it = true;
            for (std::size_t i = 0; is_it && i < count; ++i)
                is_it =
                    words_[first + i].folded == phrase.words[i] &&
                    (i == 0 || words_[first + i].from - words_[first + i - 1].to <= most_between);
            std::size_t from = words_[first].from;
            if (is_it && from > 0 && text_[from - 1] == '+')
                --from;  // of a telephone number
            if (is_it)
                add(from, words_[first + count - 1].to, phrase.mark);
        }
    }

    bool begins_word(std::size_t at) const { return at == 0 || !is_word(text_[at - 1]); }

    void find_numbers() {
        for (std::size_t at = 0; at < text_.size();) {
            const bool is_start =
                begins_word(at) && (is_word(text_[at]) || text_[at] == '+' || text_[at] == '(');
            const std::size_t end = is_start ? number_at(at) : at;
            at = end > at ? end : at + 1;
        }
    }

    /// The end of the number that begins there; the place itself where there is none.
    std::size_t number_at(std::size_t at) {
        for (const auto find : {&Finder::iban, &Finder::internet_address, &Finder::telephone})
            if (const std::size_t end = (this->*find)(at); end > at)
                return end;
        return at;
    }

    std::size_t iban(std::size_t at) {
        if (at + 4 > text_.size() || !is_ascii_letter(text_[at]) ||
            !is_ascii_letter(text_[at + 1]) || !is_digit(text_[at + 2]) || !is_digit(text_[at + 3]))
            return at;
        std::string compact;
        std::size_t best = at;
        for (std::size_t end = at; end < text_.size() && compact.size() <= 34; ++end) {
            if (is_digit(text_[end]) || is_ascii_letter(text_[end]))
                compact += text_[end];
            else if (text_[end] != ' ' && text_[end] != '-')
                break;
            if (is_iban(compact) && (end + 1 == text_.size() || !is_word(text_[end + 1])))
                best = end + 1;
        }
        return best > at && add(at, best, "[number]") ? best : at;
    }

    std::size_t internet_address(std::size_t at) {
        std::size_t end = at;
        int dots = 0, colons = 0, part = 0;
        bool is_four = true;
        for (; end < text_.size(); ++end) {
            const char c = text_[end];
            if (is_digit(c))
                part = std::min(part * 10 + (c - '0'), 1000);
            else if (c == '.' && end + 1 < text_.size() && is_digit(text_[end + 1]))
                ++dots, is_four = is_four && part < 256, part = 0;
            else if (c == ':')
                ++colons;
            else if (is_ascii_letter(c) && (c | 0x20) <= 'f')
                is_four = false;
            else
                break;
        }
        const bool is_it = (dots == 3 && colons == 0 && is_four && part < 256) || colons >= 3;
        const bool ends = end == text_.size() || !is_word(text_[end]);
        return is_it && ends && add(at, end, "[number]") ? end : at;
    }

    /// 2026-11-25 and 25.11.2026 are dates.
    bool is_date(std::size_t at, std::size_t end) const {
        std::string shape;
        for (std::size_t i = at; i < end; ++i)
            shape += is_digit(text_[i]) ? '0' : text_[i];
        return shape.starts_with("0000-00-00") || shape.starts_with("00.00.0000") ||
               shape.starts_with("00/00/0000");
    }

    std::size_t telephone(std::size_t at) {
        constexpr std::size_t least_digits = 7, longest_gap = 3;
        std::string digits;
        std::size_t end = at, last = at;
        for (; end < text_.size() && end - last <= longest_gap; ++end) {
            if (is_digit(text_[end])) {
                digits += text_[end];
                last = end + 1;
            } else if (std::string_view("+ -./()").find(text_[end]) == std::string_view::npos) {
                break;
            }
        }
        if (digits.size() < least_digits || is_date(at, last))
            return at;
        if (last < text_.size() && is_word(text_[last]))
            return at;
        const bool is_card = digits.size() >= 13 && digits.size() <= 19 && is_luhn(digits);
        return add(at, last, is_card ? "[number]" : "[phone]") ? last : at;
    }

    std::string_view text_;
    std::vector<Word> words_;
    std::vector<Span> spans_;
};

void Redaction::add(std::string_view phrase, std::string_view mark) {
    const std::string_view whole = text::trimmed(phrase);
    if (whole.empty())
        return;
    if (is_without_blanks(whole)) {
        anywhere_.emplace_back(whole, mark);
        std::ranges::stable_sort(anywhere_, [](const auto& a, const auto& b) {
            return a.first.size() > b.first.size();
        });
        return;
    }
    for (const std::string& spelling : spellings(whole)) {
        Phrase one{{}, std::string(mark)};
        for (const std::string_view word : text::split(std::string_view(spelling), ' '))
            one.words.emplace_back(word);
        const auto is_same = [&](const Phrase& other) { return other.words == one.words; };
        if (std::ranges::none_of(phrases_, is_same))
            phrases_.push_back(std::move(one));
    }
    std::ranges::stable_sort(
        phrases_, [](const Phrase& a, const Phrase& b) { return a.words.size() > b.words.size(); });
}

void Redaction::add_number(std::string_view number, std::string_view mark) {
    add(number, mark);
    std::string joined = text::words(number);
    std::erase(joined, ' ');
    add(joined, mark);
}

void Redaction::note(std::string_view text, std::string_view mark) {
    const std::string key = text::folded(text);
    const auto known = std::ranges::find_if(replaced_, [&](const Replaced& one) {
        return one.mark == mark && text::folded(one.text) == key;
    });
    if (known == replaced_.end())
        replaced_.push_back({std::string(text), std::string(mark), 1});
    else
        ++known->places;
}

std::string Redaction::run(std::string_view text) {
    std::string out;
    std::size_t at = 0;
    for (const Span& span : Finder(text).run(*this)) {
        out += text.substr(at, span.from - at);
        out += span.mark;
        note(text.substr(span.from, span.to - span.from), span.mark);
        at = span.to;
    }
    out += text.substr(at);
    return out;
}

// --- what the writer of a message wrote

namespace {

bool begins_with_any(std::string_view line, std::span<const std::string_view> words) {
    const std::string folded = text::folded(line);
    return std::ranges::any_of(words, [&](std::string_view word) {
        return folded.starts_with(word) &&
               (folded.size() == word.size() || !is_word(folded[word.size()]) ||
                static_cast<unsigned char>(word.back()) >= 0x80);
    });
}

constexpr std::size_t short_line = 60;

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
                                         "best",
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
    return begins_with_any(line, std::span(headers).first(3)) && at + 1 < lines.size() &&
           begins_with_any(lines[at + 1], headers);
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
    return line.size() > 1 && line.size() <= longest_name && line[0] == '-' &&
           is_ascii_letter(line[1]) && at > 0 && is_empty(at - 1) && is_empty(at + 1);
}

}  // namespace

std::string visible_text(std::string_view message) {
    std::string plain(message);
    std::erase(plain, '\r');
    const std::vector<std::string_view> lines = text::split(std::string_view(plain), '\n');
    std::string out;
    bool begun = false;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const std::string_view line = text::trimmed(lines[at]);
        if (begins_signature(line) || begins_history(lines, at) || is_signed(lines, at))
            break;
        if (line.starts_with('>'))
            continue;
        const bool is_short = line.size() <= short_line;
        if (!begun &&
            (line.empty() || (is_short && begins_with_any(line, greetings) &&
                              (line.ends_with(',') || line.ends_with('!') || lines.size() > 1))))
            continue;
        if (begun && is_short && begins_with_any(line, closings))
            break;
        begun = true;
        out += std::string(lines[at]) + "\n";
    }
    return std::string(text::trimmed(out));
}

}  // namespace crm::knowledge
