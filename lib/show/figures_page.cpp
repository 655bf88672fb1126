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
class Table {
public:
    explicit Table(const Figures& figures) : figures_(figures) {
        const bool money = std::ranges::any_of(figures.columns, [](const FigureColumn& column) {
            return column.kind == FigureKind::money;
        });
        unit_ = shared_currency();
        for (std::size_t i = 0; i < figures.columns.size(); ++i) {
            whole_.push_back(is_whole(i));
            if (!(money && i == figures.currency))
                columns_.push_back(i);
        }
    }

    void write(std::string_view caption, std::size_t most_rows, Html& out) const {
        out += "<div class=\"box\"><table>\n<caption>";
        out += shown(caption);
        out += "</caption>\n<thead><tr>";
        for (const std::size_t i : columns_)
            head(figures_.columns[i], out);
        out += "</tr></thead>\n<tbody>\n";
        const std::size_t count =
            most_rows == 0 ? figures_.rows.size() : std::min(most_rows, figures_.rows.size());
        for (std::size_t i = 0; i < count; ++i)
            row(figures_.rows[i], out);
        out += "</tbody>\n";
        if (!figures_.totals.empty())
            foot(out);
        out += "</table></div>\n";
    }

private:
    std::string shared_currency() const {
        std::string_view found;
        for (const FigureRow& row : figures_.rows) {
            const std::string_view currency = figures_.currency_of(row);
            if (!found.empty() && !currency.empty() && currency != found)
                return {};
            if (!currency.empty())
                found = currency;
        }
        return std::string(found);
    }

    /// Whether amounts can be shown without their decimals, all of which are 0.
    bool is_whole(std::size_t column) const {
        if (figures_.columns[column].kind != FigureKind::money)
            return false;
        const auto whole = [&](const FigureRow& row) {
            const std::string& text = row.cells[column];
            const auto point = text.find('.');
            return point == text.npos || text.find_first_not_of('0', point + 1) == text.npos;
        };
        return std::ranges::all_of(figures_.rows, whole) &&
               std::ranges::all_of(figures_.totals, whole);
    }

    void head(const FigureColumn& column, Html& out) const {
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
            column.kind == FigureKind::money && !unit_.empty() ? unit_ : column.unit;
        if (!unit.empty()) {
            out += ", ";
            out += shown(unit);
        }
        out += "</button></th>";
    }

    std::string text_of(const FigureRow& row, std::size_t i) const {
        std::string_view exact = row.cells[i];
        if (exact.empty() && row.total && figures_.columns[i].group)
            return {};
        if (whole_[i])
            exact = exact.substr(0, exact.find('.'));
        std::string text = figure_text(figures_.columns[i], exact);
        if (figures_.columns[i].kind == FigureKind::money && unit_.empty() && !text.empty())
            if (const std::string_view code = figures_.currency_of(row); !code.empty())
                (text += ' ') += code;
        return text;
    }

    void cell(const FigureRow& row, std::size_t i, Html& out) const {
        const std::string text = text_of(row, i);
        out += "<td";
        if (figures_.columns[i].numeric())
            out += " class=\"n\"";
        if (text != row.cells[i]) {
            out += " data-v=\"";
            out += shown(row.cells[i]);
            out += "\"";
        }
        out += ">";
        out += shown(text);
    }

    void row(const FigureRow& row, Html& out) const {
        if (row.total)
            out += "<tr class=\"sub\">";
        else
            out += "<tr>";
        for (const std::size_t i : columns_)
            cell(row, i, out);
        out += "\n";
    }

    void foot(Html& out) const {
        out += "<tfoot>\n";
        for (const FigureRow& total : figures_.totals) {
            out += "<tr>";
            for (const std::size_t i : columns_) {
                if (i > 0 || !figures_.columns[0].group) {
                    cell(total, i, out);
                    continue;
                }
                out += "<th scope=\"row\">Total";
                if (figures_.totals.size() > 1) {
                    out += " ";
                    out += shown(figures_.currency_of(total));
                }
                out += "</th>";
            }
            out += "\n";
        }
        out += "</tfoot>\n";
    }

    const Figures& figures_;
    std::string unit_;                  // of all money
    std::vector<bool> whole_;           // by column
    std::vector<std::size_t> columns_;  // that are shown
};

void charts(const Panel& panel, std::size_t number, Html& out) {
    const std::vector<Chart> all =
        charts_of(panel.figures, panel.chart, {.bars = most_bars, .series = most_series});
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

void write_panel(const Panel& panel, const FiguresPage& page, std::size_t number, Html& out) {
    if (panel.wide)
        out += "<section class=\"wide\">\n";
    else
        out += "<section>\n";
    const std::string& title = panel.title.empty() ? page.title : panel.title;
    if (!panel.title.empty()) {
        out += "<h2>";
        out += shown(panel.title);
        out += "</h2>\n";
    }
    if (!panel.large.empty()) {
        out += "<p class=\"large\">";
        out += shown(panel.large);
        out += "</p>\n";
        paragraph(out, panel.change);
    } else if (panel.figures.rows.empty()) {
        paragraph(out, panel.empty.empty() ? "There is nothing to show." : panel.empty);
    } else {
        charts(panel, number, out);
        const std::string help = panel.help.empty() ? "" : ": " + panel.help;
        Table(panel.figures).write(title + help, panel.most_rows, out);
    }
    for (const std::string& note : panel.figures.notes) {
        out += "<p class=\"note\">Note: ";
        out += shown(note);
        out += "</p>\n";
    }
    if (!panel.link.empty()) {
        out += "<p><a href=\"";
        out += escaped(panel.link);
        out += "\">";
        out += escaped(panel.most_rows > 0 && panel.figures.rows.size() > panel.most_rows
                           ? fmt::format("All {} rows", panel.figures.rows.size())
                           : std::string("Own page"));
        out += "</a></p>\n";
    }
    out += "</section>\n";
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

}  // namespace

std::string figures_page(const FiguresPage& page) {
    const Html script = file_named("figures.js");
    Html out;
    head(page, out);
    out += "<main>\n";
    for (std::size_t i = 0; i < page.panels.size(); ++i)
        write_panel(page.panels[i], page, i, out);
    out += "</main>\n";
    foot(page, out);
    out += "<script>";
    out += script;
    out += "</script>\n";
    return page_begin(text::visible(page.title), file_named("figures.css"), script, "en") +
           out.text() + std::string(page_end);
}

}  // namespace crm::show
