#pragma once

#include "cmd/records.hpp"
#include "store/assign.hpp"
#include "store/writer.hpp"

/// What the writing verbs share.
namespace crm::cmd {

/// One change of the store under way: the transaction and what is told of it.
struct Change {
    Change(Context& context, const Given& given);
    store::Writer writer;
    Told told;
    /// Commits; the exit code. Nothing is printed before.
    int end();
};

/// Applies the words (NAME where `naming`, FIELD=VALUE, +tag, -tag) to a record. Throws.
void assign(Context& context, Change& change, store::Record& record, const std::vector<std::string>& words, bool naming);

/// The one live record with the same value of `key`; ambiguous is thrown, nothing where there is none.
std::optional<store::Record> by_key(Context& context, const store::Record& record, const std::string& key);

/// Asks where cli.md 4 says so: throws Error unconfirmed unless --yes was given or a person agreed.
void need_consent(Context& context, const std::string& question);

/// The live record; refused when it lies in the trash.
store::Record live(Context& context, const store::Found& found);

}  // namespace crm::cmd
