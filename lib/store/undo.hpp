#pragma once

#include "store/history.hpp"
#include "store/writer.hpp"

#include <functional>

namespace crm::store {

/// Takes an operation back as an operation of its own, which can be taken back in turn. Throws
/// refused where a later change touched the same field, where something that came later leans on
/// what was added, and where a record was purged; then nothing is changed. `tell` hears of every
/// record.
void undo(Writer& writer, Resolver& resolver, const Operation& operation,
          const std::function<void(const meta::Entity&, std::int64_t record,
                                   std::string_view what)>& tell);

}  // namespace crm::store
