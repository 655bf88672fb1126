#pragma once

#include "store/writer.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Files that are attached to records.
namespace crm::store {

inline constexpr std::size_t largest_attachment = std::size_t{256} << 20;  ///< bytes

/// A rule: an attachment is about bytes that the database has. Throws refused.
void check_bytes(RuleContext& context, const Record* before, const Record& after);

/// Attaches bytes to a record under a name, with the role that they have on cards (photo, logo,
/// sound, key) or none. Throws refused where they are more than `largest_attachment`.
Record attach(Writer& writer, const Record& about, const std::string& name, std::string_view bytes,
              const std::string& role);

/// The bytes of an attachment. Throws not_found where the database does not have them.
std::string attached_bytes(Store& store, const Record& attachment);

bool is_attachment(const Record& record);
/// The files of a record, also those in the trash and those that an undo took away: of the latter,
/// what `remove_bytes` and Writer::purge need.
std::vector<Record> attachments_of(Store& store, const Record& about);
/// Removes the bytes of an attachment, unless another one has the same.
void remove_bytes(Store& store, const Record& attachment);

}  // namespace crm::store
