#pragma once

#include "report/result.hpp"
#include "store/resolve.hpp"
#include "time/date.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace crm::knowledge {

/// What the knowledge base brings, by month, owner or product, or several of them; an empty `by` is
/// month. Each figure counts by its own day: an article when it was added or published, a use when
/// it was, a ticket when it was closed; only those of `period`. Throws usage for another group.
report::Result knowledge_report(store::Store& store, const Clock& clock, std::string_view by,
                                const DateSpan& period);
/// Its columns.
std::vector<report::Column> knowledge_columns(std::string_view by);

}  // namespace crm::knowledge
