#include "base/ascii.hpp"
#include "base/text.hpp"
#include "form/vcard.hpp"
#include "form/vcard_parse.hpp"

#include <algorithm>

namespace crm::form {
namespace {

/// `find_first_of` for a few characters in short text, where a call per character would cost more
/// than the comparison.
template <char... wanted>
std::size_t find_any(std::string_view s, std::size_t at) {
    while (at < s.size() && ((s[at] != wanted) && ...))
        ++at;
    return at;
}

/// RFC 6868: ^n ^' ^^.
std::string uncareted(std::string_view value) {
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char next = i + 1 < value.size() ? value[i + 1] : '\0';
        if (value[i] != '^' || (next != 'n' && next != '\'' && next != '^')) {
            out += value[i];
            continue;
        }
        out += next == 'n' ? '\n' : next == '\'' ? '"' : '^';
        ++i;
    }
    return out;
}

void parameter_value(std::string_view value, std::string& out) {
    const bool quoted =
        find_any<',', ';', ':', '\n'>(value, 0) < value.size() || value != text::trimmed(value);
    if (quoted)
        out += '"';
    for (const char c : value) {
        if (c == '^')
            out += "^^";
        else if (c == '"')
            out += "^'";
        else if (c == '\n')
            out += "^n";
        else if (c != '\r')
            out += c;
    }
    if (quoted)
        out += '"';
}

/// A parameter without "=", as vCard 2.1 has them.
std::string_view bare_name(std::string_view value) {
    for (const std::string_view encoding : {"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT"})
        if (value == encoding)
            return "ENCODING";
    for (const std::string_view kind : {"INLINE", "URL", "CONTENT-ID", "CID"})
        if (value == kind)
            return "VALUE";
    return "TYPE";
}

/// Reads one parameter value at `at`, which moves past it.
std::string parameter_value(std::string_view line, std::size_t& at) {
    std::string value;
    while (at < line.size() && line[at] != ',' && line[at] != ';' && line[at] != ':') {
        if (line[at] == '"') {
            if (const std::size_t close = line.find('"', at + 1); close != none) {
                value += line.substr(at + 1, close - at - 1);
                at = close + 1;
                continue;
            }
        }
        const std::size_t stop = find_any<',', ';', ':', '"'>(line, at + 1);
        value += line.substr(at, stop - at);
        at = stop;
    }
    return value;
}

bool name_char(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '/' || static_cast<unsigned char>(c) >= 0x80;
}

/// Group and name of a content line; gives the offset of what follows, npos when it is none.
std::size_t read_names(std::string_view line, Property& property) {
    std::size_t start = 0, at = 0;
    for (; at < line.size() && line[at] != ';' && line[at] != ':'; ++at) {
        if (line[at] == '.' && start == 0 && at > 0) {
            property.group.assign(line.substr(0, at));
            start = at + 1;
        } else if (!name_char(line[at])) {
            return none;
        }
    }
    property.name = upper_ascii(line.substr(start, at - start));
    return property.name.empty() || at == line.size() ? none : at;
}

/// The words of a TYPE: "HOME,VOICE" within quotation marks and HOME\,VOICE are two.
void add_types(std::string_view words, Property& property) {
    for (std::string_view word : text::split(words, ',')) {
        word = text::trimmed(word);
        while (word.ends_with('\\'))
            word.remove_suffix(1);
        if (!word.empty())
            property.parameters.push_back({"TYPE", std::string(word)});
    }
}

/// One parameter with all its values; gives the offset of what follows.
std::size_t read_parameter(std::string_view line, std::size_t at, int version, Property& property) {
    const std::size_t end = find_any<'=', ';', ':', ',', '"'>(line, at);
    const std::string_view word = text::trimmed(line.substr(at, end - at));
    std::string name;
    if (end < line.size() && line[end] == '=') {
        name = upper_ascii(word);
        if (name.starts_with("X-"))
            name = word;
        at = end + 1;
    }
    const bool bare = name.empty();
    do {
        if (at < line.size() && line[at] == ',')
            ++at;
        std::string value = parameter_value(line, at);
        if (bare)
            name = bare_name(upper_ascii(value));
        if (version >= 30 && value.find('^') != std::string::npos)
            value = uncareted(value);
        if (name == "TYPE")
            add_types(value, property);
        else if (!value.empty())
            property.parameters.push_back({name, std::move(value)});
    } while (at < line.size() && line[at] == ',');
    return at;
}

}  // namespace

std::string upper_ascii(std::string_view s) {
    std::string out(s);
    for (char& c : out)
        c = to_upper(c);
    return out;
}

bool same_word(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return to_upper(x) == to_upper(y);
           });
}

std::size_t read_head(std::string_view line, int version, Property& property) {
    std::size_t at = read_names(line, property);
    if (at == none)
        return none;
    while (at < line.size() && line[at] == ';') {
        ++at;
        at = read_parameter(line, at, version, property);
    }
    return at < line.size() && line[at] == ':' ? at + 1 : none;
}

const std::string* Property::parameter(std::string_view wanted) const {
    for (const Parameter& p : parameters)
        if (same_word(p.name, wanted))
            return &p.value;
    return nullptr;
}

bool Property::has(std::string_view wanted, std::string_view word) const {
    return std::ranges::any_of(parameters, [&](const Parameter& p) {
        return same_word(p.name, wanted) && same_word(p.value, word);
    });
}

std::string unescaped(std::string_view value) {
    std::string out;
    if (value.find('\\') == none && value.find('\r') == none) {
        out.assign(value);
        return out;
    }
    out.reserve(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i], next = i + 1 < value.size() ? value[i + 1] : '\0';
        if (c == '\r') {
            if (next != '\n')
                out += '\n';
        } else if (c != '\\') {
            out += c;
        } else if (next == 'n' || next == 'N') {
            out += '\n';
            ++i;
        } else if (next == '\\' || next == ',' || next == ';' || next == ':') {
            out += next;
            ++i;
        } else {
            out += c;
        }
    }
    return out;
}

std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 8);
    for (std::size_t i = 0; i < text.size(); ++i) {
        switch (text[i]) {
            case '\\':
                out += "\\\\";
                break;
            case ',':
                out += "\\,";
                break;
            case ';':
                out += "\\;";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                if (i + 1 == text.size() || text[i + 1] != '\n')
                    out += "\\n";
                break;
            default:
                out += text[i];
        }
    }
    return out;
}

std::vector<std::string_view> components(std::string_view value, char separator) {
    std::vector<std::string_view> parts;
    std::size_t start = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '\\') {
            ++i;
        } else if (value[i] == separator) {
            parts.push_back(value.substr(start, i - start));
            start = i + 1;
        }
    }
    parts.push_back(value.substr(start));
    return parts;
}

std::string content_line(const Property& property) {
    std::string out;
    out.reserve(property.value.size() + 40);
    if (!property.group.empty())
        (out += property.group) += '.';
    out += property.name;
    const std::vector<Parameter>& all = property.parameters;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i > 0 && all[i].name == all[i - 1].name) {
            out += ',';
        } else {
            ((out += ';') += all[i].name) += '=';
        }
        parameter_value(all[i].value, out);
    }
    out += ':';
    for (std::size_t i = 0; i < property.value.size(); ++i) {
        const char c = property.value[i];
        if (c == '\n' ||
            (c == '\r' && (i + 1 == property.value.size() || property.value[i + 1] != '\n')))
            out += "\\n";
        else if (c != '\r')
            out += c;
    }
    return out;
}

void append_folded(std::string_view line, std::string& out) {
    // Behind a = such a line would go on with a soft line break, which takes the = away.
    const bool has_soft_breaks = line.find("QUOTED-PRINTABLE") != std::string_view::npos;
    std::size_t room = 75;
    while (line.size() > room) {
        std::size_t cut = room;
        while (cut > 1 && (static_cast<unsigned char>(line[cut]) & 0xC0) == 0x80)
            --cut;
        while (has_soft_breaks && cut > 1 && line[cut - 1] == '=')
            --cut;
        out += line.substr(0, cut);
        out += "\r\n ";
        line.remove_prefix(cut);
        room = 74;
    }
    out += line;
    out += "\r\n";
}

}  // namespace crm::form
