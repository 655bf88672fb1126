#include "base/text.hpp"
#include "calendar/agenda.hpp"
#include "cmd/calendar/whose.hpp"
#include "cmd/cli/print.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

/// today: what is due, of every kind, in one list.
namespace crm::cmd {
namespace {

void print_table(Session& session, const calendar::Agenda& agenda) {
    Rows rows(session, {"id", {"when", show::Shape::time}, "noun", "what", "name", "about"});
    for (const calendar::AgendaItem& item : agenda.items)
        rows.row({item.id, item.when, item.noun, item.what, item.name, item.about});
    rows.end();
}

/// What begins at a time is an event, the rest are to-dos. A record may be due for several reasons,
/// each an entry of its own; a task and a meeting have the uid that `list -o ics` gives them.
void print_calendar(Session& session, const calendar::Agenda& agenda) {
    Rows rows(session, {"uid", "updated_at", "subject", "start", "due", "description"});
    for (const calendar::AgendaItem& item : agenda.items) {
        const bool itself = item.begins || item.noun == "task";
        const Value when = item.when;
        rows.row({itself ? item.uid : fmt::format("{}-{}", item.uid, text::key(item.what)),
                  item.updated_at, itself ? item.name : fmt::format("{}: {}", item.what, item.name),
                  item.begins ? when : Value(), item.begins ? Value() : when, item.about});
    }
    rows.end();
}

int run_today(Session& session, const Arguments& args) {
    const Clock& clock = session.env.clock;
    const Date day = args.date("on", clock).value_or(clock.today());
    const calendar::Agenda agenda =
        calendar::agenda(session.resolver(), session.env.clock, day, whose(session, args));
    for (const std::string& warning : agenda.warnings)
        session.remark(warning);
    if (!agenda.items.empty() || !args.flag("if-any")) {
        if (session.format == "ics")
            print_calendar(session, agenda);
        else
            print_table(session, agenda);
        if (agenda.items.empty())
            session.remark_nothing("nothing is due");
    }
    return agenda.items.empty() && args.flag("exit-empty") ? 1 : 0;
}

std::vector<Option> options() {
    std::vector<Option> all = whose_options();
    for (const Option& option : std::vector<Option>{
             {.name = "on",
    .kind = Kind::moment,
    .value = "DATE",
    .help = "what is due by that day instead of today"},
             {.name = "if-any",
             .help = "print nothing, not even a header, when nothing is due: for cron"},
             {.name = "exit-empty", .letter = 'e', .help = "exit 1 when nothing is due"}})
        all.push_back(option);
    return all;
}

}  // namespace

Command today_command() {
    return {
        .help = "List what is due",
        .needs = Needs::reading,
        .options = options(),
        .formats = formats::agenda,
        .run = run_today,
        .details =
            "Open tasks, today's meetings (also of series) and visits, planned calls and calls to "
            "return, "
            "people on call lists who asked to be called back, tickets "
            "without a first response or past their resolution date, follow-ups of leads and "
            "deals, deals whose close date has come, quotes that expire, unpaid orders, contracts "
            "to renew (from their renewal reminder on), articles and decisions to review, and "
            "birthdays (those of February 29th are on the 28th in other years). What is overdue "
            "stays in the list. A user sees their own records and those without an owner; anyone "
            "who is not a user sees all.",
        .examples = {{"today", "what is due today"},
                     {"today --of grace --on 'next mon'", "a colleague's next Monday"},
                     {"today --if-any", "in a crontab: a mail only when something is due"}}};
}

}  // namespace crm::cmd
