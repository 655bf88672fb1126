#include "mail/markdown.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace crm::mail {
namespace {

struct Free {
    void operator()(cmark_node* node) const { cmark_node_free(node); }
    void operator()(cmark_parser* parser) const { cmark_parser_free(parser); }
    void operator()(char* text) const { std::free(text); }
};

/// Takes a node out; what it contains stays in its place.
void unwrap(cmark_node* node) {
    while (cmark_node* child = cmark_node_first_child(node))
        cmark_node_insert_before(node, child);
    cmark_node_free(node);
}

bool leads_somewhere(std::string_view url, std::string_view slot) {
    return is_safe_link(url) || (!slot.empty() && url.starts_with(slot));
}

/// Removes raw HTML, pictures and links that lead anywhere else.
void remove_unsafe(cmark_node* document, std::string_view slot) {
    std::vector<cmark_node*> raw, wrapped;
    cmark_iter* iter = cmark_iter_new(document);
    while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
        cmark_node* node = cmark_iter_get_node(iter);
        if (cmark_iter_get_event_type(iter) != CMARK_EVENT_ENTER)
            continue;
        const cmark_node_type type = cmark_node_get_type(node);
        if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE)
            raw.push_back(node);
        else if (type == CMARK_NODE_IMAGE ||
                 (type == CMARK_NODE_LINK && !leads_somewhere(cmark_node_get_url(node), slot)))
            wrapped.push_back(node);
    }
    cmark_iter_free(iter);
    for (cmark_node* node : raw)
        cmark_node_free(node);
    for (cmark_node* node : wrapped)
        unwrap(node);
}

/// Begins the line below a heading, which is as long as that when values are filled in.
constexpr char underline_mark = '\x01';

/// Writes a document as plain text.
class TextRenderer {
public:
    std::string render(cmark_node* document) {
        blocks(document);
        return std::move(out_);
    }

private:
    void blocks(cmark_node* parent) {
        for (cmark_node* node = cmark_node_first_child(parent); node != nullptr;
             node = cmark_node_next(node))
            block(node);
    }

    void block(cmark_node* node) {
        switch (cmark_node_get_type(node)) {
            case CMARK_NODE_BLOCK_QUOTE:
                return quote(node);
            case CMARK_NODE_LIST:
                return list(node);
            case CMARK_NODE_CODE_BLOCK:
                return literal(node);
            case CMARK_NODE_THEMATIC_BREAK:
                return paragraph("----------");
            case CMARK_NODE_HEADING:
                return heading(node);
            default:
                break;
        }
        const std::string_view type = cmark_node_get_type_string(node);
        if (type == "table")
            return table(node);
        paragraph(inlines(node));
    }

    void paragraph(std::string_view text) {
        for (const std::string_view line : text::split(text, '\n'))
            this->line(line);
        space();
    }

    void heading(cmark_node* node) {
        line(inlines(node));
        line(std::string{underline_mark, cmark_node_get_heading_level(node) == 1 ? '=' : '-'});
        space();
    }

    void literal(cmark_node* node) {
        std::string_view text = cmark_node_get_literal(node);
        if (text.ends_with('\n'))
            text.remove_suffix(1);
        for (const std::string_view l : text::split(text, '\n'))
            line("    " + std::string(l));
        space();
    }

    void list(cmark_node* node) {
        const bool ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
        int number = cmark_node_get_list_start(node);
        const bool outer = std::exchange(tight_, cmark_node_get_list_tight(node) != 0);
        for (cmark_node* item = cmark_node_first_child(node); item != nullptr;
             item = cmark_node_next(item)) {
            const std::string mark = ordered ? fmt::format("{}. ", number++) : "- ";
            indented(item, mark, std::string(mark.size(), ' '));
        }
        tight_ = outer;
        space();
    }

    void quote(cmark_node* node) {
        const bool outer = std::exchange(tight_, false);
        indented(node, "> ", "> ");
        tight_ = outer;
        space();
    }

    void indented(cmark_node* node, const std::string& first, const std::string& rest) {
        const std::string outer = prefix_;
        first_ += first;
        prefix_ += rest;
        blocks(node);
        prefix_ = outer;
        first_ = outer;
    }

    void table(cmark_node* node) {
        for (cmark_node* row = cmark_node_first_child(node); row != nullptr;
             row = cmark_node_next(row)) {
            std::string cells;
            for (cmark_node* cell = cmark_node_first_child(row); cell != nullptr;
                 cell = cmark_node_next(cell))
                cells += (cells.empty() ? "" : " | ") + inlines(cell);
            line(cells);
        }
        space();
    }

    std::string inlines(cmark_node* parent) {
        std::string out;
        for (cmark_node* node = cmark_node_first_child(parent); node != nullptr;
             node = cmark_node_next(node))
            out += inline_text(node);
        return out;
    }

    std::string inline_text(cmark_node* node) {
        switch (cmark_node_get_type(node)) {
            case CMARK_NODE_TEXT:
            case CMARK_NODE_CODE:
                return cmark_node_get_literal(node);
            case CMARK_NODE_SOFTBREAK:
            case CMARK_NODE_LINEBREAK:
                return "\n";
            case CMARK_NODE_LINK:
                return link(node);
            default:
                return inlines(node);
        }
    }

    std::string link(cmark_node* node) {
        const std::string shown = inlines(node);
        const std::string url = cmark_node_get_url(node);
        const bool says_it = shown == url || "mailto:" + shown == url || "tel:" + shown == url;
        return shown.empty() ? url : says_it ? shown : fmt::format("{} <{}>", shown, url);
    }

    void line(std::string_view text) {
        if (gap_ && !out_.empty())
            append(*gap_);
        gap_.reset();
        append(first_ + std::string(text));
        first_ = prefix_;
    }
    void append(std::string_view line) {
        out_ += line.substr(0, line.find_last_not_of(' ') + 1);
        out_ += '\n';
    }
    /// An empty line before the next block, if there is one: in a quote, where both are in it.
    void space() {
        gap_.reset();
        if (!tight_)
            gap_ = prefix_;
    }

    std::string out_;
    std::string first_, prefix_;      ///< before the next line, and before those after it
    std::optional<std::string> gap_;  ///< what begins the empty line that is still to be written
    bool tight_ = false;              ///< in a list without empty lines
};

}  // namespace

bool is_safe_link(std::string_view url) {
    const std::string lower = text::lower_ascii(url);
    constexpr std::string_view schemes[] = {"http://", "https://", "mailto:", "tel:"};
    return std::ranges::any_of(schemes,
                               [&](std::string_view scheme) { return lower.starts_with(scheme); });
}

Rendered render_markdown(std::string_view markdown) {
    Rendered out = render_with_slots(markdown, {});
    out.text = with_underlines(out.text);
    return out;
}

std::string with_underlines(std::string_view text) {
    constexpr int longest = 70;
    std::string out;
    std::size_t heading = 0, line = 0;  // where they begin in `out`
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == underline_mark && at + 1 < text.size()) {
            const std::size_t indent = out.size() - line;
            const std::string_view title = std::string_view(out).substr(heading, line - heading);
            const int width =
                text::width(text::trimmed(title.substr(std::min(indent, title.size()))));
            out.append(static_cast<std::size_t>(std::clamp(width, 1, longest)), text[++at]);
            continue;
        }
        out += text[at];
        if (text[at] == '\n') {
            heading = line;
            line = out.size();
        }
    }
    return out;
}

Rendered render_with_slots(std::string_view markdown, std::string_view slot) {
    cmark_gfm_core_extensions_ensure_registered();
    const std::unique_ptr<cmark_parser, Free> parser(cmark_parser_new(CMARK_OPT_DEFAULT));
    for (const char* name : {"table", "strikethrough", "autolink"})
        if (cmark_syntax_extension* extension = cmark_find_syntax_extension(name))
            cmark_parser_attach_syntax_extension(parser.get(), extension);
    cmark_parser_feed(parser.get(), markdown.data(), markdown.size());
    const std::unique_ptr<cmark_node, Free> document(cmark_parser_finish(parser.get()));
    remove_unsafe(document.get(), slot);
    const std::unique_ptr<char, Free> html(cmark_render_html(
        document.get(), CMARK_OPT_DEFAULT, cmark_parser_get_syntax_extensions(parser.get())));
    return {TextRenderer().render(document.get()), html.get()};
}

}  // namespace crm::mail
