#include "cmd/cli/questions.hpp"

#include "base/text.hpp"
#include "cmd/cli/input.hpp"

#include <cstdio>
#include <utility>

namespace crm::cmd {
namespace {

/// A question that came up while the database is locked.
struct Postponed {
    Session::Question question;
};

[[noreturn]] void cancel(const Session::Question& question) {
    throw Error(Fault::unconfirmed, "unconfirmed", question.text + " Cancelled; nothing changed",
                "--yes confirms it, --dry-run shows what would change");
}

void ask_person(Session& session, const Session::Question& question) {
    std::fputs(text::visible(session.remarks(), true).c_str(), stderr);
    session.restore_remarks({});
    if (!ask_yes_or_no(question.text))
        cancel(question);
}

}  // namespace

void require_confirmation(Session& session, std::string question, std::string about) {
    if (session.yes || session.dry_run)
        return;
    Session::Question asked{std::move(question), std::move(about)};
    if (session.agreed == asked) {
        session.restore_remarks({});  // they were shown with the question
        return;
    }
    if (session.no_input || !session.env.in_tty || !session.env.err_tty)
        cancel(asked);
    if (session.store().db().in_transaction())
        throw Postponed{std::move(asked)};
    ask_person(session, asked);
}

int run_asking(Session& session, const Parsed& parsed) {
    const std::size_t printed = session.out.buffer().size();
    for (session.agreed.reset();;) {
        try {
            return parsed.command->run(session, parsed.args);
        } catch (Postponed& postponed) {
            session.out.buffer().resize(printed);
            if (session.agreed)
                session.remark("the database has changed meanwhile");
            ask_person(session, postponed.question);
            session.agreed = std::move(postponed.question);
        }
    }
}

}  // namespace crm::cmd
