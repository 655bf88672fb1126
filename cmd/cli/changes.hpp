#pragma once

#include "cmd/cli/records.hpp"
#include "store/assign.hpp"
#include "store/writer.hpp"

/// What the writing verbs share.
namespace crm::cmd {

/// One change of the store under way: the transaction and what is told of it.
struct Change {
    Change(Session& session, const Arguments& args);
    store::Writer writer;
    ChangeReport report;
    /// Commits; the exit code. Nothing is printed before.
    int end();
};

/// Applies the words (NAME where `naming`, FIELD=VALUE, +tag, -tag) to a record. Throws.
void assign(Session& session, Change& change, store::Record& record,
            const std::vector<std::string>& words, bool naming);

/// Applies FIELD=VALUE to a child row of a record. The row's first field, a link, says what the row
/// is and is not set.
void assign_row(Session& session, const meta::FieldInfo& field, store::RowCells& row,
                const std::string& word, const std::string& currency);

/// The one live record with the same value of `key`; ambiguous is thrown, nothing where there is
/// none.
std::optional<store::Record> by_key(Session& session, const store::Record& record,
                                    const std::string& key);

/// Asks where cli.md 4 says so: throws Error unconfirmed unless --yes was given or a person agreed.
void require_confirmation(Session& session, const std::string& question);

/// The live record; refused when it lies in the trash.
store::Record load_not_deleted(Session& session, const store::Found& found);

}  // namespace crm::cmd
