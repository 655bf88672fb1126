#pragma once

#include "cmd/cli/command.hpp"
#include "cmd/cli/session.hpp"
#include "store/columns.hpp"
#include "store/query_context.hpp"

#include <string>
#include <vector>

/// Which records a command is about: by references, by --where, by the words of a query.
namespace crm::cmd {

/// What the words of a query may refer to, asked now by the user who acts.
query::Context query_context(Session& session, const std::vector<std::string>& words);

/// Records of the command's noun that a query finds, sorted and limited by --sort, --limit and
/// --trash. "-" among the words: the records that standard input names.
store::Selection selection(Session& session, const Arguments& args, std::vector<std::string> query);

/// Records of a noun that a query finds.
store::Selection selection(Session& session, const meta::Entity& noun,
                           const std::vector<std::string>& query);

/// The record that a reference names; `noun` null: of any noun. Throws not_found or ambiguous.
store::Found resolve_reference(Session& session, const meta::Entity* noun,
                               const std::string& reference);
/// The records that references or --where name, in that order, each once.
std::vector<store::Found> resolve_references(Session& session, const Arguments& args,
                                             const std::vector<std::string>& references);
/// As resolve_references, but a record in the trash is found, too, by its name or address;
/// `only_trash`: --where searches the trash alone.
std::vector<store::Found> resolve_references_in_trash(Session& session, const Arguments& args,
                                                      const std::vector<std::string>& references,
                                                      bool only_trash);

/// The record; throws refused when it is in the trash.
store::Record load_not_deleted(Session& session, const store::Found& found);

/// The one record that has the same value in the field `key`; nothing where there is none. Throws
/// ambiguous where there are several, and usage where the key is not a field or has no value.
std::optional<store::Record> by_key(Session& session, const store::Record& record,
                                    const std::string& key);

}  // namespace crm::cmd
