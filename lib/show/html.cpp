#include "show/html.hpp"

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

std::string page_begin(std::string_view title, const Html& style, std::string_view language) {
    Html out("<!doctype html>\n<html lang=\"");
    out += escaped(language);
    out +=
        "\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" "
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>";
    out += escaped(title);
    out +=
        "</title>\n<style>body{font:15px/1.5 sans-serif;margin:2em auto;padding:0 "
        "1em}table{border-collapse:collapse}td,th{padding:.25em .8em .25em 0;border-bottom:1px "
        "solid #ddd;text-align:left;vertical-align:top}";
    out += style;
    out += "</style></head><body>\n";
    return out.text();
}

std::string page(std::string_view title, const Html& style, const Html& body,
                 std::string_view language) {
    return page_begin(title, style, language) + body.text() + std::string(page_end);
}

}  // namespace crm::show
