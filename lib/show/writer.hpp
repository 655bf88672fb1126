#pragma once

#include "base/error.hpp"
#include "base/value.hpp"
#include "meta/entity.hpp"
#include "meta/json.hpp"
#include "time/date.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Rows in, text out, in every format of cli.md 3.
namespace crm::show {

/// The cells of one value, as meta::text takes them (a link: short id and name; rows: all rows, one
/// after another). Those of a column without a field are one text or whole number. No cells at all
/// are an empty value.
using Cells = std::span<const View>;

/// What the cells of a column without a field are.
enum class Shape {
    plain,   ///< texts and whole numbers
    number,  ///< texts of numbers with fractions: numbers in JSON, at the right
    money,   ///< the same, a text in JSON, for a person with thousands separators
    bar,     ///< parts of one, drawn by a table as wide as there is room
    time,    ///< ISO dates or dates with times, for a person in words
};

struct Column {
    std::string title;                       ///< header, JSON key, name in a template
    const meta::FieldInfo* field = nullptr;  ///< how its cells are shown; null: as `shape` says
    Shape shape = Shape::plain;
    bool whole = false;  ///< in a table, the last to be cut
};

/// Where it is written and who reads it; all of it is passed in, since only cmd knows the terminal.
struct Style {
    std::string title;  ///< what the rows are, for formats that are pages
    std::optional<bool>
        header{};  ///< unset: as the format has it by itself (tsv none, csv, md and table one)
    bool if_any = false;  ///< without rows nothing, not even a header
    bool person = false;  ///< read on a terminal: dates relative, control characters made visible
    bool colour = false;
    bool utf8 = true;    ///< the terminal shows characters beyond ASCII
    int width = 0;       ///< columns of the terminal; 0: as wide as it gets
    bool drops = false;  ///< a table leaves out columns that have no room to be read, and marks it
    const Clock* clock = nullptr;           ///< zone of instants and today of relative dates
    std::string temporary_folder = "/tmp";  ///< for formats that are written into a file first
    bool spreadsheet_safe = false;    ///< csv: text that would run as a formula gets a ' before it
    meta::MailObjection objection{};  ///< JSON: what forbids mail to an address
};

/// Collects text and hands it on in large pieces, so that memory stays flat however many rows there
/// are.
class Sink {
public:
    using Write = std::function<void(std::string_view)>;
    explicit Sink(Write write, std::size_t full = std::size_t{1} << 16)
        : write_(std::move(write)), full_(full) {}
    Sink(const Sink&) = delete;

    std::string text;  ///< append here …
    /// … and say after each row that it may go.
    void row() {
        if (text.size() >= full_)
            flush();
    }
    void flush() {
        if (!text.empty())
            write_(text);
        text.clear();
    }

private:
    Write write_;
    std::size_t full_;
};

/// Takes rows one by one; the cells need to live only during the call.
class Writer {
public:
    virtual ~Writer() = default;
    /// One value per column, in their order.
    virtual void row(std::span<const Cells> values) = 0;
    /// The rows from here on are shown in a colour where the format has some: parameters of SGR
    /// ("31;1"), empty for none.
    virtual void tint(std::string_view /*sgr*/) {}
    /// Closes what was opened and flushes the sink. To be called once, also when there were no
    /// rows.
    virtual void end() = 0;
};

enum class Format { table, tsv, csv, json, jsonl, ids, md, html, mutt, ics, xlsx };
/// The format that a word of -o names, if it is one of rows.
std::optional<Format> format_named(std::string_view word);

/// Columns, style and sink must outlive the writer, which only refers to them. `mutt` takes the
/// columns as address (one line for each of many), name and more.
std::unique_ptr<Writer> writer(Format format, std::span<const Column> columns, const Style& style,
                               Sink& sink);

/// The names of the columns that a template asks for.
std::vector<std::string> template_names(std::string_view pattern);

/// A writer of `{{title}}` templates: one pass, so that what is in a value is never taken for a
/// name. \n \t \\ \{ mean what they do in C and a brace. An unknown name is an Error with the
/// nearest ones before anything is written.
Expected<std::unique_ptr<Writer>> template_writer(std::string_view text,
                                                  std::span<const Column> columns,
                                                  const Style& style, Sink& sink);

}  // namespace crm::show
