#pragma once

#include "store/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crm::mail {

/// The templates that share name and kind with one: its versions in several languages, it first.
std::vector<store::Record> template_versions(store::Store& store, std::int64_t id);

/// Whether a template is neither a letter, which is printed, nor a script, which is read out.
bool goes_by_mail(const store::Record& found);

/// The same of what goes by e-mail. Throws refused for the others.
std::vector<store::Record> mail_versions(store::Store& store, std::int64_t id);

/// The version for a language (language.hpp), the first where none fits.
const store::Record& version_or_first(const std::vector<store::Record>& versions,
                                      std::string_view language);

/// The template of a kind that a word names: an id, or the name that several versions share. Throws
/// not_found, and refused for another kind.
std::int64_t template_named(store::Store& store, std::string_view word, std::string_view kind);

}  // namespace crm::mail
