#pragma once

#include "cmd/cli/files.hpp"
#include "cmd/cli/session.hpp"
#include "show/writer.hpp"
#include "store/columns.hpp"

#include <memory>
#include <string>
#include <vector>

/// Rows and records on standard output, in the format that -o asks for.
namespace crm::cmd {

/// -o as a format of rows, by the terminal where it was not given. Throws usage for one that is
/// none.
show::Format row_format(Session& session);
show::Style style(Session& session);

/// Rows of plain cells under these titles; -F picks some of them.
class Rows {
public:
    Rows(Session& session, std::vector<std::string> titles);
    void row(const std::vector<Value>& values);
    void row(std::span<const View> values);
    /// Columns whose texts are numbers with fractions: no texts in JSON, and right-aligned.
    void decimals(std::vector<std::size_t> columns) { decimals_ = std::move(columns); }
    void end() { writer_->end(); }

private:
    show::Style style_;
    show::Sink sink_;
    std::vector<std::size_t> picked_, decimals_;
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

/// Prints what a selection finds, or writes it to a file; the number of rows. `safe`: text that a
/// spreadsheet would run as a formula gets a ' before it.
std::int64_t print_rows(Session& session, store::Selection& selection, bool safe = false,
                        FileWriter* file = nullptr);

/// The version of cards that -o names (vcard: 4, vcard3: 3); 0 where it names another format.
int card_version(const Session& session);

}  // namespace crm::cmd
