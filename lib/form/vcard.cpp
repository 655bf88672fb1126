#include "form/vcard.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "form/charset.hpp"
#include "form/vcard_lines.hpp"
#include "form/vcard_parse.hpp"

#include <algorithm>
#include <array>

namespace crm::form {
namespace {

constexpr std::size_t deepest_card = 32;
/// More cards within a card than this, and it is the outer one's END that is missing.
constexpr std::size_t most_agents = 32;

/// What a card that has lost its BEGIN may start with.
constexpr std::array<std::string_view, 8> openers = {"VERSION", "FN",  "N",     "UID",
                                                     "ORG",     "TEL", "EMAIL", "NICKNAME"};

/// A card under way. Which code page its bare 8-bit text is in may be said by a later property.
struct Open {
    Card card;
    std::string charset;
    std::vector<std::size_t> undecided;  ///< properties whose value is still in bytes
    std::size_t begin = 0;
};

int hex(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

std::string from_quoted_printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '=' && i + 2 < text.size() ? hex(text[i + 1]) : -1;
        const int low = high < 0 ? -1 : hex(text[i + 2]);
        if (low < 0) {
            out += text[i];
        } else {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return out;
}

bool sound(std::string_view s) {
    return (utf8::ascii(s) || text::valid(s)) && s.find('\0') == none;
}

/// UTF-8 that was cut or damaged, as opposed to text in another charset: more characters than bad
/// bytes.
bool mostly_utf8(std::string_view s) {
    std::size_t good = 0, bad = 0;
    for (std::size_t at = 0; at < s.size();) {
        bool ok = true;
        if (utf8::next(s, at, &ok) >= 0x80)
            ++(ok ? good : bad);
    }
    return good > bad;
}

void make_sound(std::string& s) {
    if (!sound(s))
        s = from_charset(s, {});
}

int version_of(std::string_view value) {
    value = text::trimmed(value);
    return value.starts_with('2')   ? 21
           : value.starts_with('3') ? 30
           : value.starts_with('4') ? 40
                                    : 0;
}

class VcardReader {
public:
    /// `line` is where an inline card stands; its own lines are not those of the file.
    VcardReader(std::string_view bytes, const CardSink& sink, std::size_t depth = 0, long line = 0)
        : bytes_(bytes), lines_(bytes), sink_(sink), depth_(depth), line_(line) {}

    void run() {
        while (lines_.next()) {
            std::string_view line = lines_.text();
            if (!skipped_.empty()) {
                skip(line);
            } else if (starts(line, "BEGIN:")) {
                begin(text::trimmed(line.substr(6)));
            } else if (starts(line, "END:") && same_word(text::trimmed(line.substr(4)), "VCARD")) {
                end();
            } else {
                property(line);
            }
        }
        if (added_last_ && lines_.cut() && !open_.empty())
            drop_cut_property(open_.back());
        while (!open_.empty()) {
            flaw(open_.back(), "the card has no END:VCARD", open_.back().card.line, false);
            close(bytes_.size());
        }
        if (sink_.progress)
            sink_.progress(bytes_.size());
    }

private:
    std::string_view bytes_;
    ContentLines lines_;
    const CardSink& sink_;
    std::size_t depth_;
    long line_;
    std::vector<Open> open_;
    std::string skipped_;       ///< the component whose END is awaited
    std::size_t too_deep_ = 0;  ///< cards begun below the deepest that is read
    bool straying_ = false, added_last_ = false;

    long number() const { return line_ ? line_ : lines_.number(); }

    static bool starts(std::string_view line, std::string_view word) {
        return same_word(line.substr(0, word.size()), word);
    }

    static void flaw(Open& open, std::string why, long line, bool refused) {
        if (open.card.flaw.empty() || (refused && !open.card.refused)) {
            open.card.flaw = std::move(why);
            open.card.flaw_line = line;
        }
        open.card.refused = open.card.refused || refused;
    }

    void skip(std::string_view line) {
        if (starts(line, "END:") && same_word(text::trimmed(line.substr(4)), skipped_)) {
            skipped_.clear();
        } else if (starts(line, "BEGIN:") && same_word(text::trimmed(line.substr(6)), "VCARD")) {
            skipped_.clear();
            begin("VCARD");
        }
    }

    void begin(std::string_view what) {
        if (!same_word(what, "VCARD")) {
            skipped_ = what.empty() ? "?" : std::string(what);
            return;
        }
        if (open_.size() + depth_ >= deepest_card) {
            ++too_deep_;
            if (!open_.empty())
                flaw(open_.front(), "cards nest deeper than 32", number(), true);
            return;
        }
        added_last_ = false;
        opened();
    }

    void opened() {
        straying_ = false;
        open_.emplace_back();
        open_.back().card.properties.reserve(16);
        open_.back().card.line = number();
        open_.back().begin = lines_.begin();
    }

    void end() {
        if (too_deep_ > 0) {
            --too_deep_;
        } else if (open_.empty()) {
            stray();
        } else {
            close(std::min(lines_.end(), bytes_.size()));
            if (open_.size() == 1 && open_.front().card.agents.size() > most_agents) {
                flaw(open_.front(), "the card has no END:VCARD", open_.front().card.line, false);
                close(std::min(lines_.end(), bytes_.size()));
            }
        }
    }

    /// The innermost card is complete: it goes to the card around it or out.
    void close(std::size_t end) {
        Open open = std::move(open_.back());
        open_.pop_back();
        for (const std::size_t i : open.undecided) {
            std::string& value = open.card.properties[i].value;
            value = from_charset(value, open.charset);
        }
        if (depth_ == 0)
            open.card.raw = bytes_.substr(open.begin, end - open.begin);
        if (!open_.empty()) {
            open_.back().card.agents.push_back(std::move(open.card));
        } else {
            sink_.card(std::move(open.card));
            if (sink_.progress)
                sink_.progress(end);
        }
    }

    /// The text ended within its last line: what there is of the property may be half a number.
    static void drop_cut_property(Open& open) {
        std::vector<Property>& all = open.card.properties;
        if (all.size() < 2)
            return;
        all.pop_back();
        std::erase(open.undecided, all.size());
    }

    void stray() {
        if (!straying_ && sink_.stray)
            sink_.stray(number(), "text outside of a card");
        straying_ = true;
    }

    void property(std::string_view line) {
        if (too_deep_ > 0)
            return;
        added_last_ = false;
        Property p;
        const int version = open_.empty() ? 0 : open_.back().card.version;
        const std::size_t at = read_head(line, version, p);
        if (open_.empty()) {
            if (at == none || std::ranges::find(openers, p.name) == openers.end())
                return stray();
            opened();
            flaw(open_.back(), "the card has no BEGIN:VCARD", number(), false);
        }
        Open& open = open_.back();
        if (lines_.too_long())
            return flaw(open_.front(), "the line is too long", number(), true);
        if (at == none) {
            if (line.find_first_not_of(" \t") != none && line.find_first_of(":; ") != none)
                flaw(open, "the line is not a property", number(), false);
            return;
        }
        p.line = number();
        if (p.name == "VERSION") {
            open.card.version = version_of(line.substr(at));
        } else if (p.name == "AGENT") {
            agent(open, std::move(p), line.substr(at));
        } else {
            add(open, std::move(p), line.substr(at));
        }
    }

    /// What the parameters say about the bytes of a value.
    struct Transfer {
        std::string charset;
        bool quoted = false, base64 = false;
    };

    static Transfer take_transfer(Property& p) {
        Transfer how;
        std::erase_if(p.parameters, [&](Parameter& one) {
            if (one.name == "CHARSET") {
                how.charset = std::move(one.value);
                return true;
            }
            if (one.name != "ENCODING")
                return false;
            if (same_word(one.value, "QUOTED-PRINTABLE") || same_word(one.value, "Q"))
                how.quoted = true;
            else if (same_word(one.value, "BASE64") || same_word(one.value, "B"))
                how.base64 = true;
            return true;
        });
        return how;
    }

    static void make_sound(Property& p) {
        form::make_sound(p.group);
        form::make_sound(p.name);
        for (Parameter& one : p.parameters) {
            form::make_sound(one.name);
            form::make_sound(one.value);
        }
    }

    /// Takes transfer encoding and charset off.
    void add(Open& open, Property&& p, std::string_view value) {
        const bool plain = utf8::ascii(lines_.text()) && lines_.text().find('\0') == none;
        if (!plain)
            make_sound(p);
        const Transfer how = take_transfer(p);
        if (how.base64) {
            p.parameters.push_back({"ENCODING", "B"});
            p.value.reserve(value.size());
            for (const char c : value)
                if (static_cast<unsigned char>(c) > ' ' && static_cast<unsigned char>(c) < 0x7F)
                    p.value += c;
        } else {
            p.value = how.quoted ? from_quoted_printable(value) : std::string(value);
            if (!decode(open, p.value, how.charset))
                open.undecided.push_back(open.card.properties.size());
        }
        open.card.properties.push_back(std::move(p));
        added_last_ = true;
    }

    /// False where the bytes of the value are in a charset that is not known yet.
    static bool decode(Open& open, std::string& value, const std::string& charset) {
        // Text that is UTF-8 with letters beyond ASCII is so by no accident, whatever its charset
        // is said to be.
        const bool ascii = utf8::ascii(value);
        if (!ascii && sound(value))
            return true;
        // What calls itself UTF-8 and is not at all, is as good as unnamed.
        const bool utf8 = same_word(charset, "UTF-8") || same_word(charset, "UTF8");
        if (!charset.empty() && !utf8 && known_charset(charset)) {
            if (open.charset.empty())
                open.charset = charset;
            value = from_charset(value, charset);
            return true;
        }
        if (ascii && value.find('\0') == none)
            return true;
        if (!utf8 || !mostly_utf8(value))
            return false;
        value = text::sanitised(value);
        return true;
    }

    /// The agent of 3.0 is a card escaped within the value; that of 2.1 follows, and is seen at its
    /// BEGIN.
    void agent(Open& open, Property&& p, std::string_view value) {
        if (text::trimmed(value).empty())
            return;
        if (!starts(text::trimmed(value), "BEGIN:"))
            return add(open, std::move(p), value);
        if (open_.size() + depth_ + 1 >= deepest_card)
            return flaw(open_.front(), "cards nest deeper than 32", number(), true);
        const std::string inner = unescaped(value);
        const CardSink into{[&](Card&& card) {
                                if (card.refused)
                                    flaw(open_.front(), card.flaw, card.line, true);
                                open.card.agents.push_back(std::move(card));
                            },
                            {},
                            {}};
        VcardReader(inner, into, depth_ + open_.size(), number()).run();
    }
};

}  // namespace

void read_vcards(std::string_view bytes, const CardSink& sink) {
    if (bytes.starts_with("\xEF\xBB\xBF"))
        bytes.remove_prefix(3);
    VcardReader(bytes, sink).run();
}

}  // namespace crm::form
