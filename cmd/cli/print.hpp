#pragma once

#include "cmd/cli/files.hpp"
#include "cmd/cli/session.hpp"
#include "show/writer.hpp"
#include "store/columns.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Rows and records on standard output, in the format that -o asks for.
namespace crm::cmd {

/// -o as a format of rows, by the terminal where it was not given. To be called for formats of rows
/// only.
show::Format row_format(Session& session);
show::Style style(Session& session);

/// Rows of plain cells under titles; -F picks some of them.
class Rows {
public:
    /// A title, and what the cells below it are.
    struct Head {
        Head(const char* text) : title(text) {}
        Head(std::string text, show::Shape cells = show::Shape::plain)
            : title(std::move(text)), shape(cells) {}
        /// A column of lists: each of its entries has values with these names, in JSON an object.
        static Head list(std::string_view title, std::vector<std::string_view> names);
        /// A column of 1 and 0: yes and no, in JSON true and false.
        static Head yes_or_no(std::string_view title);
        /// What matters most: on a narrow terminal other columns are cut first.
        Head whole() &&;
        /// What a terminal shows only with -F.
        Head detail() &&;
        std::string title;
        show::Shape shape = show::Shape::plain;
        bool is_whole = false, is_detail = false;
        std::shared_ptr<const meta::FieldInfo> entries{};
    };

    Rows(Session& session, const std::vector<Head>& heads);
    void row(const std::vector<Value>& values);
    void row(std::span<const View> values);
    /// The cells of each column: of a list all values of its entries, one after another.
    void row(const std::vector<std::span<const View>>& columns);
    void end() { writer_->end(); }

private:
    show::Style style_;
    show::Sink sink_;
    std::vector<std::shared_ptr<const meta::FieldInfo>> lists_;
    std::vector<std::size_t> picked_;
    std::vector<show::Column> columns_;
    std::unique_ptr<show::Writer> writer_;
};

/// Adds the columns of -F, else those given, and those that --format names.
void set_columns(Session& session, store::Selection& selection,
                 const std::vector<std::string>& otherwise);
/// The titles and fields of a selection's columns, as writers take them.
std::vector<show::Column> shown_columns(const store::Selection& selection);
/// What a person reads of one column of a row.
std::string cell_text(Session& session, const store::SelectColumn& column,
                      std::span<const View> cells);

/// Parameters of SGR by the id of a record.
using Colours = std::map<std::string, std::string_view, std::less<>>;

/// Records as the rows of one table, or as cards, also from several selections whose columns have
/// the same titles. They are printed, or written to a file. `safe`: text that a spreadsheet would
/// run as a formula gets a ' before it.
class RecordRows {
public:
    RecordRows(Session& session, const store::Selection& first, bool safe = false,
               FileWriter* file = nullptr);
    /// The rows of a selection; how many.
    std::int64_t add(store::Selection& selection);
    /// A record that is no longer in the database, in the columns of a selection: what it had of
    /// its own, without links.
    void add_gone(const store::Selection& selection, const store::Record& record);
    void end();

private:
    void use_columns(const store::Selection& selection);
    std::int64_t add_cards(store::Selection& selection);
    std::int64_t add_events(store::Selection& selection);

    Session& session_;
    show::Style style_;
    std::vector<show::Column> columns_;
    int card_version_;
    std::optional<std::vector<store::Record>> events_;  ///< of a calendar
    show::Sink sink_;
    std::unique_ptr<show::Writer> writer_;
    const meta::Entity* entity_ = nullptr;  ///< of the rows that come
    bool coloured_ = false;
    Colours tints_;
};

/// Prints what a selection finds, or writes it to a file; the number of rows. `safe`: text that a
/// spreadsheet would run as a formula gets a ' before it.
std::int64_t print_rows(Session& session, store::Selection& selection, bool safe = false,
                        FileWriter* file = nullptr);

/// Whether -o names iCalendar and records of the noun are components of it.
bool prints_calendar(const Session& session, const meta::Entity& entity);
/// The version of cards that -o names (vcard: 4, vcard3: 3); 0 where it names another format.
int card_version(const Session& session);

}  // namespace crm::cmd
