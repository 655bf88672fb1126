#include "form/json_reader.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

namespace crm::form {

void JsonReader::fail(std::string_view why) const {
    throw Error(Fault::refused, "bad_json",
                fmt::format("this is not JSON: {} at byte {}", why, at_));
}

void JsonReader::blanks() {
    while (at_ < json_.size() &&
           (json_[at_] == ' ' || json_[at_] == '\n' || json_[at_] == '\r' || json_[at_] == '\t'))
        ++at_;
}

JsonReader::Kind JsonReader::next() {
    blanks();
    switch (peek()) {
        case '"':
            return Kind::text;
        case '[':
            return Kind::array;
        case '{':
            return Kind::object;
        case 'n':
            return Kind::null;
        case 't':
        case 'f':
            return Kind::boolean;
        case '-':
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7':
        case '8':
        case '9':
            return Kind::number;
        default:
            fail(at_ == json_.size() ? "it ends early" : "no value begins");
    }
}

std::string JsonReader::text() {
    blanks();
    std::string out;
    string(&out);
    return out;
}

std::string_view JsonReader::skip() {
    const Kind kind = next();
    const std::size_t from = at_;
    switch (kind) {
        case Kind::null:
            word("null");
            break;
        case Kind::boolean:
            word(peek() == 't' ? "true" : "false");
            break;
        case Kind::number:
            number();
            break;
        case Kind::text:
            string(nullptr);
            break;
        case Kind::array:
            array([&] { skip(); });
            break;
        case Kind::object:
            object([&](const std::string&) { skip(); });
            break;
    }
    return json_.substr(from, at_ - from);
}

void JsonReader::end() {
    blanks();
    if (at_ < json_.size())
        fail("unexpected text after the value");
}

void JsonReader::open(char bracket) {
    blanks();
    if (peek() != bracket)
        fail(bracket == '[' ? "an array is missing" : "an object is missing");
    if (++depth_ > limits_.depth)
        fail(fmt::format("nested more than {} levels deep", limits_.depth));
    ++at_;
}

/// Passes the comma before another element, or the bracket behind the last.
bool JsonReader::more(char bracket, bool& first) {
    blanks();
    if (peek() == bracket) {
        ++at_;
        --depth_;
        return false;
    }
    if (std::exchange(first, false))
        return true;
    if (peek() != ',')
        fail(bracket == ']' ? "a comma or ] is missing" : "a comma or } is missing");
    ++at_;
    return true;
}

std::string JsonReader::name() {
    blanks();
    if (peek() != '"')
        fail("a name is missing");
    std::string name = text();
    blanks();
    if (peek() != ':')
        fail("a colon is missing");
    ++at_;
    return name;
}

void JsonReader::string(std::string* out) {
    if (peek() != '"')
        fail("a string is missing");
    const std::size_t begin = ++at_;
    for (std::size_t from = begin;;) {
        if (at_ == json_.size())
            fail("a string is not closed");
        const auto c = static_cast<unsigned char>(json_[at_]);
        if (c >= 0x80) {
            std::size_t behind = at_;
            bool ok = true;
            utf8::next(json_, behind, &ok);
            if (!ok)
                fail("a string is not UTF-8");
            at_ = behind;
        } else if (c == '"' || c == '\\') {
            if (at_ - begin > limits_.text)
                fail(fmt::format("a string is longer than {} bytes", limits_.text));
            if (out)
                out->append(json_, from, at_ - from);
            ++at_;
            if (c == '"')
                return;
            if (const char32_t character = escaped(); out && character != 0)
                utf8::append(*out, character);
            from = at_;
        } else if (c < 0x20) {
            fail("a string has a control character");
        } else {
            ++at_;
        }
    }
}

char32_t JsonReader::escaped() {
    const char c = peek();
    switch (c) {
        case '"':
        case '\\':
        case '/':
            ++at_;
            return c;
        case 'b':
            ++at_;
            return '\b';
        case 'f':
            ++at_;
            return '\f';
        case 'n':
            ++at_;
            return '\n';
        case 'r':
            ++at_;
            return '\r';
        case 't':
            ++at_;
            return '\t';
        case 'u':
            break;
        default:
            fail("unknown escape");
    }
    const char32_t high = unit();
    if (high < 0xD800 || high > 0xDFFF)
        return high;
    if (high > 0xDBFF || json_.substr(at_, 2) != "\\u")
        fail("a surrogate without its pair");
    ++at_;
    const char32_t low = unit();
    if (low < 0xDC00 || low > 0xDFFF)
        fail("a surrogate without its pair");
    return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

/// The four digits behind the u.
char32_t JsonReader::unit() {
    char32_t c = 0;
    for (int i = 0; i < 4; ++i) {
        ++at_;
        const char digit = peek(), lower = static_cast<char>(digit | 0x20);
        if (digit >= '0' && digit <= '9')
            c = c * 16 + static_cast<char32_t>(digit - '0');
        else if (lower >= 'a' && lower <= 'f')
            c = c * 16 + static_cast<char32_t>(lower - 'a' + 10);
        else
            fail("\\u without four digits");
    }
    ++at_;
    return c;
}

void JsonReader::word(std::string_view expected) {
    if (!json_.substr(at_).starts_with(expected))
        fail(fmt::format("a value is not {}", expected));
    at_ += expected.size();
}

void JsonReader::number() {
    if (peek() == '-')
        ++at_;
    if (peek() == '0')
        ++at_;
    else
        digits();
    if (peek() == '.') {
        ++at_;
        digits();
    }
    if (peek() != 'e' && peek() != 'E')
        return;
    ++at_;
    if (peek() == '+' || peek() == '-')
        ++at_;
    digits();
}

void JsonReader::digits() {
    if (peek() < '0' || peek() > '9')
        fail("a number without digits");
    while (peek() >= '0' && peek() <= '9')
        ++at_;
}

}  // namespace crm::form
