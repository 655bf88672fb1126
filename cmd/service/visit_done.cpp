#include "calendar/meeting_change.hpp"
#include "cmd/service/ticket_words.hpp"

#include <fmt/format.h>

/// visit add, edit and done.
namespace crm::cmd {

Command record_add();
Command record_edit();

namespace {

using store::Record;

Option strict_visit_option() {
    return {.name = "strict", .help = "refuse (exit 4) where the engineer is busy at that time"};
}

/// When it ended: after its minutes on site, else now.
void put_end(Session& session, Record& visit) {
    const auto start = iso_instant(visit.text("start"));
    const std::int64_t minutes = visit.number("minutes");
    Instant end = session.env.clock.now;
    if (start && minutes > 0)
        end = {start->seconds + minutes * 60};
    if (start && end < *start)
        throw Error(Fault::refused, "in_future",
                    fmt::format("{} begins only at {}", visit.short_id(), start->iso()),
                    fmt::format("crm visit done {} start=now minutes=60", visit.short_id()));
    if (start && minutes == 0)
        visit.put(visit.field("minutes"), {Value((end.seconds - start->seconds) / 60)});
    visit.put_text("end", end.iso());
}

/// What comes next for the ticket.
void say_next(Session& session, const Record& visit) {
    const std::int64_t number = visit.number("ticket");
    const auto ticket =
        number == 0 ? std::nullopt : session.store().find(session.model().get("ticket"), number);
    if (!ticket || service::is_closed(ticket->text("status")))
        return;
    if (visit.text("completed") == "Fully")
        session.remark(fmt::format("{} {} can be closed: crm ticket close {} --resolution '…'",
                                   ticket->short_id(), ticket->label(), ticket->short_id()));
    else
        session.remark(fmt::format("{} {} stays open: crm visit plan {}", ticket->short_id(),
                                   ticket->label(), ticket->short_id()));
}

int done(Session& session, const Arguments& args) {
    Change change(session, args);
    const Record before =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    Record after = before;
    after.put_text("status", "Held");
    assign(session, change, after, {args.words.begin() + 1, args.words.end()}, false);
    if (after.text("completed").empty())
        after.put_text("completed", "Fully");
    const bool is_new =
        before.text("status") != "Held" || after.number("minutes") != before.number("minutes");
    if (after.text("end") == before.text("end") && is_new)
        put_end(session, after);
    const bool changed = change.writer.change(before, after);
    change.report.add(after, changed ? "held" : "unchanged",
                      changed ? after.text("completed") : "");
    const int code = change.end();
    if (changed)
        say_next(session, after);
    return code;
}

}  // namespace

Command visit_add() {
    Command c = record_add();
    c.help = "Add a visit";
    c.options.push_back(strict_visit_option());
    c.details =
        "An engineer who is busy at that time is named on standard error with both records: "
        "another visit, a meeting or a planned call. Visits that only touch do not conflict. "
        "Without an end a visit takes one hour. It gets the asset of its ticket, and is "
        "covered, that is free of charge, if the asset is under warranty or contract on that day.";
    c.examples = {
        {"visit add ticket=t1 engineer=grace start='tue 10:00' end='tue 11:00'",
         "warns where Grace is busy"},
        {"visit add asset='Pump in hall 2' engineer=grace start='tomorrow 14:00' --strict",
         "not added where she is busy"}};
    return c;
}

Command visit_edit() {
    Command c = record_edit();
    c.help = "Change fields of visits";
    c.options.push_back(strict_visit_option());
    c.details =
        "An engineer who is busy at the time of the visit is named on standard error, if the "
        "change is about the time or the engineer; with --strict nothing is changed. FIELD= "
        "empties a field, lines+= and lines-= change the parts.";
    c.examples = {
        {"visit edit v1 engineer=grace", "warns where Grace is busy"},
        {"visit edit v1 start='wed 10:00' end='wed 11:00' --strict", "not changed where she is"}};
    return c;
}

Command visit_done() {
    return {
        .help = "Record that a visit was held",
        .needs = Needs::writing,
        .arguments =
            {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the visit"},
             {.name = "FIELD=VALUE",
              .kind = Kind::assignments,
              .many = true,
              .help = "minutes, travel, charge, result, lines, completed …"}},
        .run = done,
        .details =
            "The visit is Held and ends after its minutes, without them now. It is completed Fully "
            "unless completed=Partly or completed=Not is given: then its ticket stays open and "
            "needs another visit. A charge of a visit that is covered is a warning.",
        .examples = {{"visit done v1 minutes=90 charge=180 result='Seal replaced'", ""},
                     {"visit done v1 minutes=30 completed=partly", "a part was missing"}}};
}

}  // namespace crm::cmd
