#include "show/graph_page.hpp"

#include "base/text.hpp"
#include "show/html.hpp"

#include <algorithm>

namespace crm::show {
namespace {

constexpr std::size_t column_width = 300, line_height = 22, picture_margin = 30;
constexpr int longest_name = 30;
constexpr std::size_t text_width = 240;  ///< where the lines begin

/// The columns are centred: where the middle of a name is.
std::size_t middle_of(const GraphPage& graph, std::size_t column, std::size_t place) {
    std::size_t most = 0;
    for (const GraphPage::Column& other : graph.columns)
        most = std::max(most, other.names.size());
    const std::size_t above = (most - graph.columns[column].names.size()) * line_height / 2;
    return picture_margin + above + place * line_height + line_height / 2;
}

std::size_t height_of(const GraphPage& graph) {
    std::size_t most = 0;
    for (const GraphPage::Column& column : graph.columns)
        most = std::max(most, column.names.size());
    return 2 * picture_margin + most * line_height;
}

void add_line(const GraphPage& graph, std::size_t column, std::pair<std::size_t, std::size_t> line,
              Html& out) {
    out += "<line x1=\"";
    out += Html(column * column_width + text_width);
    out += "\" y1=\"";
    out += Html(middle_of(graph, column, line.first));
    out += "\" x2=\"";
    out += Html((column + 1) * column_width - 6);
    out += "\" y2=\"";
    out += Html(middle_of(graph, column + 1, line.second));
    out += "\"/>\n";
}

void add_text(std::string_view name, std::size_t x, std::size_t y, std::string_view kind,
              Html& out) {
    out += "<text class=\"";
    out += escaped(kind);
    out += "\" x=\"";
    out += Html(x);
    out += "\" y=\"";
    out += Html(y);
    out += "\"><title>";
    out += escaped(text::visible(name));
    out += "</title>";
    out += escaped(text::clipped(text::visible(name), longest_name));
    out += "</text>\n";
}

Html graph_picture(const GraphPage& graph) {
    Html out("<svg role=\"img\" aria-label=\"");
    out += escaped(text::visible(graph.title));
    out += "\" width=\"";
    out += Html(graph.columns.size() * column_width);
    out += "\" height=\"";
    out += Html(height_of(graph));
    out += "\">\n";
    for (std::size_t i = 0; i < graph.columns.size(); ++i) {
        for (const auto& line : graph.columns[i].lines)
            add_line(graph, i, line, out);
        add_text(graph.columns[i].heading, i * column_width, picture_margin - 12, "head", out);
        for (std::size_t place = 0; place < graph.columns[i].names.size(); ++place)
            add_text(graph.columns[i].names[place], i * column_width,
                     middle_of(graph, i, place) + 5, "name", out);
    }
    out += "</svg>\n";
    return out;
}

Html row_of(const std::vector<std::string>& cells, bool is_head) {
    Html out("<tr>");
    for (const std::string& cell : cells) {
        out += is_head ? Html("<th>") : Html("<td>");
        out += escaped(text::visible(cell));
        out += is_head ? Html("</th>") : Html("</td>");
    }
    out += "</tr>\n";
    return out;
}

}  // namespace

std::string graph_page(const GraphPage& graph) {
    const Html style(
        ".box{overflow:auto}svg{font:14px sans-serif}svg line{stroke:#bbb}"
        "svg text{fill:currentColor}svg .head{font-weight:bold}.facts{color:#666}");
    Html body("<h1>");
    body += escaped(text::visible(graph.title));
    body += "</h1>\n<p class=\"facts\">";
    body += escaped(text::visible(text::joined(graph.facts, " · ")));
    body += "</p>\n<div class=\"box\">\n";
    body += graph_picture(graph);
    body += "</div>\n<table>\n<thead>";
    body += row_of(graph.head, true);
    body += "</thead>\n<tbody>\n";
    for (const auto& row : graph.rows)
        body += row_of(row, false);
    body += "</tbody></table>\n";
    return page(text::visible(graph.title), style, body);
}

}  // namespace crm::show
