#include "base/text.hpp"
#include "form/vcard.hpp"
#include "form/vcard_lines.hpp"
#include "form/vcard_parse.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <utility>

/// xCard, RFC 6351. A reader of as much XML as that needs: no entities but the five and numbers, no
/// DTD.
namespace crm::form {
namespace {

struct Bad {};  ///< thrown within this file where it is no XML

struct Node {
    std::string name;  ///< without prefix, lower case
    std::string text;
    std::string attribute_name;  ///< of a group
    std::vector<Node> children;
};

class Xml {
public:
    explicit Xml(std::string_view text) : text_(text) {}

    std::size_t at() const { return at_; }
    /// Whether a value was longer than a line may be, since the last call; it is left out.
    bool had_too_long() { return std::exchange(had_too_long_, false); }

    /// Moves behind the next tag that opens an element and gives its name; empty at the end of the
    /// text.
    std::string open() {
        for (;;) {
            const std::size_t lt = text_.find('<', at_);
            if (lt == none) {
                at_ = text_.size();
                return std::string();
            }
            at_ = lt;
            if (passed_over())
                continue;
            if (text_.substr(at_).starts_with("</")) {
                past(">");
                continue;
            }
            return tag().name;
        }
    }

    /// The content of the element that `open` has found, up to and with its end.
    Node element(std::string name, int depth = 0) {
        Node node;
        node.name = std::move(name);
        node.attribute_name = name_attribute_;
        if (empty_)
            return node;
        if (depth > 32)
            throw Bad();
        for (;;) {
            const std::size_t lt = text_.find('<', at_);
            if (lt == none)
                throw Bad();
            if (fits(node, lt - at_))
                characters(text_.substr(at_, lt - at_), node.text);
            at_ = lt;
            const std::string_view rest = text_.substr(at_);
            if (rest.starts_with("</")) {
                past(">");
                return node;
            }
            if (rest.starts_with("<![CDATA[")) {
                const std::size_t end = text_.find("]]>", at_);
                if (end == none)
                    throw Bad();
                if (fits(node, end - at_ - 9))
                    node.text += text_.substr(at_ + 9, end - at_ - 9);
                at_ = end + 3;
            } else if (!passed_over()) {
                Tag inner = tag();
                node.children.push_back(element(std::move(inner.name), depth + 1));
            }
        }
    }

private:
    struct Tag {
        std::string name;
    };

    /// The limits of a line of a vCard, so that what is read can be written as one.
    bool fits(const Node& node, std::size_t more) {
        const bool fit = node.text.size() + more <=
                         (node.name == "uri" ? ContentLines::most_binary : ContentLines::most_text);
        had_too_long_ = had_too_long_ || !fit;
        return fit;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool had_too_long_ = false;
    bool empty_ = false;          ///< the last tag was <…/>
    std::string name_attribute_;  ///< of the last tag

    void past(std::string_view end) {
        const std::size_t found = text_.find(end, at_);
        if (found == none)
            throw Bad();
        at_ = found + end.size();
    }

    /// A comment, a processing instruction or a declaration.
    bool passed_over() {
        const std::string_view rest = text_.substr(at_);
        if (rest.starts_with("<!--"))
            past("-->");
        else if (rest.starts_with("<?"))
            past("?>");
        else if (rest.starts_with("<!DOCTYPE"))
            throw Bad();
        else
            return false;
        return true;
    }

    Tag tag() {
        const std::size_t start = at_ + 1;
        // A '>' may stand within a quoted attribute.
        std::size_t end = start;
        for (char quote = '\0'; end < text_.size() && (quote || text_[end] != '>'); ++end) {
            if (quote ? text_[end] == quote : text_[end] == '"' || text_[end] == '\'')
                quote = quote ? '\0' : text_[end];
        }
        if (end >= text_.size())
            throw Bad();
        std::string_view inside = text_.substr(start, end - start);
        at_ = end + 1;
        empty_ = inside.ends_with('/');
        if (empty_)
            inside.remove_suffix(1);
        std::string_view name = inside.substr(0, inside.find_first_of(" \t\r\n"));
        name_attribute_.clear();
        if (const auto attribute = inside.find(" name=");
            attribute != none && attribute + 7 < inside.size()) {
            const std::string_view value = inside.substr(attribute + 7);
            characters(value.substr(0, value.find(inside[attribute + 6])), name_attribute_);
        }
        if (const auto colon = name.rfind(':'); colon != none)
            name.remove_prefix(colon + 1);
        if (name.empty())
            throw Bad();
        return {text::lower_ascii(name)};
    }

    static void characters(std::string_view s, std::string& out) {
        for (std::size_t i = 0; i < s.size();) {
            const std::size_t amp = std::min(s.find('&', i), s.size());
            out += s.substr(i, amp - i);
            i = amp;
            if (i == s.size())
                return;
            const std::size_t end = s.substr(i, 12).find(';');
            if (end == none) {
                out += s[i++];
                continue;
            }
            entity(s.substr(i + 1, end - 1), out);
            i += end + 1;
        }
    }

    static void entity(std::string_view name, std::string& out) {
        constexpr std::pair<std::string_view, char> known[] = {
            {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
        for (const auto& [word, c] : known)
            if (word == name) {
                out += c;
                return;
            }
        if (!name.starts_with('#'))
            throw Bad();
        const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
        char32_t c = 0;
        for (const char digit : name.substr(hex ? 2 : 1)) {
            const auto value =
                std::string_view("0123456789abcdef")
                    .find(static_cast<char>(std::tolower(static_cast<unsigned char>(digit))));
            if (value == none || (!hex && value > 9) || c > 0x10FFFF)
                throw Bad();
            c = c * (hex ? 16 : 10) + static_cast<char32_t>(value);
        }
        if (c != 0)
            append_character(c, out);
    }
};

constexpr std::array<std::string_view, 5> name_parts = {"surname", "given", "additional", "prefix",
                                                        "suffix"};
constexpr std::array<std::string_view, 7> address_parts = {"pobox",  "ext",  "street", "locality",
                                                           "region", "code", "country"};

std::string structured(const Node& node, std::span<const std::string_view> parts) {
    std::string out;
    for (const std::string_view part : parts) {
        if (part != parts.front())
            out += ';';
        bool first = true;
        for (const Node& child : node.children)
            if (child.name == part) {
                if (!first)
                    out += ',';
                out += escaped(child.text);
                first = false;
            }
    }
    return out;
}

void add_xml_property(const Node& node, const std::string& group, Card& card) {
    Property p;
    p.group = group;
    p.name = upper_ascii(node.name);
    p.line = card.line;
    const char between = p.name == "ORG" || p.name == "GENDER" ? ';' : ',';
    bool first = true;
    for (const Node& child : node.children) {
        if (child.name == "parameters") {
            for (const Node& parameter : child.children)
                for (const Node& value : parameter.children)
                    if (!value.text.empty())
                        p.parameters.push_back({upper_ascii(parameter.name), value.text});
            continue;
        }
        if (!first)
            p.value += between;
        first = false;
        if (child.name == "uri")
            p.parameters.push_back({"VALUE", "uri"});
        p.value +=
            child.name == "uri" ? std::string(text::trimmed(child.text)) : escaped(child.text);
    }
    if (p.name == "N")
        p.value = structured(node, name_parts);
    if (p.name == "ADR")
        p.value = structured(node, address_parts);
    card.properties.push_back(std::move(p));
}

}  // namespace

Expected<void> read_xcards(std::string_view xml, const CardSink& sink) {
    Xml text(xml);
    long line = 1;
    std::size_t counted = 0, cards = 0;
    const auto here = [&] {
        line += std::count(xml.begin() + static_cast<std::ptrdiff_t>(counted),
                           xml.begin() + static_cast<std::ptrdiff_t>(text.at()), '\n');
        counted = text.at();
        return line;
    };
    const auto wrong = [&] {
        Error error(Fault::rejected, "not_xcard", "this is not an xCard");
        error.at = static_cast<std::size_t>(here());
        return std::unexpected(std::move(error));
    };
    try {
        for (std::string name = text.open(); !name.empty(); name = text.open()) {
            if (name != "vcard")
                continue;
            Card card;
            card.version = 40;
            card.line = here();
            for (const Node& node : text.element(std::move(name)).children) {
                if (node.name != "group")
                    add_xml_property(node, {}, card);
                else
                    for (const Node& inner : node.children)
                        add_xml_property(inner, node.attribute_name, card);
            }
            if (text.had_too_long())
                card.refuse(std::string(too_long_value));
            ++cards;
            sink.card(std::move(card));
            if (sink.progress)
                sink.progress(text.at());
        }
    } catch (const Bad&) {
        return wrong();
    }
    if (cards == 0)
        return wrong();
    return {};
}

}  // namespace crm::form
