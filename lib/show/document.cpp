#include "show/document.hpp"

#include "base/text.hpp"
#include "show/html.hpp"

#include <fmt/format.h>

namespace crm::show {
namespace {

constexpr char document_style[] =
    "body{max-width:48em}"
    "header{text-align:right;color:#555}"
    "table{width:100%}"
    "td:nth-child(n+3),th:nth-child(n+3),tfoot td{text-align:right}"
    "thead{display:table-header-group}"
    "tr{break-inside:avoid}"
    "tfoot tr:last-child{font-weight:bold}"
    "@page{margin:2cm}"
    "@media print{body{margin:0;max-width:none;font-size:11pt}}";

void add_paragraph(Html& out, const std::vector<std::string>& lines) {
    out += "<p>";
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i > 0)
            out += "<br>\n";
        out += escaped(lines[i]);
    }
    out += "</p>\n";
}

void add_table(Html& out, const Document& document) {
    out += "<table>\n<thead><tr>";
    for (const std::string& title : document.head) {
        out += "<th>";
        out += escaped(title);
        out += "</th>";
    }
    out += "</tr></thead>\n<tbody>\n";
    for (const auto& row : document.rows) {
        out += "<tr>";
        for (const std::string& cell : row) {
            out += "<td>";
            out += escaped(cell);
            out += "</td>";
        }
        out += "</tr>\n";
    }
    out += "</tbody>\n<tfoot>\n";
    for (const auto& [name, amount] : document.totals) {
        out += "<tr><td colspan=\"";
        out += escaped(std::to_string(document.head.size() - 1));
        out += "\">";
        out += escaped(name);
        out += "</td><td>";
        out += escaped(amount);
        out += "</td></tr>\n";
    }
    out += "</tfoot>\n</table>\n";
}

/// Text with the characters escaped that mean something in Markdown.
std::string escaped_markdown(std::string_view text) {
    constexpr std::string_view special = "\\`*_[]<>#|~";
    std::string out;
    for (const char c : text::visible(text)) {
        if (special.find(c) != std::string_view::npos)
            out += '\\';
        out += c;
    }
    return out;
}

}  // namespace

std::string document_html(const Document& document) {
    Html out("<header>");
    if (!document.seller.empty())
        add_paragraph(out, document.seller);
    out += "</header>\n";
    if (!document.customer.empty())
        add_paragraph(out, document.customer);
    out += "<h1>";
    out += escaped(document.title);
    out += "</h1>\n";
    std::vector<std::string> facts;
    for (const auto& [name, value] : document.facts)
        facts.push_back(name + ": " + value);
    add_paragraph(out, facts);
    add_table(out, document);
    for (const std::string& paragraph : document.paragraphs)
        add_paragraph(out, {paragraph});
    return page(document.title, Html(document_style), out, document.language);
}

std::string document_table_markdown(const Document& document) {
    std::string out = "|";
    for (const std::string& title : document.head)
        out += fmt::format(" {} |", escaped_markdown(title));
    out += "\n|";
    for (std::size_t i = 0; i < document.head.size(); ++i)
        out += i < 2 ? " --- |" : " ---: |";
    for (const auto& row : document.rows) {
        out += "\n|";
        for (const std::string& cell : row)
            out += fmt::format(" {} |", escaped_markdown(cell));
    }
    out += "\n\n";
    for (const auto& [name, amount] : document.totals)
        out += fmt::format("{}: **{}**  \n", escaped_markdown(name), escaped_markdown(amount));
    return out;
}

std::string document_markdown(const Document& document) {
    std::string out = "# " + escaped_markdown(document.title) + "\n\n";
    for (const auto* block : {&document.seller, &document.customer}) {
        for (const std::string& line : *block)
            out += escaped_markdown(line) + "  \n";
        if (!block->empty())
            out += "\n";
    }
    for (const auto& [name, value] : document.facts)
        out += fmt::format("{}: {}  \n", escaped_markdown(name), escaped_markdown(value));
    out += "\n" + document_table_markdown(document);
    for (const std::string& paragraph : document.paragraphs)
        out += "\n" + escaped_markdown(paragraph) + "\n";
    return out;
}

}  // namespace crm::show
