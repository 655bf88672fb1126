#pragma once

#include "store/record.hpp"
#include "store/writer.hpp"
#include "time/date.hpp"

#include <optional>
#include <string>

/// Tasks that repeat: one of a series is open, and the next is made when it is completed.
namespace crm::calendar {

/// The clock in the zone of a task: its own, else that of its owner, else the given one.
Clock clock_of(store::Store& store, const store::Record& record, const Clock& clock);

/// What comes after a task of a series.
struct Following {
    std::optional<store::Record> task;  ///< not added yet
    bool ended = false;                 ///< the recurrence has no further instance
};
/// The next task: the first instance of the recurrence after the occurrence of this one and after
/// today, or so long after today. Nothing where it does not repeat or the next is there already.
Following following_task(store::Store& store, const store::Record& task, const Clock& clock);

/// The task that follows and is still open; nothing where there is none.
std::optional<store::Record> open_successor(store::Store& store, const store::Record& task);

/// Cancels a task of a series and adds the next. Throws refused where it does not repeat or is not
/// open. Whether the series ended.
struct Skipped {
    store::Record task;
    std::optional<store::Record> next;
};
Skipped skip_task(store::Writer& writer, const store::Record& task, const Clock& clock);

/// How a task repeats, in words, and when it is due next after this: "every Mon, next Mon
/// 2026-12-07".
std::string recurrence_line(store::Store& store, const store::Record& record, const Clock& clock);

}  // namespace crm::calendar
