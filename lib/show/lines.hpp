#pragma once

#include "show/cell.hpp"
#include "show/writer.hpp"

namespace crm::show {

/// What the formats of one line per row have in common: the header comes before the first row, or
/// alone when there is none.
class Lines : public Writer {
public:
    Lines(std::span<const Column> columns, const Style& style, Sink& sink, bool header)
        : columns_(columns),
          style_(style),
          sink_(sink),
          header_due_(style.header.value_or(header)) {}

    void row(std::span<const Cells> values) final {
        begin();
        line(values);
        sink_.row();
    }
    void end() final {
        if (!style_.if_any)
            begin();
        close();
        sink_.flush();
    }

protected:
    virtual void header() {}
    virtual void line(std::span<const Cells> values) = 0;
    virtual void close() {}

    std::string& out() { return sink_.text; }

    void tsv_value(std::size_t column, Cells cells) {
        // What a person is shown has no control characters left, and its backslashes are those that
        // show them.
        if (style_.person)
            out() += terminal_text(columns_[column], cells, style_, scratch_);
        else
            append_tsv(raw_text(columns_[column], cells, style_, scratch_), out());
    }

    std::span<const Column> columns_;
    const Style& style_;
    std::string scratch_;

private:
    void begin() {
        if (header_due_)
            header();
        header_due_ = false;
    }

    Sink& sink_;
    bool header_due_;
};

/// What has a place in a calendar, from the columns uid, updated_at, name or subject, start, end,
/// duration, due, close_date, location, status, priority, description, as far as there are such.
std::unique_ptr<Writer> ics_writer(std::span<const Column> columns, Sink& sink);
/// Throws io where libxlsxwriter is not installed.
std::unique_ptr<Writer> xlsx_writer(std::span<const Column> columns, const Style& style,
                                    Sink& sink);
std::unique_ptr<Writer> table_writer(std::span<const Column> columns, const Style& style,
                                     Sink& sink);
/// A page whose title is that of the style.
std::unique_ptr<Writer> html_writer(std::span<const Column> columns, const Style& style,
                                    Sink& sink);
std::unique_ptr<Writer> json_writer(std::span<const Column> columns, const Style& style, Sink& sink,
                                    bool array);

}  // namespace crm::show
