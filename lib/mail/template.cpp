#include "mail/template.hpp"

#include "base/text.hpp"
#include "mail/markdown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace crm::mail {
namespace {

using Piece = Template::Piece;
using Kind = Piece::Kind;

const std::vector<std::string>& values_of(const Values& values, std::string_view path) {
    static const std::vector<std::string> none;
    const auto it = values.find(path);
    return it == values.end() ? none : it->second;
}

/// Runs through pieces with the sections taken: calls `take(index, value)` for each text and tag
/// that is reached, text with an empty value.
class Walk {
public:
    using Take = std::function<void(std::size_t, const std::string*)>;
    Walk(std::size_t count, std::function<const Piece*(std::size_t)> piece, const Values& values,
         Take take)
        : count_(count), piece_(std::move(piece)), values_(values), take_(std::move(take)) {}

    void run() { range(0, count_); }

private:
    /// The close of the section that is opened at `open`.
    std::size_t close_of(std::size_t open) const {
        int depth = 0;
        for (std::size_t i = open;; ++i) {
            const Kind kind = piece_(i)->kind;
            if (kind == Kind::open || kind == Kind::open_inverted)
                ++depth;
            else if (kind == Kind::close && --depth == 0)
                return i;
        }
    }

    void range(std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i) {
            const Piece& piece = *piece_(i);
            if (piece.kind == Kind::text)
                take_(i, nullptr);
            else if (piece.kind == Kind::tag)
                tag(i, piece);
            else
                i = section(i, piece);
        }
    }

    void tag(std::size_t i, const Piece& piece) {
        const std::string path = piece.text == "." ? within_ : piece.text;
        if (const auto item = items_.find(path); item != items_.end())
            return take_(i, &item->second);
        const std::string all = text::joined(values_of(values_, path), ", ");
        take_(i, &all);
    }

    std::size_t section(std::size_t open, const Piece& piece) {
        const std::size_t close = close_of(open);
        const auto& values = values_of(values_, piece.text);
        take_(open, nullptr);
        if (piece.kind == Kind::open_inverted) {
            if (values.empty())
                range(open + 1, close);
        } else {
            const std::string outer = std::exchange(within_, piece.text);
            for (const std::string& value : values) {
                const auto kept = items_;
                items_[piece.text] = value;
                range(open + 1, close);
                items_ = kept;
            }
            within_ = outer;
        }
        take_(close, nullptr);
        return close;
    }

    std::size_t count_;
    std::function<const Piece*(std::size_t)> piece_;
    const Values& values_;
    Take take_;
    std::map<std::string, std::string, std::less<>> items_;  ///< of the lists that are run through
    std::string within_;
};

std::string html_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else if (c == '\'')
            out += "&#39;";
        else if (c == '\n')
            out += "<br />\n";
        else if (static_cast<unsigned char>(c) >= ' ' || c == '\t')
            out += c;
    }
    return out;
}

/// Part of a URL: all but unreserved characters is encoded (RFC 3986, 2.3); of a whole URL what
/// separates its parts stays.
std::string url_escaped(std::string_view text, std::string_view kept) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool letter =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter || std::string_view("-._~").contains(c) || kept.contains(c))
            out += c == '&' ? "&amp;" : std::string(1, c);
        else
            out += fmt::format("%{:02X}", byte);
    }
    return out;
}

std::string whole_url(std::string_view text) {
    const std::string url(text::trimmed(text));
    const bool schemed = url.find("://") != std::string::npos || is_safe_link(url);
    const std::string full = schemed || url.empty() ? url : "https://" + url;
    return is_safe_link(full) ? url_escaped(full, ":/?#[]@!$&()*+,;=%") : std::string();
}

}  // namespace

Template::Template(std::string_view text, std::string_view name) : text_(text), name_(name) {
    for (std::size_t at = 0; at < text_.size();) {
        const auto open = text_.find("{{", at);
        if (open != at)
            pieces_.push_back({Kind::text, text_.substr(at, open - at), at});
        if (open == std::string::npos)
            break;
        const auto close = text_.find("}}", open);
        if (close == std::string::npos)
            throw this->at(open, "invalid_template", "{{ without }}", "");
        std::string_view inside =
            text::trimmed(std::string_view(text_).substr(open + 2, close - open - 2));
        at = close + 2;
        if (inside.starts_with('!'))
            continue;
        Kind kind = Kind::tag;
        if (inside.starts_with('#'))
            kind = Kind::open;
        else if (inside.starts_with('^'))
            kind = Kind::open_inverted;
        else if (inside.starts_with('/'))
            kind = Kind::close;
        if (kind != Kind::tag)
            inside = text::trimmed(inside.substr(1));
        if (inside.empty() || inside.find_first_of("{}&") != std::string_view::npos)
            throw this->at(open, "invalid_template", "this is not a tag", "{{name}}");
        pieces_.push_back({kind, std::string(inside), open});
    }
    check_sections();
}

void Template::check_sections() const {
    std::vector<const Piece*> open;
    for (const Piece& piece : pieces_) {
        if (piece.kind == Kind::open || piece.kind == Kind::open_inverted)
            open.push_back(&piece);
        if (piece.kind != Kind::close)
            continue;
        if (open.empty() || open.back()->text != piece.text)
            throw wrong(piece, "invalid_template",
                        open.empty() ? fmt::format("{{{{/{}}}}} closes no section", piece.text)
                                     : fmt::format("{{{{/{}}}}} within the section {{{{#{}}}}}",
                                                   piece.text, open.back()->text));
        open.pop_back();
    }
    if (!open.empty())
        throw wrong(*open.back(), "invalid_template",
                    fmt::format("the section {{{{#{0}}}}} is not closed", open.back()->text),
                    fmt::format("{{{{/{}}}}}", open.back()->text));
}

std::vector<const Piece*> Template::paths() const {
    std::vector<const Piece*> out;
    for (const Piece& piece : pieces_)
        if (piece.kind != Kind::text && piece.kind != Kind::close && piece.text != ".")
            out.push_back(&piece);
    return out;
}

Error Template::wrong(const Piece& piece, std::string code, std::string message,
                      std::string hint) const {
    return at(piece.at, std::move(code), std::move(message), std::move(hint));
}

Error Template::at(std::size_t place, std::string code, std::string message,
                   std::string hint) const {
    const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<long>(place), '\n');
    const auto before = place == 0 ? std::string::npos : text_.rfind('\n', place - 1);
    const std::size_t begin = before == std::string::npos ? 0 : before + 1;
    Error error(Fault::usage, std::move(code), fmt::format("{}:{}: {}", name_, line, message),
                std::move(hint));
    error.place = text_.substr(begin, text_.find('\n', place) - begin);
    error.at = place - begin;
    return error;
}

std::string Template::filled(const Values& values) const {
    std::string out;
    Walk(
        pieces_.size(), [&](std::size_t i) { return &pieces_[i]; }, values,
        [&](std::size_t i, const std::string* value) {
            if (value != nullptr)
                out += *value;
            else if (pieces_[i].kind == Kind::text)
                out += pieces_[i].text;
        })
        .run();
    return out;
}

namespace {

/// Whether a section is opened or closed on a line of its own.
bool stands_alone(const std::vector<Piece>& pieces, std::size_t at) {
    const auto is_text = [](const Piece& piece) { return piece.kind == Kind::text; };
    if (is_text(pieces[at]) || pieces[at].kind == Kind::tag)
        return false;
    const bool begins = at == 0 || (is_text(pieces[at - 1]) && pieces[at - 1].text.ends_with('\n'));
    const bool ends = at + 1 == pieces.size() ||
                      (is_text(pieces[at + 1]) && pieces[at + 1].text.starts_with('\n'));
    return begins && ends;
}

}  // namespace

MarkdownTemplate::MarkdownTemplate(const Template& source) {
    for (const Piece& piece : source.pieces())
        if (piece.kind != Kind::text)
            pieces_.push_back(piece);
    // A word of letters and digits that the template does not have, and Markdown leaves as it is.
    for (int i = 0;; ++i) {
        mark_ = fmt::format("crmslot{}q", i);
        if (std::ranges::none_of(source.pieces(), [&](const Piece& piece) {
                return piece.kind == Kind::text && piece.text.find(mark_) != std::string::npos;
            }))
            break;
    }
    std::string markdown;
    std::size_t n = 0;
    for (std::size_t i = 0; i < source.pieces().size(); ++i) {
        const Piece& piece = source.pieces()[i];
        const bool alone = stands_alone(source.pieces(), i);
        // A paragraph of its own, so that what is between two of them stays whole.
        markdown += alone ? "\n" : "";
        markdown += piece.kind == Kind::text ? piece.text : fmt::format("{}{}z", mark_, n++);
        markdown += alone ? "\n" : "";
    }
    const Rendered rendered = render_markdown(markdown, mark_);
    text_ = slots(rendered.text, false);
    html_ = slots(rendered.html, true);
}

namespace {

/// Whether what is between two positions of HTML is the inside of a tag.
bool within_tag(std::string_view html) {
    const auto open = html.rfind('<'), close = html.rfind('>');
    return open != std::string_view::npos && (close == std::string_view::npos || close < open);
}

}  // namespace

std::vector<MarkdownTemplate::Slot> MarkdownTemplate::slots(std::string_view rendered,
                                                            bool html) const {
    std::vector<Slot> out;
    std::size_t at = 0;
    for (;;) {
        const auto found = rendered.find(mark_, at);
        if (found == std::string_view::npos)
            break;
        std::size_t index = 0;
        const char* digits = rendered.data() + found + mark_.size();
        const auto [end, wrong] = std::from_chars(digits, rendered.data() + rendered.size(), index);
        Slot slot{Slot::Place::text, std::string(rendered.substr(at, found - at)), nullptr};
        if (html && within_tag(rendered.substr(0, found)))
            slot.place =
                slot.before.ends_with("href=\"") ? Slot::Place::url : Slot::Place::attribute;
        slot.piece = &pieces_.at(index);
        at = static_cast<std::size_t>(end - rendered.data()) + 1;
        // A section that stands alone in a paragraph or line leaves no empty one behind.
        if (slot.piece->kind != Kind::tag) {
            const std::string_view after = rendered.substr(at);
            if (html && slot.before.ends_with("<p>") && after.starts_with("</p>\n")) {
                slot.before.resize(slot.before.size() - 3);
                at += 5;
            } else if (!html && (slot.before.empty() || slot.before.ends_with('\n')) &&
                       after.starts_with('\n')) {
                at += after.starts_with("\n\n") ? 2 : 1;
            }
        }
        out.push_back(std::move(slot));
    }
    out.push_back({Slot::Place::text, std::string(rendered.substr(at)), nullptr});
    return out;
}

namespace {

template <class Slots, class Put>
std::string fill(const Slots& slots, const Values& values, const Put& put) {
    // Each slot is a text and the piece after it.
    std::vector<Piece> texts(slots.size(), Piece{Kind::text, "", 0});
    const auto piece = [&](std::size_t i) {
        return i % 2 == 0 ? &texts[i / 2] : slots[i / 2].piece;
    };
    std::string out;
    Walk(slots.size() * 2 - 1, piece, values, [&](std::size_t i, const std::string* value) {
        if (i % 2 == 0)
            out += slots[i / 2].before;
        else if (value != nullptr)
            out += put(slots[i / 2].place, *value);
    }).run();
    return out;
}

}  // namespace

std::string MarkdownTemplate::text(const Values& values) const {
    return fill(text_, values, [](Slot::Place, const std::string& value) {
        std::string out;
        for (const char c : value)
            if (static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\t')
                out += c;
        return out;
    });
}

std::string MarkdownTemplate::html(const Values& values) const {
    return fill(html_, values, [](Slot::Place place, const std::string& value) {
        if (place == Slot::Place::url)
            return whole_url(value);
        return place == Slot::Place::attribute ? url_escaped(value, "") : html_escaped(value);
    });
}

}  // namespace crm::mail
