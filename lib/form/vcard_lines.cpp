#include "form/vcard_lines.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <cstring>

namespace crm::form {
namespace {

bool same(std::string_view a, std::string_view capitals) {
    return a.size() == capitals.size() &&
           std::equal(a.begin(), a.end(), capitals.begin(),
                      [](char x, char y) { return to_upper(x) == y; });
}

/// What is before the first colon, as far as an encoding may be named there.
std::string_view head(std::string_view line) {
    line = line.substr(0, 512);
    return line.substr(0, line.find(':'));
}

std::size_t found(std::string_view where, std::string_view capitals) {
    const auto at = std::search(where.begin(), where.end(), capitals.begin(), capitals.end(),
                                [](char x, char y) { return to_upper(x) == y; });
    return at == where.end() ? none : static_cast<std::size_t>(at - where.begin());
}

bool quoted_printable(std::string_view line) {
    return found(head(line), "QUOTED-PRINTABLE") != none;
}

bool base64(std::string_view line) {
    constexpr std::string_view brief = ";ENCODING=B";
    line = head(line);
    const std::size_t at = found(line, brief);
    return (at != none && (line.size() == at + brief.size() || line[at + brief.size()] == ';')) ||
           found(line, "BASE64") != none;
}

bool base64_only(std::string_view line) {
    return !line.empty() && std::ranges::all_of(line, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '+' || c == '/' || c == '=';
    });
}

bool binary(std::string_view line) {
    std::string_view name = head(line);
    name = name.substr(0, name.find(';'));
    if (const auto dot = name.find('.'); dot != none)
        name.remove_prefix(dot + 1);
    return same(name, "PHOTO") || same(name, "LOGO") || same(name, "SOUND") || same(name, "KEY");
}

bool border(std::string_view line) {
    return same(line.substr(0, 4), "END:") || same(line.substr(0, 6), "BEGIN:");
}

bool ends_in_backslash(std::string_view s) {
    std::size_t n = 0;
    while (n < s.size() && s[s.size() - 1 - n] == '\\')
        ++n;
    return n % 2 == 1;
}

}  // namespace

void PhysicalLines::advance() {
    number_ = lines_;
    begin_ = next_;
    if (next_ >= text_.size()) {
        done_ = true;
        line_ = {};
        return;
    }
    const char* const at = text_.data() + next_;
    // The next line feed is remembered: a text with carriage returns alone would look for it again
    // in every line.
    if (feed_ < next_ || (feed_ == 0 && next_ == 0)) {
        const void* feed = std::memchr(at, '\n', text_.size() - next_);
        feed_ = feed ? static_cast<std::size_t>(static_cast<const char*>(feed) - text_.data())
                     : text_.size();
    }
    std::size_t end = feed_;
    if (const void* found = std::memchr(at, '\r', feed_ - next_))
        end = static_cast<std::size_t>(static_cast<const char*>(found) - text_.data());
    std::size_t after = end;
    while (after < feed_ && text_[after] == '\r')
        ++after;
    ended_ = end < text_.size();
    if (after == feed_ && feed_ < text_.size()) {
        ++after;
        ++lines_;
    } else {
        lines_ += static_cast<long>(after - end);
    }
    line_ = text_.substr(next_, end - next_);
    next_ = after;
}

void ContentLines::append(std::string_view piece, std::string_view between) {
    if (joined_.empty())
        joined_.assign(text_);
    const std::size_t size = joined_.size() + between.size() + piece.size();
    if (too_long_ || (size > most_text && (size > most_binary || !binary(joined_)))) {
        too_long_ = true;
    } else {
        joined_ += between;
        joined_ += piece;
    }
    text_ = joined_;
}

/// Takes the line at hand as the continuation of `text_` when it is one.
bool ContentLines::continued(bool& literal_blank) {
    std::string_view line = lines_.line();
    const bool soft = text_.ends_with('=') && quoted_printable(text_);
    if (soft) {
        if (joined_.empty())
            joined_.assign(text_);
        joined_.pop_back();
        text_ = joined_;
        if (line.empty() || border(line))
            return false;
        // A blank here belongs to the text (RFC 2045), but not where the writer encodes its blanks:
        // then it is a fold.
        if (is_blank(line.front()) && !literal_blank)
            line.remove_prefix(1);
        literal_blank = literal_blank || line.find(' ') != none;
        append(line);
        return true;
    }
    if (line.empty())
        return false;
    if (is_blank(line.front())) {
        append(line.substr(1));
        literal_blank = literal_blank || line.find(' ', 1) != none;
        return true;
    }
    if (base64_only(line) && base64(text_)) {
        append(line);
        return true;
    }
    if (ends_in_backslash(text_) && line.find(':') == none) {
        if (joined_.empty())
            joined_.assign(text_);
        joined_.pop_back();
        append(line, "\n");
        return true;
    }
    return false;
}

bool ContentLines::next() {
    while (!lines_.done() && lines_.line().empty())
        lines_.advance();
    if (lines_.done())
        return false;
    joined_.clear();
    text_ = lines_.line();
    begin_ = lines_.begin();
    number_ = lines_.number();
    too_long_ = text_.size() > most_text && (text_.size() > most_binary || !binary(text_));
    if (too_long_)
        text_ = text_.substr(0, most_text);
    cut_ = !lines_.ended();
    lines_.advance();
    bool literal_blank = true;
    if (text_.ends_with('='))
        literal_blank = text_.substr(std::min(text_.find(':'), text_.size())).find(' ') != none;
    while (!lines_.done()) {
        const bool ended = lines_.ended();
        if (!continued(literal_blank))
            break;
        cut_ = !ended;
        lines_.advance();
    }
    if (lines_.done() && text_.ends_with('=') && quoted_printable(text_))
        text_.remove_suffix(1);
    return true;
}

}  // namespace crm::form
