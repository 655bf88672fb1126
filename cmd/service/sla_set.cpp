#include "cmd/cli/changes.hpp"
#include "service/targets.hpp"
#include "store/rows.hpp"

#include <algorithm>
#include <span>

/// sla set: the targets of a service level for a priority.
namespace crm::cmd {
namespace {

using store::Record;
using store::RowCells;

/// What the service level has for the priority so far.
RowCells row_of(const Record& sla, const meta::FieldInfo& targets, const Value& priority) {
    const meta::FieldInfo& key = store::inner_field(targets, "priority");
    for (const RowCells& row : sla.rows[targets.first])
        if (row[key.first] == priority)
            return row;
    RowCells row = store::empty_row(targets);
    row[key.first] = priority;
    return row;
}

int run_sla_set(Session& session, const Arguments& args) {
    if (args.words.size() < 3)
        throw Error(Fault::usage, "missing",
                    "sla set requires a service level, a priority and a target",
                    "crm sla set Gold normal response=4h resolution=16h");
    Change change(session, args);
    const Record before =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    const meta::FieldInfo& targets = *before.entity->find("targets");
    auto priority =
        meta::read(store::inner_field(targets, "priority"), args.words[1], session.reading());
    if (!priority)
        throw priority.error();
    RowCells row = row_of(before, targets, priority->front());
    for (const std::string& word : std::span(args.words).subspan(2))
        assign_row(session, targets, row, word, session.store().currency());
    Record after = before;
    const std::string what = service::set_target(after, row);
    const bool changed = change.writer.change(before, after);
    change.report.add(after, changed ? "updated" : "unchanged", what);
    return change.end();
}

}  // namespace

Command sla_set() {
    return {
        .help = "Set the targets of a service level for a priority",
        .needs = Needs::writing,
        .arguments = {{.name = "SLA",
                       .kind = Kind::reference,
                       .required = true,
                       .help = "the service level"},
                      {.name = "low|normal|high|urgent",
                       .kind = Kind::word,
                       .required = true,
                       .help = "the priority"},
                      {.name = "FIELD=VALUE",
                       .kind = Kind::assignments,
                       .many = true,
                       .help = "response, next_response, resolution",
                       .rows = "targets"}},
        .run = run_sla_set,
        .details =
            "A target is working time in minutes or hours: 30min, 4h. It counts from the creation "
            "of a ticket until the first answer (response), from each later message of the "
            "customer until the next answer (next_response), and until the ticket is closed "
            "(resolution). What is not given stays; an empty value removes the target. The due "
            "times of all open tickets follow in the same operation.",
        .examples = {{"sla set Gold normal response=4h resolution=16h", ""},
                     {"sla set Gold urgent response=30min resolution=4h", "the most urgent"},
                     {"sla set Gold low resolution=", "no target any more"}}};
}

}  // namespace crm::cmd
