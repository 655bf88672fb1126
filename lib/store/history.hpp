#pragma once

#include "store/resolve.hpp"

#include <optional>
#include <string>
#include <vector>

/// What was done to a store, entry by entry, and taking it back.
namespace crm::store {

struct Operation {
    std::int64_t id = 0;
    std::string at;              ///< ISO instant, UTC
    std::string user;            ///< a short id, or a bare name
    std::string command;         ///< as typed
    std::int64_t undoes = 0;     ///< the operation that this one undoes
    std::int64_t undone_by = 0;  ///< the one that undid this and is not undone itself
    std::int64_t changes = 0;    ///< records touched
};

struct HistoryChange {
    std::int64_t operation = 0;
    const meta::Entity* entity = nullptr;
    std::int64_t record = 0, through = 0;  ///< a run of records where many were added at once
    std::string action;  ///< add, set, trash, restore, purge; unadd, readd by an undo
    std::string field, old_value, new_value;
};

/// Newest first. `record`: only those that touched it.
std::vector<Operation> operations(Store& store, const Found* record, std::int64_t limit);
std::optional<Operation> operation(Store& store, std::int64_t id);
/// How many records of one noun an operation touched, of the noun of which it touched most: one
/// where a command changed a record, and what follows from it in others.
std::int64_t most_of_one_noun(Store& store, std::int64_t operation);
/// In the order in which they were done; of all operations for one record when `record` is given.
std::vector<HistoryChange> changes(Store& store, std::int64_t operation, const Found* record);

/// Where the present value of a field comes from.
struct Origin {
    Operation operation;               ///< the last one that set it
    std::vector<std::string> sources;  ///< of an import: "file:line" of the rows
};
/// Nothing where the field never had a value.
std::optional<Origin> origin(Store& store, const Record& record, const meta::FieldInfo& field);

/// The number of the latest operation; 0 before the first.
std::int64_t last_operation(Store& store);
/// The last operation that is not undone and is no undo; nothing when there is none.
std::optional<std::int64_t> last_to_undo(Store& store);

}  // namespace crm::store
