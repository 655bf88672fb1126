#include "store/undo.hpp"

#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "cmd/cli/progress.hpp"
#include "cmd/cli/questions.hpp"
#include "cmd/store/operations.hpp"
#include "store/consent.hpp"

#include <fmt/format.h>

/// undo: taking back what was done.
namespace crm::cmd {
namespace {

constexpr std::int64_t most_lines = 20;  ///< more records than that are only counted

std::optional<std::int64_t> number_of(const Arguments& args, store::Store& store) {
    if (args.words.empty())
        return store::last_to_undo(store);
    if (const auto number = operation_number(args.words[0]))
        return number;
    throw Error(
        Fault::usage, "bad_number",
        fmt::format("'{}' is not the number of an operation", text::clipped(args.words[0], 40)),
        "crm log lists them");
}

store::Operation operation_to_undo(Session& session, std::int64_t number) {
    store::Operation operation = operation_with(session, number);
    if (operation.undone_by != 0)
        throw Error(Fault::refused, "cannot_undo",
                    fmt::format("operation {} is already undone, by operation {}", number,
                                operation.undone_by),
                    fmt::format("crm undo {} redoes it", operation.undone_by));
    if (store::most_of_one_noun(session.store(), operation.id) > 1)
        require_confirmation(session,
                             fmt::format("Undo operation {}, {} records: {}?", operation.id,
                                         operation.changes, text::clipped(operation.command, 60)));
    return operation;
}

void print_summary(Session& session, const store::Operation& undone, std::int64_t made,
                   std::int64_t records) {
    if (session.json()) {
        session.out.write(fmt::format("{{\"undone\":{},\"operation\":{},\"records\":{}}}\n",
                                      undone.id, made, records));
        return;
    }
    if (session.quiet)
        return;
    std::string line = fmt::format("{}undone operation {}: {}", session.dry_run ? "would be " : "",
                                   undone.id, undone.command);
    if (made != 0)
        line += fmt::format(" (operation {0}; crm undo {0} redoes it)", made);
    session.remark(std::move(line));
}

/// An objection that the operation wrote is not taken back with it.
void tell_what_stays_suppressed(Session& session, std::int64_t operation) {
    const auto addresses = store::ConsentLedger(session.store()).forbidden_by(operation);
    constexpr std::string_view lifts =
        "crm consent add ADDRESS --basis 'asked for it' --proof FILE lifts it";
    if (std::ssize(addresses) > most_lines) {
        session.remark(fmt::format("{} addresses stay suppressed; {}", addresses.size(), lifts));
        return;
    }
    for (const std::string& address : addresses)
        session.remark(fmt::format("{} stays suppressed; {}", text::visible(address), lifts));
}

int run_undo(Session& session, const Arguments& args) {
    Change change(session, args);
    const auto number = number_of(args, session.store());
    if (!number) {
        if (!session.quiet)
            session.remark("there is nothing to undo");
        return 0;
    }
    const store::Operation operation = operation_to_undo(session, *number);
    std::int64_t records = 0;
    Progress progress(session, Progress::Unit::records);
    progress.total(static_cast<std::size_t>(operation.changes));
    std::string lines;
    std::vector<store::Found> touched;
    const bool columns = change.report.asked_for() && session.format != "ids" && !session.json();
    const store::TakenBack mails =
        store::undo(change.writer, session.resolver(), operation,
                    [&](const meta::Entity& entity, std::int64_t id, std::string_view what) {
                        progress.at(static_cast<std::size_t>(++records));
                        const std::string short_id = meta::short_id(entity, id);
                        if (session.format == "ids")
                            session.out.write(short_id + "\n");
                        else if (columns)
                            touched.push_back({&entity, id});
                        else if (records <= most_lines && !session.quiet && !session.json())
                            lines += fmt::format("{}{} {}\n", session.dry_run ? "would have " : "",
                                                 what, short_id);
                    });
    if (records <= most_lines)
        session.out.write(lines);
    for (const auto& [entity, id] : touched) {
        store::Record gone(*entity);
        gone.id = id;
        change.report.add(session.store().find(*entity, id).value_or(gone), "updated");
    }
    if (columns)
        change.report.end();
    const std::int64_t made = change.writer.commit();
    print_summary(session, operation, made, records);
    if (!session.quiet)
        tell_what_stays_suppressed(session, operation.id);
    if (mails.left == 0)
        return 0;
    session.remark(fmt::format("{} of {} mails taken back; {} {} left", mails.all - mails.left,
                               mails.all, mails.left, mails.left == 1 ? "has" : "have"));
    return static_cast<int>(Fault::rejected);
}

}  // namespace

Command undo_command() {
    return {
        .help = "Undo an operation",
        .needs = Needs::writing,
        .arguments = {{.name = "OP",
                       .kind = Kind::word,
                       .help = "its number in crm log; by default the last operation that is not "
                               "undone and not itself an undo"}},
        .run = run_undo,
        .details =
            "Imports, bulk edits and removals are undone as a whole, times of change included. It "
            "asks "
            "first where the operation touched several records of one noun. An "
            "undo is refused where a later operation changed the same field. It is an operation "
            "itself: undoing it restores what it had undone, with the same ids. What was purged "
            "cannot be restored. Mail that the operation queued is cancelled; what has left stays: "
            "exit 6 when that is some of it, and 4 when it is all. Objections to mail and calls "
            "stay, "
            "too, and are named.",
        .examples = {{"undo", "the last operation"},
                     {"undo 7 --dry-run", "show what undoing operation 7 would do"}}};
}

}  // namespace crm::cmd
