#include "store/check.hpp"

#include "cmd/cli/command.hpp"
#include "cmd/cli/print.hpp"

#include <fmt/format.h>

/// check: problems in the database.
namespace crm::cmd {
namespace {

int run_check(Session& session, const Arguments& args) {
    if (args.flag("rebuild")) {
        if (session.dry_run) {
            session.remark(
                "would rebuild look-up keys, search text, the full-text index and due times");
        } else {
            session.open(sql::Mode::writing);
            store::rebuild(session.store(), session.env.clock, session.lock_wait);
            session.open(sql::Mode::reading);
        }
    }
    Rows rows(session, {"id", "what", "says"});
    std::int64_t found = 0, derived = 0;
    store::check(session.store(), session.env.clock, session.user(), [&](store::Finding finding) {
        ++found;
        derived += finding.derived ? 1 : 0;
        rows.row({finding.entity == nullptr || finding.id == 0
                      ? Value()
                      : Value(meta::short_id(*finding.entity, finding.id)),
                  std::string(finding.what),
                  finding.hint.empty() ? finding.says : finding.says + "; " + finding.hint});
    });
    rows.end();
    if (found == 0 && session.env.out_tty && !session.quiet)
        session.remark("no problems found");
    if (derived > 0)
        session.remark(
            fmt::format("crm check --rebuild corrects {} of {} problems", derived, found));
    return found == 0 ? 0 : 1;
}

}  // namespace

Command check_command() {
    return {
        .help = "Check the database for problems",
        .needs = Needs::reading,
        .options =
            {{.name = "rebuild",
              .help =
                  "first rebuild look-up keys, search text, the full-text index and due times"}},
        .formats = formats::rows_with_id,
        .run = run_check,
        .details =
            "Checks the file itself, links, primary values of lists, values, rules, look-up keys, "
            "search text, the full-text index, due times and counters. Prints one line for each "
            "problem and "
            "exits with 1 if there is one. "
            "--rebuild only writes data that is derived from the records, so it is not an "
            "operation of the history.",
        .examples = {{"check", "every night, from cron, after the backup"},
                     {"check --rebuild", "correct data that is derived from records"}}};
}

}  // namespace crm::cmd
