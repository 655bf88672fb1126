#include "cmd/cli/change_each.hpp"

#include <fmt/format.h>

namespace crm::cmd {

using store::Record;

int change_each(Session& session, const Arguments& args, const EachChange& each) {
    if (args.words.empty() && !args.has("where"))
        throw Error(Fault::usage, "missing", fmt::format("no {} is given", args.noun->noun),
                    fmt::format("crm {} list lists them", args.noun->noun));
    const auto references = session.references(args.words);
    Change change(session, args);
    for (const store::Found& found :
         change.report.expect(resolve_references(session, args, references))) {
        const Record before = load_not_deleted(session, found);
        Record after = before;
        each.put(change, after);
        const bool changed = change.writer.change(before, after);
        if (changed)
            change.report.add(after, each.result,
                              each.says ? each.says(before, after) : after.label());
        else
            change.report.add(after, "unchanged");
        if (each.follow)
            each.follow(change, after);
    }
    return change.end();
}

}  // namespace crm::cmd
