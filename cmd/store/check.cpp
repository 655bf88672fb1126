#include "store/check.hpp"

#include "cmd/cli/print.hpp"

#include <fmt/format.h>

/// check: whether everything in the store holds.
namespace crm::cmd {
namespace {

int run(Session& session, const Arguments& args) {
    if (args.flag("rebuild")) {
        if (session.dry_run) {
            session.remark("would make look-ups, words and full text anew");
        } else {
            session.open(sql::Mode::writing);
            store::rebuild(session.store(), session.lock_wait);
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
                  std::string(finding.what), finding.says});
    });
    rows.end();
    if (found == 0 && session.env.out_tty && !session.quiet)
        session.remark("everything holds");
    if (derived > 0)
        session.remark(fmt::format(
            "crm check --rebuild makes look-ups, words and full text anew: {} of {} findings",
            derived, found));
    return found == 0 ? 0 : 1;
}

}  // namespace

Command check_command() {
    return {
        .help = "Look whether everything in the store holds",
        .needs = Needs::reading,
        .options = {{.name = "rebuild",
                     .help = "make look-ups, words and full text anew from the records first"}},
        .run = run,
        .details =
            "The file itself, links, first values of lists, values, rules, look-ups, words, full "
            "text and counters are checked. Nothing is printed when all is well; otherwise a "
            "line for each fault, and exit 1. "
            "What --rebuild makes anew is derived from the records and changes nothing that "
            "people have entered, so it is no operation of the history.",
        .examples = {{"check", "every night, from cron, after the backup"},
                     {"check --rebuild", "after a fault in what is derived"}}};
}

}  // namespace crm::cmd
