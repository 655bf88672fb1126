#include "show/html.hpp"

#include "base/base64.hpp"
#include "base/sha256.hpp"

#include <fmt/format.h>

#include <utility>

namespace crm::show {

Html escaped(std::string_view plain) {
    Html out;
    for (const char c : plain) {
        switch (c) {
            case '&':
                out.text_ += "&amp;";
                break;
            case '<':
                out.text_ += "&lt;";
                break;
            case '>':
                out.text_ += "&gt;";
                break;
            case '"':
                out.text_ += "&quot;";
                break;
            case '\'':
                out.text_ += "&#39;";
                break;
            default:
                if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t')
                    out.text_ += c;
        }
    }
    return out;
}

Html safe_html(std::string markup) {
    Html out;
    out.text_ = std::move(markup);
    return out;
}

namespace {

/// Up to the body: nothing is loaded, and there are no scripts but those that `scripts` allows.
std::string document_head(std::string_view title, const Html& style, std::string_view scripts,
                          std::string_view language) {
    Html out("<!doctype html>\n<html lang=\"");
    out += escaped(language);
    out +=
        "\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src ";
    out += escaped(source_hash(style.text()));
    out += escaped(scripts);
    out += "; base-uri 'none'; form-action 'none'\">\n<title>";
    out += escaped(title);
    out += "</title>\n<style>";
    out += style;
    out += "</style>\n</head>\n<body>\n";
    return out.text();
}

}  // namespace

std::string source_hash(std::string_view text) {
    return fmt::format("'sha256-{}'", to_base64(sha256_digest(text)));
}

std::string page_begin(std::string_view title, const Html& style, std::string_view language) {
    Html whole(
        "body{font:15px/1.5 sans-serif;margin:2em auto;padding:0 "
        "1em}table{border-collapse:collapse}td,th{padding:.25em .8em .25em 0;border-bottom:1px "
        "solid #ddd;text-align:left;vertical-align:top}");
    whole += style;
    return document_head(title, whole, "", language);
}

std::string page_begin(std::string_view title, const Html& style, const Html& script,
                       std::string_view language) {
    return document_head(title, style, "; script-src " + source_hash(script.text()), language);
}

std::string page(std::string_view title, const Html& style, const Html& body,
                 std::string_view language) {
    return page_begin(title, style, language) + body.text() + std::string(page_end);
}

}  // namespace crm::show
