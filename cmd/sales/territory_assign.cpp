#include "cmd/cli/changes.hpp"
#include "cmd/sales/context.hpp"
#include "sales/territory.hpp"

#include <fmt/format.h>

/// territory assign: assign accounts to territories by the rules of the territories.
namespace crm::cmd {
namespace {

using store::Record;

struct Counts {
    std::int64_t assigned = 0, unchanged = 0, without = 0, conflicts = 0;
};

void assign_account(Session& session, Change& change, const sales::TerritoryAssignment& assignment,
                    const Record& before, Counts& counts) {
    const auto place = assignment.place(before);
    if (!place.candidates.empty()) {
        session.remark(fmt::format("{} {} matches several territories and was not changed: {}",
                                   before.short_id(), before.label(),
                                   fmt::join(place.candidates, ", ")));
        ++counts.conflicts;
        return;
    }
    if (place.territory == 0)
        ++counts.without;
    const std::int64_t now = sales::territory_of(before);
    if (place.territory == now) {
        ++counts.unchanged;
        return;
    }
    Record after = before;
    sales::put_territory(after, place.territory);
    change.writer.change(before, after);
    change.report.add(after, "assigned",
                      fmt::format("{}: {} -> {}", before.label(), assignment.name(now),
                                  assignment.name(place.territory)));
    ++counts.assigned;
}

int run_territory_assign(Session& session, const Arguments& args) {
    const meta::Entity& accounts = session.model().get("account");
    Change change(session, args);
    const sales::TerritoryAssignment assignment(session.store(), record_query(session));
    Counts counts;
    for (const std::int64_t id : selection(session, accounts, args.words).ids())
        assign_account(session, change, assignment, session.store().get(accounts, id), counts);
    const bool changed = counts.assigned > 0 || counts.conflicts > 0;
    if (!session.quiet && (changed || session.env.err_tty))
        session.remark(
            fmt::format("{} assigned, {} unchanged, {} without a territory, {} with several",
                        counts.assigned, counts.unchanged, counts.without, counts.conflicts));
    const int code = change.end();
    return counts.conflicts > 0 ? static_cast<int>(Fault::rejected) : code;
}

}  // namespace

Command territory_assign() {
    return {
        .help = "Assign accounts to territories by their rules",
        .needs = Needs::writing,
        .arguments = {{.name = "QUERY",
                       .kind = Kind::word,
                       .many = true,
                       .help = "the accounts; default: all; 'updated_at:-1d..' for changed ones"}},
        .run = run_territory_assign,
        .details =
            "The `rule` of a territory is a query over accounts: `billing_address.postcode:^50`, "
            "`industry:Retail employees:100..`. An account must also match the rules of all "
            "territories above it; of the territories that match, the deepest one counts. An "
            "account that matches two of the same depth is not changed, both are named, and the "
            "exit code is 6. An account that no rule finds any more leaves its territory; an "
            "account in a territory without a rule was put there by hand and stays. Run the "
            "command again after a rule was changed; --dry-run shows the changes, and one `crm "
            "undo` takes them back.",
        .examples = {{"territory add Rhineland rule='billing_address.postcode:^5' parent=Germany "
                      "manager=ada",
                      "a territory with a rule"},
                     {"territory assign --dry-run", "show what would change"},
                     {"territory assign 'updated_at:-1d..' -q", "every night, changed accounts"}}};
}

}  // namespace crm::cmd
