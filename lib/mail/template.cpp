#include "mail/template.hpp"

#include "base/text.hpp"
#include "mail/markdown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace crm::mail {
namespace {

using Piece = Template::Piece;
using Kind = Piece::Kind;

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
            out += c;
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

namespace {

Error lost(const Template& source, const Piece& piece) {
    return source.wrong(
        piece, "invalid_template",
        fmt::format("the section {} begins or ends in a link, an image or HTML", piece.text),
        "put all of the link into the section");
}

}  // namespace

MarkdownTemplate::MarkdownTemplate(const Template& source) {
    // A tag that comes again has the same slot: a link that shows its own address shows it once.
    std::vector<std::size_t> indexes;
    for (const Piece& piece : source.pieces()) {
        const auto same = [&](const Piece& other) {
            return other.kind == Kind::tag && piece.kind == Kind::tag && other.text == piece.text;
        };
        const auto found = std::ranges::find_if(pieces_, same);
        indexes.push_back(static_cast<std::size_t>(found - pieces_.begin()));
        if (found == pieces_.end() && piece.kind != Kind::text)
            pieces_.push_back(piece);
    }
    // A word of letters and digits that the template does not have, and Markdown leaves as it is.
    for (int i = 0;; ++i) {
        mark_ = fmt::format("crmslot{}q", i);
        if (std::ranges::none_of(source.pieces(), [&](const Piece& piece) {
                return piece.kind == Kind::text && piece.text.find(mark_) != std::string::npos;
            }))
            break;
    }
    std::string markdown;
    for (std::size_t i = 0; i < source.pieces().size(); ++i) {
        const Piece& piece = source.pieces()[i];
        const bool alone = stands_alone(source.pieces(), i);
        // A paragraph of its own, so that what is between two of them stays whole.
        markdown += alone ? "\n" : "";
        markdown += piece.kind == Kind::text ? piece.text : fmt::format("{}{}z", mark_, indexes[i]);
        markdown += alone ? "\n" : "";
    }
    const Rendered rendered = render_with_slots(markdown, mark_);
    text_ = slots(rendered.text, false);
    html_ = slots(rendered.html, true);
    check_sections(source, text_);
    check_sections(source, html_);
}

/// Markdown leaves out some of what is written, such as addresses that are not safe: then a section
/// may have lost its begin or its end.
void MarkdownTemplate::check_sections(const Template& source, const std::vector<Slot>& slots) {
    std::vector<const Piece*> open;
    for (const Slot& slot : slots) {
        if (slot.piece == nullptr || slot.piece->kind == Kind::tag)
            continue;
        const bool closes = slot.piece->kind == Kind::close;
        if (closes && (open.empty() || open.back()->text != slot.piece->text))
            throw lost(source, *slot.piece);
        if (closes)
            open.pop_back();
        else
            open.push_back(slot.piece);
    }
    if (!open.empty())
        throw lost(source, *open.back());
}

namespace {

/// Whether a position of HTML, what is before it, is inside a tag.
bool within_tag(std::string_view html) {
    const auto open = html.rfind('<'), close = html.rfind('>');
    return open != std::string_view::npos && (close == std::string_view::npos || close < open);
}

/// Whether a position of rendered text is inside an address, or begins one after `<`.
bool within_address(std::string_view text) {
    const auto begin = text.find_last_of(" \t\n<(");
    const std::string_view begun = text.substr(begin == std::string_view::npos ? 0 : begin + 1);
    return text.ends_with('<') || begun.contains("://") || begun.starts_with("mailto:");
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
        const std::string_view before = rendered.substr(0, found);
        if (html ? within_tag(before) : within_address(before))
            slot.place = before.ends_with(html ? "href=\"" : "<") ? Slot::Place::url
                                                                  : Slot::Place::attribute;
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
    walk_template(slots.size() * 2 - 1, piece, values,
                  [&](std::size_t i, const std::string* value) {
                      if (i % 2 == 0)
                          append_filled(out, slots[i / 2].before);
                      else if (value != nullptr)
                          append_filled(out, put(slots[i / 2].place, *value));
                  });
    return out;
}

}  // namespace

bool MarkdownTemplate::always_shows(std::string_view path) const {
    const auto shows = [&](const std::vector<Slot>& slots) {
        int depth = 0;
        for (const Slot& slot : slots) {
            if (slot.piece == nullptr)
                continue;
            if (slot.piece->kind == Kind::tag && slot.piece->text == path && depth == 0)
                return true;
            if (slot.piece->kind == Kind::close)
                --depth;
            else if (slot.piece->kind != Kind::tag)
                ++depth;
        }
        return false;
    };
    return shows(text_) && shows(html_);
}

std::string MarkdownTemplate::text(const Values& values) const {
    return with_underlines(fill(text_, values, [](Slot::Place place, const std::string& value) {
        if (place != Slot::Place::text)
            return place == Slot::Place::url ? whole_url(value) : url_escaped(value, "");
        std::string out;
        for (const char c : value)
            if (static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\t')
                out += c;
        return out;
    }));
}

std::string MarkdownTemplate::html(const Values& values) const {
    return fill(html_, values, [](Slot::Place place, const std::string& value) {
        if (place == Slot::Place::url)
            return html_escaped(whole_url(value));
        return place == Slot::Place::attribute ? url_escaped(value, "") : html_escaped(value);
    });
}

}  // namespace crm::mail
