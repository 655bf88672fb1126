#pragma once

#include "store/history.hpp"
#include "store/writer.hpp"

#include <functional>

namespace crm::store {

/// Called with every record that an undo has changed: `what` is removed, restored or updated.
using ReportUndo =
    std::function<void(const meta::Entity&, std::int64_t record, std::string_view what)>;

/// Undoes an operation by an operation of its own, which can be undone in turn. Returns how much of
/// what it queued could not be taken back. Throws refused where that is all, where a later change
/// touched the same field, where a later record links to one that was added, and where a record was
/// purged; then nothing is changed.
TakenBack undo(Writer& writer, Resolver& resolver, const Operation& operation,
               const ReportUndo& report);

}  // namespace crm::store
