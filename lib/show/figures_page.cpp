#include "show/figures_page.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace crm {

std::span<const EmbeddedFile> figures_page_files();

}  // namespace crm

namespace crm::show {

using report::ColumnType;
using report::Result;
using report::Row;

namespace {

constexpr std::size_t most_bars = 20;
constexpr std::size_t most_series = 5;

Html file_named(std::string_view name) {
    for (const EmbeddedFile& file : figures_page_files())
        if (file.name == name)
            return Html(file);
    throw Error(Fault::internal, "no_file", fmt::format("{} is not part of the program", name));
}

/// What a record says, as a person reads it.
Html shown(std::string_view text) {
    return escaped(text::visible(text, true));
}

void paragraph(Html& out, std::string_view text) {
    if (text.empty())
        return;
    out += "<p>";
    out += shown(text);
    out += "</p>\n";
}

/// A table: which columns it has, and how their cells are written.
class FiguresTable {
public:
    explicit FiguresTable(const Panel& panel)
        : panel_(panel), result_(panel.result), unit_(shared_currency()) {
        const bool money = std::ranges::any_of(result_.columns, [](const report::Column& column) {
            return column.type == ColumnType::money;
        });
        for (std::size_t i = 0; i < result_.columns.size(); ++i) {
            whole_.push_back(is_whole(i));
            const bool is_level = has_totals() && result_.columns[i].name == "level";
            if (!(money && i == result_.currency()) && !is_level)
                columns_.push_back(i);
        }
    }

    void write(std::string_view caption, Html& out) const {
        out += "<div class=\"box\"><table>\n<caption>";
        out += shown(caption);
        out += "</caption>\n<thead><tr>";
        for (const std::size_t i : columns_)
            head(result_.columns[i], out);
        out += "</tr></thead>\n<tbody>\n";
        for (std::size_t i = 0; i < result_.rows.size(); ++i)
            if (!(has_totals() && result_.level(i) == 0))
                row(result_.rows[i], result_.level(i) < result_.groups(), out);
        out += "</tbody>\n";
        if (!panel_.totals.empty())
            foot(out);
        out += "</table></div>\n";
    }

private:
    /// Rows of --totals stand among the others, in bold; those of the whole report in the foot
    /// only.
    bool has_totals() const { return !panel_.totals.empty() && result_.groups() > 0; }

    std::string currency_of(const Row& row) const {
        const std::size_t at = result_.currency();
        return at < row.size() ? report::text_of(row[at]) : std::string();
    }

    std::string shared_currency() const {
        std::string found;
        for (const Row& row : result_.rows) {
            const std::string currency = currency_of(row);
            if (!found.empty() && !currency.empty() && currency != found)
                return {};
            if (!currency.empty())
                found = currency;
        }
        return found;
    }

    /// Whether amounts can be shown without their decimals, all of which are 0.
    bool is_whole(std::size_t column) const {
        if (result_.columns[column].type != ColumnType::money)
            return false;
        const auto whole = [&](const Row& row) {
            const std::string text = report::text_of(row[column]);
            const auto point = text.find('.');
            return point == text.npos || text.find_first_not_of('0', point + 1) == text.npos;
        };
        return std::ranges::all_of(result_.rows, whole) &&
               std::ranges::all_of(panel_.totals, whole);
    }

    void head(const report::Column& column, Html& out) const {
        out += "<th scope=\"col\"";
        if (column.numeric())
            out += " class=\"n\"";
        if (!column.help.empty()) {
            out += " title=\"";
            out += shown(column.help);
            out += "\"";
        }
        out += " aria-sort=\"none\"><button>";
        out += shown(column.heading());
        const std::string& unit =
            column.type == ColumnType::money && !unit_.empty() ? unit_ : column.unit;
        if (!unit.empty()) {
            out += ", ";
            out += shown(unit);
        }
        out += "</button></th>";
    }

    std::string text_of(const Row& row, std::size_t i, bool total) const {
        std::string exact = report::text_of(row[i]);
        if (exact.empty() && total && result_.columns[i].group)
            return {};
        if (whole_[i])
            exact.resize(std::min(exact.find('.'), exact.size()));
        std::string text = figure_text(result_.columns[i], exact);
        if (result_.columns[i].type == ColumnType::money && unit_.empty() && !text.empty())
            if (const std::string code = currency_of(row); !code.empty())
                (text += ' ') += code;
        return text;
    }

    void cell(const Row& row, std::size_t i, bool total, Html& out) const {
        const std::string text = text_of(row, i, total);
        const std::string exact = report::text_of(row[i]);
        out += "<td";
        if (result_.columns[i].numeric())
            out += " class=\"n\"";
        else if (is_time(exact))
            out += " class=\"t\"";
        if (text != exact) {
            out += " data-v=\"";
            out += shown(exact);
            out += "\"";
        }
        out += ">";
        out += shown(text);
    }

    void row(const Row& row, bool total, Html& out) const {
        if (total)
            out += "<tr class=\"sub\">";
        else
            out += "<tr>";
        for (const std::size_t i : columns_)
            cell(row, i, total, out);
        out += "\n";
    }

    void foot(Html& out) const {
        out += "<tfoot>\n";
        for (const Row& total : panel_.totals) {
            out += "<tr>";
            for (const std::size_t i : columns_) {
                if (i > 0 || !result_.columns[0].group) {
                    cell(total, i, true, out);
                    continue;
                }
                out += "<th scope=\"row\">Total";
                if (panel_.totals.size() > 1) {
                    out += " ";
                    out += shown(currency_of(total));
                }
                out += "</th>";
            }
            out += "\n";
        }
        out += "</tfoot>\n";
    }

    const Panel& panel_;
    const Result& result_;
    std::string unit_;                  // of all money
    std::vector<bool> whole_;           // by column
    std::vector<std::size_t> columns_;  // that are shown
};

void charts(const Panel& panel, std::size_t number, Html& out) {
    const std::vector<Chart> all =
        charts_of(panel.result, panel.chart, {.bars = most_bars, .series = most_series});
    for (std::size_t i = 0; i < all.size(); ++i) {
        out += "<figure>";
        out += chart_svg(all[i], fmt::format("c{}-{}", number, i));
        out += "<figcaption>";
        out += shown(all[i].title);
        if (all[i].left_out > 0)
            out += escaped(fmt::format("; {} more {} not drawn", all[i].left_out,
                                       all[i].left_out == 1 ? "is" : "are"));
        out += "</figcaption></figure>\n";
    }
}

void large_figures(const Panel& panel, Html& out) {
    for (const LargeFigure& figure : panel.large) {
        out += "<p class=\"large\">";
        out += shown(figure.value);
        out += "</p>\n";
        paragraph(out, figure.change);
    }
}

void write_panel(const Panel& panel, const FiguresPage& page, std::size_t number, Html& out) {
    if (panel.wide)
        out += "<section class=\"wide\">\n";
    else
        out += "<section>\n";
    if (!panel.title.empty()) {
        out += "<h2>";
        out += shown(panel.title);
        out += "</h2>\n";
    }
    if (!panel.large.empty()) {
        large_figures(panel, out);
    } else if (panel.result.rows.empty()) {
        paragraph(out, "There is nothing to show.");
    } else {
        charts(panel, number, out);
        FiguresTable(panel).write(panel.help.empty() ? page.title : panel.help, out);
    }
    for (const std::string& note : panel.result.notes) {
        out += "<p class=\"note\">Note: ";
        out += shown(note);
        out += "</p>\n";
    }
    out += "</section>\n";
}

/// Large figures beside each other share a row.
void body(const FiguresPage& page, Html& out) {
    out += "<main>\n";
    bool in_row = false;
    for (std::size_t i = 0; i < page.panels.size(); ++i) {
        const bool is_large = !page.panels[i].large.empty() && !page.panels[i].wide;
        if (is_large && !in_row)
            out += "<div class=\"large-row\">\n";
        else if (!is_large && in_row)
            out += "</div>\n";
        in_row = is_large;
        write_panel(page.panels[i], page, i, out);
    }
    if (in_row)
        out += "</div>\n";
    out += "</main>\n";
}

void head(const FiguresPage& page, Html& out) {
    out += "<header>\n<h1>";
    out += shown(page.title);
    out += "</h1>\n";
    paragraph(out, page.help);
    out += "<p class=\"facts\">";
    for (std::size_t i = 0; i < page.facts.size(); ++i) {
        if (i > 0)
            out += " · ";
        out += shown(page.facts[i]);
    }
    out += "</p>\n</header>\n";
}

void foot(const FiguresPage& page, Html& out) {
    out += "<footer>\n<p>";
    out += shown(page.version);
    if (!page.command.empty()) {
        out += " · <code>";
        out += shown(page.command);
        out += "</code>";
    }
    out += "</p>\n";
    if (!page.sql.empty()) {
        out += "<details><summary>SQL</summary><pre>";
        out += shown(page.sql);
        out += "</pre></details>\n";
    }
    out += "</footer>\n";
}

void index(const std::vector<IndexEntry>& entries, Html& out) {
    out += "<main>\n<section class=\"wide\">\n<div class=\"box\"><table>\n<caption>";
    out += Html(entries.size());
    out += " pages</caption>\n<thead><tr>";
    out += "<th scope=\"col\" aria-sort=\"none\"><button>Report</button></th>";
    out += "<th scope=\"col\" aria-sort=\"none\"><button>Shows</button></th>";
    out += "<th scope=\"col\" class=\"n\" aria-sort=\"none\"><button>Rows</button></th>";
    out += "</tr></thead>\n<tbody>\n";
    for (const IndexEntry& entry : entries) {
        out += "<tr><td><a href=\"";
        out += escaped(entry.file);
        out += "\">";
        out += shown(entry.title);
        out += "</a></td><td>";
        out += shown(entry.help);
        out += "</td><td class=\"n\">";
        out += Html(entry.rows);
        out += "</td></tr>\n";
    }
    out += "</tbody>\n</table></div>\n</section>\n</main>\n";
}

/// A whole page, of what `write` writes between its head and its foot.
template <class Write>
std::string whole_page(const FiguresPage& page, Write&& write) {
    const Html script = file_named("figures.js");
    Html out;
    head(page, out);
    write(out);
    foot(page, out);
    out += "<script>";
    out += script;
    out += "</script>\n";
    return page_begin(text::visible(page.title), file_named("figures.css"), script, "en") +
           out.text() + std::string(page_end);
}

}  // namespace

std::string figures_page(const FiguresPage& page) {
    return whole_page(page, [&](Html& out) { body(page, out); });
}

std::string index_page(const FiguresPage& page, const std::vector<IndexEntry>& entries) {
    return whole_page(page, [&](Html& out) { index(entries, out); });
}

}  // namespace crm::show
