#include "cmd/cli/command.hpp"
#include "cmd/cli/print.hpp"
#include "mail/queue.hpp"

#include <fmt/format.h>

/// mail queue: what is in the outbox.
namespace crm::cmd {
namespace {

int run_mail_queue(Session& session, const Arguments& args) {
    const std::vector<mail::QueueRow> found = mail::queue_rows(session.store(), args.words);
    if (args.flag("count")) {
        session.out.write(fmt::format("{}\n", found.size()));
        return 0;
    }
    Rows rows(session, {"id",
                        "address",
                        "state",
                        "attempts",
                        {"next_at", show::Shape::time},
                        "verdict",
                        "message_id"});
    for (const mail::QueueRow& row : found)
        rows.row({row.id, row.address, row.state, row.attempts,
                  row.next_at.empty() ? Value() : Value(row.next_at),
                  row.verdict.empty() ? Value() : Value(row.verdict), row.message_id});
    rows.end();
    if (found.empty())
        session.remark_nothing("the outbox is empty");
    return 0;
}

}  // namespace

Command mail_queue() {
    return {.help = "List the mail of the outbox",
            .needs = Needs::reading,
            .arguments = {{.name = "queued|held|trying|sent|failed|unsure|cancelled",
                           .kind = Kind::word,
                           .many = true,
                           .help = "states; by default what is not settled"}},
            .options = {{.name = "count", .help = "print the number only"}},
            .formats = formats::rows,
            .run = run_mail_queue,
            .details =
                "A row for each mail and address: how far it got, when it is tried next, "
                "and what the server said.",
            .examples = {{"mail queue", "what is to be sent, and what is unsure"},
                         {"mail queue failed -F id,address,verdict", "what failed, and why"},
                         {"mail queue queued --count", ""}}};
}

}  // namespace crm::cmd
