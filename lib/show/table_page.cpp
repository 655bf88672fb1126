#include "base/text.hpp"
#include "show/cell.hpp"
#include "show/html.hpp"
#include "show/lines.hpp"

namespace crm::show {
namespace {

/// A page with one table, written row by row.
class TablePage final : public Lines {
public:
    TablePage(std::span<const Column> columns, const Style& style, Sink& sink)
        : Lines(columns, style, sink, true) {
        if (!style.if_any)
            open();
    }

private:
    void open() {
        opened_ = true;
        out() += page_begin(style_.title, Html("td.n,th.n{text-align:right}"));
        Html heading("<h1>");
        heading += escaped(style_.title);
        heading += "</h1>\n<table>\n";
        out() += heading.text();
    }

    void header() override {
        if (!opened_)
            open();
        Html row("<thead><tr>");
        for (const Column& column : columns_) {
            if (right_aligned(column))
                row += "<th class=\"n\">";
            else
                row += "<th>";
            row += escaped(text::visible(column.title));
            row += "</th>";
        }
        row += "</tr></thead>\n";
        out() += row.text();
    }

    void line(std::span<const Cells> values) override {
        if (!opened_)
            open();
        Html row("<tr>");
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (right_aligned(columns_[i]))
                row += "<td class=\"n\">";
            else
                row += "<td>";
            row += escaped(text::visible(raw_text(columns_[i], values[i], style_, scratch_), true));
            row += "</td>";
        }
        row += "</tr>\n";
        out() += row.text();
    }

    void close() override {
        if (!opened_)
            return;
        out() += "</table>\n";
        out() += page_end;
    }

    bool opened_ = false;
};

}  // namespace

std::unique_ptr<Writer> html_writer(std::span<const Column> columns, const Style& style,
                                    Sink& sink) {
    return std::make_unique<TablePage>(columns, style, sink);
}

}  // namespace crm::show
