#pragma once

#include "cmd/cli/change_report.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "store/assign.hpp"
#include "store/writer.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What the writing verbs share.
namespace crm::cmd {

/// One change of the database under way: the transaction and what is reported of it.
struct Change {
    Change(Session& session, const Arguments& args);
    store::Writer writer;
    ChangeReport report;
    /// Reports the records that rules have added since.
    void report_followed();
    /// Reports a record that was added beside another.
    void report_added(const store::Record& record);
    /// Commits; the exit code. Nothing is printed before.
    int end();

private:
    Session& session_;
};

/// Whether a word is +tag or -tag. A telephone number in international form is a reference.
bool is_tag_change(std::string_view word);

/// Applies the words (NAME where `naming`, FIELD=VALUE, +tag, -tag) to a record. Throws.
void assign(Session& session, Change& change, store::Record& record,
            const std::vector<std::string>& words, bool naming);

/// Applies FIELD=VALUE to a child row of a record. The row's first field, a link, says what the row
/// is and is not set.
void assign_row(Session& session, const meta::FieldInfo& field, store::RowCells& row,
                const std::string& word, const std::string& currency);

/// Says in the next line how a record repeats and when it is due next, where that is new.
void report_recurrence(Session& session, Change& change, const store::Record* before,
                       const store::Record& after);

}  // namespace crm::cmd
