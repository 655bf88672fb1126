#pragma once

#include "store/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crm::campaign {

/// The templates that share name and kind with one: its versions in several languages, it first.
std::vector<store::Record> template_versions(store::Store& store, std::int64_t id);

/// The version for a language: the same tag, the same primary language, the one without a language,
/// else the first.
std::size_t version_for(const std::vector<store::Record>& versions, std::string_view language);

/// The template of a kind that a word names: an id, or the name that several versions share. Throws
/// not_found, and refused for another kind.
std::int64_t template_named(store::Store& store, std::string_view word, std::string_view kind);

}  // namespace crm::campaign
