#include <algorithm>
#include <cctype>
#include <variant>

#include "base/text.hpp"
#include "form/vcard.hpp"
#include "form/vcard_parse.hpp"

/// jCard, RFC 7095: ["vcard", [[name, {parameters}, type, value…], …]], alone or in an array of them.
namespace crm::form {
namespace {

struct Json;
using Array = std::vector<Json>;
using Members = std::vector<std::pair<std::string, Json>>;

/// Numbers and words are kept as they stand: a card's values are text.
struct Json {
    std::variant<std::string, Array, Members> value;

    const std::string* text() const { return std::get_if<std::string>(&value); }
    const Array* array() const { return std::get_if<Array>(&value); }
    const Members* members() const { return std::get_if<Members>(&value); }
};

struct Bad {};  ///< thrown within this file at the first byte that is no JSON

class JsonText {
public:
    explicit JsonText(std::string_view text) : text_(text) {}

    std::size_t at() const { return at_; }
    char peek() {
        while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
        return at_ < text_.size() ? text_[at_] : '\0';
    }
    bool take(char c) { return peek() == c && (++at_, true); }
    void expect(char c) {
        if (!take(c)) throw Bad();
    }

    Json value(int depth = 0) {
        if (depth > 32) throw Bad();
        switch (peek()) {
        case '"': return {string()};
        case '[': {
            Array all;
            each('[', ']', [&] { all.push_back(value(depth + 1)); });
            return {std::move(all)};
        }
        case '{': {
            Members all;
            each('{', '}', [&] {
                peek();
                std::string name = string();
                expect(':');
                all.emplace_back(std::move(name), value(depth + 1));
            });
            return {std::move(all)};
        }
        default: {
            const std::size_t start = at_;
            while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || std::string_view("+-.").find(text_[at_]) != std::string_view::npos)) ++at_;
            if (at_ == start) throw Bad();
            const std::string_view word = text_.substr(start, at_ - start);
            return {std::string(word == "null" ? "" : word)};
        }
        }
    }

    template <class F>
    void each(char open, char close, F&& one) {
        expect(open);
        if (take(close)) return;
        do one();
        while (take(','));
        expect(close);
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;

    unsigned unit() {
        if (at_ + 4 > text_.size()) throw Bad();
        unsigned c = 0;
        for (int i = 0; i < 4; ++i) {
            const auto digit = std::string_view("0123456789abcdef").find(static_cast<char>(std::tolower(static_cast<unsigned char>(text_[at_++]))));
            if (digit == std::string_view::npos) throw Bad();
            c = c * 16 + static_cast<unsigned>(digit);
        }
        return c;
    }

    std::string string() {
        expect('"');
        std::string out;
        for (;;) {
            const std::size_t stop = text_.find_first_of("\"\\", at_);
            if (stop == std::string_view::npos) throw Bad();
            out += text_.substr(at_, stop - at_);
            at_ = stop + 1;
            if (text_[stop] == '"') return out;
            if (at_ == text_.size()) throw Bad();
            switch (const char c = text_[at_++]; c) {
            case 'n': out += '\n'; break;
            case 't': out += '\t'; break;
            case 'r': out += '\r'; break;
            case 'b':
            case 'f': out += ' '; break;
            case 'u': {
                char32_t c32 = unit();
                if (c32 >= 0xD800 && c32 < 0xDC00 && text_.substr(at_, 2) == "\\u") {
                    at_ += 2;
                    const char32_t low = unit();
                    c32 = low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((c32 - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
                }
                if (c32 != 0) append_character(c32, out);
                break;
            }
            default: out += c;
            }
        }
    }
};

/// A component: text, or a list of texts.
std::string part(const Json& json) {
    if (const std::string* text = json.text()) return escaped(*text);
    std::string out;
    if (const Array* all = json.array())
        for (const Json& one : *all) {
            if (&one != &all->front()) out += ',';
            if (const std::string* text = one.text()) out += escaped(*text);
        }
    return out;
}

std::string property_value(const Array& row) {
    const std::string* type = row[2].text();
    const bool uri = type && *type == "uri";
    std::string out;
    for (std::size_t i = 3; i < row.size(); ++i) {
        if (i > 3) out += ',';
        if (const Array* all = row[i].array()) {
            for (const Json& one : *all) {
                if (&one != &all->front()) out += ';';
                out += part(one);
            }
        } else if (const std::string* text = row[i].text()) {
            out += uri ? *text : escaped(*text);
        }
    }
    return out;
}

void add_property(const Json& json, Card& card) {
    const Array* row = json.array();
    if (!row || row->size() < 4 || !row->front().text()) return;
    Property p;
    p.name = upper_ascii(*row->front().text());
    p.line = card.line;
    if (const Members* members = (*row)[1].members())
        for (const auto& [name, value] : *members) {
            const std::string upper = upper_ascii(name);
            const auto add = [&](const Json& one) {
                if (const std::string* text = one.text(); !text || text->empty()) return;
                else if (upper == "GROUP") p.group = *text;
                else p.parameters.push_back({upper, *text});
            };
            if (const Array* all = value.array()) std::ranges::for_each(*all, add);
            else add(value);
        }
    if (const std::string* type = (*row)[2].text(); type && *type == "uri") p.parameters.push_back({"VALUE", "uri"});
    p.value = property_value(*row);
    if (p.name == "VERSION") card.version = 40;
    else card.properties.push_back(std::move(p));
}

}  // namespace

Expected<void> read_jcards(std::string_view json, const CardSink& sink) {
    JsonText text(json);
    long line = 1;
    std::size_t counted = 0;
    const auto here = [&] {
        line += std::count(json.begin() + static_cast<std::ptrdiff_t>(counted), json.begin() + static_cast<std::ptrdiff_t>(text.at()), '\n');
        counted = text.at();
        return line;
    };
    // The word "vcard" was read; its list of properties follows.
    const auto card = [&] {
        text.expect(',');
        text.peek();
        Card one;
        one.line = here();
        one.version = 40;
        text.each('[', ']', [&] { add_property(text.value(), one); });
        sink.card(std::move(one));
        if (sink.progress) sink.progress(text.at());
    };
    const auto word = [&] {
        const Json first = text.value();
        if (!first.text() || *first.text() != "vcard") throw Bad();
    };
    try {
        text.expect('[');
        if (text.peek() == '"') {
            word();
            card();
            text.expect(']');
        } else if (!text.take(']')) {
            do {
                text.expect('[');
                word();
                card();
                text.expect(']');
            } while (text.take(','));
            text.expect(']');
        }
    } catch (const Bad&) {
        Error error(Fault::rejected, "not_jcard", "this is no jCard");
        error.at = static_cast<std::size_t>(here());
        return std::unexpected(std::move(error));
    }
    return {};
}

}  // namespace crm::form
