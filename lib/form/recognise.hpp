#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string_view>

namespace crm::form {

enum class FileKind : std::uint8_t { vcard, jcard, xcard, csv, json, ldif, ics, store };

/// What a file is, by its first bytes, then by its name (for messages, and where the bytes leave a
/// choice). Empty files, files that are no text and those of known other kinds are an Error. The
/// bytes may be in any encoding.
Expected<FileKind> recognise(std::string_view bytes, std::string_view name);

/// vcard, csv, …; as in --from.
std::string_view kind_name(FileKind kind);
/// The kind of that name; `jsonl` is json, `vcf` vcard.
Expected<FileKind> kind_named(std::string_view name);

}  // namespace crm::form
