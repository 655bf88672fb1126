#pragma once

#include "store/history.hpp"
#include "store/writer.hpp"

#include <functional>

namespace crm::store {

/// Called with every record that an undo has changed: `what` is removed, restored or updated.
using ReportUndo =
    std::function<void(const meta::Entity&, std::int64_t record, std::string_view what)>;

/// Whether a record that the operation added stays, since it cannot be taken back.
using Stays = std::function<bool(const meta::Entity&, std::int64_t record)>;

/// Undoes an operation by an operation of its own, which can be undone in turn. Throws refused
/// where a later change touched the same field, where a later record links to one that was added,
/// and where a record was purged; then nothing is changed.
void undo(Writer& writer, Resolver& resolver, const Operation& operation, const ReportUndo& report,
          const Stays& stays = {});

}  // namespace crm::store
