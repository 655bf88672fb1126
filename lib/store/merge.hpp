#pragma once

#include "store/writer.hpp"

namespace crm::store {

/// `keep` with what `drop` adds to it: an empty field takes the other's value, lists and rows
/// unite, two descriptions are joined, the earlier day of entry counts. The other's
/// uid becomes a reference (uid:…), by which imports find the record that is left.
Record merged(const Record& keep, const Record& drop);

/// Everything that links to `drop` links to `keep` afterwards, and `drop` is in the trash.
/// Returns how many records were changed in addition to the two. Throws refused when they are of
/// two nouns or the same record.
std::int64_t merge(Writer& writer, const Record& keep, Record drop,
                   const std::function<void(const Record&)>& kept);

}  // namespace crm::store
