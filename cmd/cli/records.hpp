#pragma once

#include "cmd/cli/command.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/session.hpp"
#include "query/check.hpp"
#include "show/writer.hpp"
#include "store/columns.hpp"
#include "store/query_context.hpp"
#include "store/select.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What the verbs of records share: which records are meant, how they are shown, how a change is
/// told.
namespace crm::cmd {

/// What the words of a query may refer to, asked now by the user who acts.
query::Context query_context(Session& session, const std::vector<std::string>& words);

/// Records of a noun by the words of a query, sorted and limited as the options say.
store::Selection selection(Session& session, const Arguments& args, std::vector<std::string> query);

/// Records of a noun that these words find, and no option says anything of.
store::Selection selection(Session& session, const meta::Entity& noun,
                           std::vector<std::string> query);

/// What a person reads of one column of a row.
std::string cell_text(Session& session, const store::SelectColumn& column,
                      std::span<const View> cells);
/// The titles and fields of a selection's columns, as writers take them.
std::vector<show::Column> shown_columns(const store::Selection& selection);

/// The columns to show: -F, else those given.
void set_columns(Session& session, store::Selection& selection, const meta::Entity& entity,
                 std::vector<std::string> otherwise);

/// -o as a format of rows; Error usage for one that is none. Empty: by the terminal.
show::Format row_format(Session& session);
show::Style style(Session& session);
/// Rows of plain cells under these titles, in the format that -o asks for; -F picks some of them.
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

/// The columns that a format has where nobody names others; nothing where it has none of its own.
/// Throws usage where the noun has no place in a calendar.
std::vector<std::string> columns_of(show::Format format, const meta::Entity& entity);
/// Runs the selection into the output, or into a file; returns the number of rows.
std::int64_t print_rows(Session& session, store::Selection& selection, bool safe = false,
                        FileWriter* file = nullptr);
/// Whether -o names cards (vcard, vcard3), and their version.
int card_version(const Session& session);
/// One record as a card.
std::string card_of(Session& session, const store::Record& record, int version);

/// The records that references or --where name, in that order, each once. The store must be open.
std::vector<store::Found> resolve_references(Session& session, const Arguments& args,
                                             const std::vector<std::string>& references);
store::Found resolve_reference(Session& session, const meta::Entity* noun,
                               const std::string& reference);

/// Tells what a change did to a record, as -o asks: a line, an id, the record as JSON, nothing with
/// -q.
class ChangeReport {
public:
    explicit ChangeReport(Session& session);
    void add(const store::Record& record, std::string_view result, std::string_view more = {});
    void end();

private:
    bool silent() const;

    Session& session_;
    std::int64_t rows_ = 0;
};

/// Names of the fields in which two states differ.
std::string changed_fields(const store::Record& before, const store::Record& after);

}  // namespace crm::cmd
