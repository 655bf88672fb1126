#pragma once

#include "people/duplicates.hpp"
#include "store/merge.hpp"
#include "store/select.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

/// Duplicates among the records of a noun.
namespace crm::people {

/// Records as they are compared: a row of the table for each id.
struct ComparedRecords {
    DupeTable table;
    std::vector<std::int64_t> ids;
};

/// Whether a noun has fields that say who or what a record is.
bool comparable(const meta::Entity& entity);

/// What a selection finds, ready to be compared. Sets the selection's columns.
ComparedRecords compared_records(store::Selection& selection);

/// What agrees in a pair and what does not: "same phone; name alike; other city".
std::string reasons(const DupeTable& table, const DupePair& pair);

/// Groups of records that are the same, by the id of the oldest; the others of the group in order.
std::map<std::int64_t, std::vector<std::int64_t>> duplicate_groups(
    const std::vector<DupePair>& pairs, const std::vector<std::int64_t>& ids);

/// Merges each group into its oldest record; `merged` gets what is left and what was merged into
/// it. The caller commits.
void merge_groups(
    store::Writer& writer, const meta::Entity& entity,
    const std::map<std::int64_t, std::vector<std::int64_t>>& groups,
    const std::function<void(const store::Record& kept, const store::Record& dropped)>& merged);

}  // namespace crm::people
