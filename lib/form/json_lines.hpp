#pragma once

#include "base/error.hpp"
#include "form/draft.hpp"
#include "meta/entity.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Records as our own JSON output writes them: one object a line, or an array of objects.
namespace crm::form {

inline constexpr std::size_t json_record_limit = std::size_t{1} << 20;
inline constexpr std::size_t json_depth = 32;

/// Every object comes as a draft; one that is not JSON or larger than the limits as a rejected
/// row. `bytes` is UTF-8. An Error only when the file is
/// neither lines of objects nor an array.
Expected<void> import_json(std::string_view bytes, const std::string& file,
                           const meta::Entity& entity, Intake& intake);

}  // namespace crm::form
