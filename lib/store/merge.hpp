#pragma once

#include "store/writer.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crm::store {

/// A value that both of two merged records have, and not the same: the other one than is kept.
struct Difference {
    const meta::FieldInfo* field = nullptr;
    std::string text;  ///< of the record that is dropped, as it is shown
};

/// What became of two records that were one.
struct Merged {
    Record kept;
    std::int64_t relinked = 0;  ///< records changed beside the two
    std::vector<Difference>
        differences;  ///< now among the extra properties of the one that is kept
};

/// Makes one record of two: an empty field of `keep` takes the other's value, lists and rows unite,
/// two descriptions stand one after the other, the earlier day of entry counts, and who has opted
/// out of mail or calls in one of them has done so. Where both have a value, that of `keep` stays,
/// and the other is kept as an extra property, as an import keeps what it has no field for. The
/// other's uid becomes a reference (uid:…), by which imports find the record that is left.
/// Everything that links to `drop` links to `keep` afterwards, and `drop` is in the trash. Throws
/// refused when they are of two nouns or the same record.
Merged merge(Writer& writer, const Record& keep, Record drop);

}  // namespace crm::store
