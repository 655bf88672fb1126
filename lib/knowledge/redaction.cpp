#include "knowledge/redaction.hpp"

#include "base/spelling.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "base/word_list.hpp"

#include <algorithm>
#include <iterator>

namespace crm::knowledge {

namespace {

/// Words of a phrase may have a blank, punctuation or a line end between them.
constexpr std::size_t most_between = 3;
/// A number such as SN-77 may be written in so many parts.
constexpr std::size_t most_parts = 8;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_ascii_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_alphanumeric(char c) {
    return is_digit(c) || is_ascii_letter(c);
}
bool is_foreign(char c) {
    return static_cast<unsigned char>(c) >= 0x80;
}
bool is_mailbox(char c) {
    return is_alphanumeric(c) || is_foreign(c) || std::string_view("._%+-").contains(c);
}
bool is_host(char c) {
    return is_alphanumeric(c) || is_foreign(c) || c == '.' || c == '-';
}

/// What is left out of a text, since it is not seen but parts words: zero-width characters.
bool is_invisible(char32_t c) {
    return (c >= 0x200B && c <= 0x200F) || c == 0x2060 || c == 0xFEFF || c == 0xAD;
}

/// The plain character for one that looks the same: full-width letters, blanks and hyphens of
/// typesetters.
char32_t plain(char32_t c) {
    const char32_t narrow = c - 0xFEE0;
    if (c > 0xFF00 && c < 0xFF5F &&
        (is_alphanumeric(static_cast<char>(narrow)) || narrow == '@' || narrow == '+' ||
         narrow == '-' || narrow == '.'))
        return narrow;
    if (c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000)
        return ' ';
    return (c >= 0x2010 && c <= 0x2012) || c == 0x2212 ? '-' : c;
}

/// The text without what would hide a name or a number. A dash between digits is a hyphen.
std::string plain_text(std::string_view text) {
    constexpr char32_t en_dash = 0x2013;
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        char32_t c = plain(utf8::next(text, at));
        if (c == en_dash && !out.empty() && is_digit(out.back()) && at < text.size() &&
            is_digit(text[at]))
            c = '-';
        if (!is_invisible(c))
            utf8::append(out, c);
    }
    return out;
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
    explicit Finder(std::string_view text) : text_(text), words_(text::word_list(text)) {}

    /// A part of the text that is replaced.
    struct Span {
        std::size_t to = 0;
        std::string_view mark;
    };
    using Spans = std::map<std::size_t, Span>;  ///< by where they begin

    Spans run(const Redaction& redaction) {
        find_addresses();
        find_phrases(redaction);
        find_numbers();
        return std::move(spans_);
    }

private:
    bool add(std::size_t from, std::size_t to, std::string_view mark) {
        const auto next = spans_.lower_bound(from);
        const bool is_free = (next == spans_.end() || next->first >= to) &&
                             (next == spans_.begin() || std::prev(next)->second.to <= from);
        if (is_free)
            spans_.emplace(from, Span{to, mark});
        return is_free;
    }

    /// ines@acme.example, ines (at) acme.example
    void find_addresses() {
        for (auto at = text_.find('@'); at != text_.npos; at = text_.find('@', at + 1))
            add_address(at, at + 1);
        for (auto at = text_.find_first_of("(["); at != text_.npos;
             at = text_.find_first_of("([", at + 1)) {
            std::size_t word = skip_blanks(at + 1);
            if (text::lower_ascii(text_.substr(word, 2)) != "at")
                continue;
            word = skip_blanks(word + 2);
            if (word < text_.size() && text_[word] == (text_[at] == '(' ? ')' : ']'))
                add_address(text_.find_last_not_of(' ', at == 0 ? 0 : at - 1) + 1,
                            skip_blanks(word + 1));
        }
    }

    std::size_t skip_blanks(std::size_t at) const {
        return std::min(text_.find_first_not_of(' ', at), text_.size());
    }

    /// The mailbox ends before, the host begins at `after`. Characters of scripts without blanks
    /// are the text around.
    void add_address(std::size_t before, std::size_t after) {
        std::size_t from = before, to = after;
        while (from > 0 && is_mailbox(text_[from - 1]))
            --from;
        while (to < text_.size() && is_host(text_[to]))
            ++to;
        for (auto word = std::ranges::lower_bound(words_, from, {}, &text::Word::from);
             word != words_.end() && word->from < to; ++word) {
            if (word->is_character && word->to <= before)
                from = word->to;
            if (word->is_character && word->from >= after)
                to = word->from;
        }
        while (to > after && (text_[to - 1] == '.' || text_[to - 1] == '-'))
            --to;
        if (from < before && to > after)
            add(from, to, "[email]");
    }

    /// Longer ones first: a part of them is not replaced apart.
    void find_phrases(const Redaction& redaction) {
        struct Match {
            std::size_t first = 0, count = 0;
            std::string_view mark;
        };
        std::vector<Match> matches;
        for (std::size_t first = 0; first < words_.size(); ++first) {
            std::string phrase, number;
            for (std::size_t i = first; i < words_.size() && i - first < redaction.longest_; ++i) {
                if (i > first && words_[i].from > words_[i - 1].to + most_between)
                    break;
                phrase += (i > first ? " " : "") + words_[i].folded;
                number += words_[i].folded;
                const std::string_view mark = redaction.mark_of(phrase, number);
                if (!mark.empty())
                    matches.push_back({first, i - first + 1, mark});
            }
        }
        std::ranges::stable_sort(matches, std::ranges::greater{}, &Match::count);
        for (const auto& [first, count, mark] : matches) {
            const std::size_t from = words_[first].from;
            const bool is_international = from > 0 && text_[from - 1] == '+';
            add(is_international ? from - 1 : from, words_[first + count - 1].to, mark);
        }
    }

    bool begins_word(std::size_t at) const { return at == 0 || !is_alphanumeric(text_[at - 1]); }
    bool ends_word(std::size_t at) const {
        return at >= text_.size() || !is_alphanumeric(text_[at]);
    }

    void find_numbers() {
        for (std::size_t at = 0; at < text_.size();) {
            const bool is_start = begins_word(at) && (is_alphanumeric(text_[at]) ||
                                                      text_[at] == '+' || text_[at] == '(');
            const std::size_t end = is_start ? number_at(at) : at;
            at = end > at ? end : at + 1;
        }
    }

    /// The end of the number that begins there; the place itself where there is none.
    std::size_t number_at(std::size_t at) {
        for (const auto find :
             {&Finder::date, &Finder::iban, &Finder::internet_address, &Finder::telephone})
            if (const std::size_t end = (this->*find)(at); end > at)
                return end;
        return at;
    }

    /// 2026-11-25 and 25.11.2026 stay.
    std::size_t date(std::size_t at) {
        constexpr std::size_t length = 10;
        std::string shape(text_.substr(at, length));
        std::ranges::replace_if(shape, is_digit, '0');
        const bool is_it = shape == "0000-00-00" || shape == "00.00.0000" || shape == "00/00/0000";
        return is_it && (at + length == text_.size() || !is_digit(text_[at + length])) ? at + length
                                                                                       : at;
    }

    std::size_t iban(std::size_t at) {
        if (at + 4 > text_.size() || !is_ascii_letter(text_[at]) ||
            !is_ascii_letter(text_[at + 1]) || !is_digit(text_[at + 2]) || !is_digit(text_[at + 3]))
            return at;
        std::string compact;
        std::size_t best = at;
        for (std::size_t end = at; end < text_.size() && compact.size() <= 34; ++end) {
            if (is_alphanumeric(text_[end]))
                compact += text_[end];
            else if (text_[end] != ' ' && text_[end] != '-')
                break;
            if (is_iban(compact) && ends_word(end + 1))
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
        return is_it && ends_word(end) && add(at, end, "[number]") ? end : at;
    }

    std::size_t telephone(std::size_t at) {
        constexpr std::size_t least_digits = 7, longest_gap = 3;
        std::string digits;
        std::size_t end = at, last = at;
        for (; end < text_.size() && end - last <= longest_gap; ++end) {
            if (is_digit(text_[end])) {
                if (begins_word(end) && date(end) > end)
                    break;
                digits += text_[end];
                last = end + 1;
            } else if (!std::string_view("+ -./()").contains(text_[end])) {
                break;
            }
        }
        if (digits.size() < least_digits || !ends_word(last))
            return at;
        const bool is_card = digits.size() >= 13 && digits.size() <= 19 && is_luhn(digits);
        return add(at, last, is_card ? "[number]" : "[phone]") ? last : at;
    }

    std::string_view text_;
    std::vector<text::Word> words_;
    Spans spans_;
};

void Redaction::add(std::string_view phrase, std::string_view mark) {
    for (const std::string& spelling : spellings(phrase)) {
        const auto blanks = std::ranges::count(spelling, ' ');
        longest_ = std::max(longest_, static_cast<std::size_t>(blanks) + 1);
        phrases_.try_emplace(spelling, mark);
    }
}

void Redaction::add_number(std::string_view number, std::string_view mark) {
    std::string joined = text::words(number);
    std::erase(joined, ' ');
    if (joined.empty())
        return;
    longest_ = std::max(longest_, std::min(joined.size(), most_parts));
    numbers_.try_emplace(std::move(joined), mark);
}

/// A name may have the s of a genitive: Acme's, Acmes.
std::string_view Redaction::mark_of(const std::string& phrase, const std::string& number) const {
    constexpr std::size_t shortest = 5;
    if (const auto known = phrases_.find(phrase); known != phrases_.end())
        return known->second;
    if (const auto known = numbers_.find(number); known != numbers_.end())
        return known->second;
    if (phrase.size() < shortest || !phrase.ends_with('s'))
        return {};
    const auto known = phrases_.find(std::string_view(phrase).substr(0, phrase.size() - 1));
    return known == phrases_.end() ? std::string_view() : std::string_view(known->second);
}

void Redaction::note(std::string_view text, std::string_view mark) {
    const auto [known, is_new] =
        known_.try_emplace(std::pair(std::string(mark), text::folded(text)), replaced_.size());
    if (is_new)
        replaced_.push_back({std::string(text), std::string(mark)});
    ++replaced_[known->second].places;
}

std::string Redaction::run(std::string_view original) {
    const std::string text = plain_text(original);
    std::string out;
    std::size_t at = 0;
    for (const auto& [from, span] : Finder(text).run(*this)) {
        out += text.substr(at, from - at);
        out += span.mark;
        note(std::string_view(text).substr(from, span.to - from), span.mark);
        at = span.to;
    }
    out += text.substr(at);
    return out;
}

}  // namespace crm::knowledge
