#include "show/lines.hpp"

#include "base/text.hpp"
#include "form/csv.hpp"
#include "meta/type.hpp"

#include <array>

namespace crm::show {
namespace {

/// In the order of Format.
constexpr std::array<std::string_view, 11> words{"table", "tsv",  "csv",  "json", "jsonl", "ids",
                                                 "md",    "html", "mutt", "ics",  "xlsx"};

class Tsv final : public Lines {
public:
    Tsv(std::span<const Column> columns, const Style& style, Sink& sink)
        : Lines(columns, style, sink, false) {}

private:
    void header() override {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (i)
                out() += '\t';
            append_tsv(columns_[i].title, out());
        }
        out() += '\n';
    }
    void line(std::span<const Cells> values) override {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (i)
                out() += '\t';
            tsv_value(i, values[i]);
        }
        out() += '\n';
    }
};

class Csv final : public Lines {
public:
    Csv(std::span<const Column> columns, const Style& style, Sink& sink)
        : Lines(columns, style, sink, true), csv_{.spreadsheet_safe = style.spreadsheet_safe} {}

private:
    void header() override {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (i)
                out() += ',';
            form::csv_cell(columns_[i].title, true, csv_, out());
        }
        out() += '\n';
    }
    void line(std::span<const Cells> values) override {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (i)
                out() += ',';
            const bool text = columns_[i].field
                                  ? !uncuttable(columns_[i])
                                  : !values[i].empty() && values[i][0].kind == View::Kind::text;
            form::csv_cell(cell_text(columns_[i], values[i], style_, scratch_), text, csv_, out());
        }
        out() += '\n';
    }

    form::CsvStyle csv_;
};

class Ids final : public Lines {
public:
    Ids(std::span<const Column> columns, const Style& style, Sink& sink)
        : Lines(columns, style, sink, false) {}

private:
    /// A row that is about no record is left out.
    void line(std::span<const Cells> values) override {
        const std::size_t before = out().size();
        if (!columns_.empty())
            tsv_value(0, values[0]);
        if (out().size() > before)
            out() += '\n';
    }
};

std::string_view md_escape(char c) {
    switch (c) {
        case '\n':
            return "<br>";
        case '\r':
            return " ";
        case '\\':
            return "\\\\";
        case '|':
            return "\\|";
        case '`':
            return "\\`";
        case '*':
            return "\\*";
        case '_':
            return "\\_";
        case '[':
            return "\\[";
        case ']':
            return "\\]";
        case '<':
            return "\\<";
        case '&':
            return "\\&";
        case '~':
            return "\\~";
        default:
            return {};
    }
}

/// A table of GitHub's Markdown.
class Md final : public Lines {
public:
    Md(std::span<const Column> columns, const Style& style, Sink& sink)
        : Lines(columns, style, sink, true) {}

private:
    void header() override {
        out() += '|';
        for (const Column& column : columns_) {
            out() += ' ';
            append_escaped(text::visible(column.title), out(), md_escape);
            out() += " |";
        }
        out() += "\n|";
        for (const Column& column : columns_)
            out() += right_aligned(column) ? " ---: |" : " --- |";
        out() += '\n';
    }
    void line(std::span<const Cells> values) override {
        out() += '|';
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            out() += ' ';
            // Raw lines become <br>; everything else that could steer a terminal is spelt out.
            append_escaped(text::visible(raw_text(columns_[i], values[i], style_, scratch_), true),
                           out(), md_escape);
            out() += " |";
        }
        out() += '\n';
    }
};

/// What mutt's query_command reads: a line that it shows, then address, name and a remark,
/// separated by TABs.
class Mutt final : public Lines {
public:
    Mutt(std::span<const Column> columns, const Style& style, Sink& sink)
        : Lines(columns, style, sink, true) {}

private:
    static std::string_view blank(char c) {
        return c == '\t' || c == '\n' || c == '\r' ? std::string_view(" ") : std::string_view();
    }

    void header() override {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (i)
                out() += '\t';
            append_escaped(columns_[i].title, out(), blank);
        }
        out() += '\n';
    }
    void line(std::span<const Cells> values) override {
        if (columns_.empty() || values[0].empty() || values[0][0].text.empty())
            return;
        if (!columns_[0].field || !columns_[0].field->is(meta::many))
            return entry(values[0][0].text, values);
        for (const meta::Item& item : meta::read_items(values[0][0].text))
            entry(item.value, values);
    }
    void entry(std::string_view address, std::span<const Cells> values) {
        append_escaped(text::visible(address), out(), blank);
        for (std::size_t i = 1; i < columns_.size(); ++i) {
            out() += '\t';
            append_escaped(terminal_text(columns_[i], values[i], style_, scratch_), out(), blank);
        }
        out() += '\n';
    }
};

}  // namespace

std::optional<Format> format_named(std::string_view word) {
    for (std::size_t i = 0; i < words.size(); ++i)
        if (words[i] == word)
            return static_cast<Format>(i);
    return {};
}

std::unique_ptr<Writer> writer(Format format, std::span<const Column> columns, const Style& style,
                               Sink& sink) {
    switch (format) {
        case Format::table:
            return table_writer(columns, style, sink);
        case Format::tsv:
            return std::make_unique<Tsv>(columns, style, sink);
        case Format::csv:
            return std::make_unique<Csv>(columns, style, sink);
        case Format::json:
            return json_writer(columns, style, sink, true);
        case Format::jsonl:
            return json_writer(columns, style, sink, false);
        case Format::ids:
            return std::make_unique<Ids>(columns, style, sink);
        case Format::md:
            return std::make_unique<Md>(columns, style, sink);
        case Format::html:
            return html_writer(columns, style, sink);
        case Format::mutt:
            return std::make_unique<Mutt>(columns, style, sink);
        case Format::ics:
            return ics_writer(columns, sink);
        case Format::xlsx:
            return xlsx_writer(columns, style, sink);
    }
    throw Error(Fault::internal, "no_format", "no such format");
}

}  // namespace crm::show
