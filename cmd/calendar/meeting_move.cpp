#include "calendar/busy.hpp"
#include "calendar/meeting_change.hpp"
#include "cmd/calendar/activity_words.hpp"
#include "time/describe.hpp"
#include "time/time_of_day.hpp"

#include <fmt/format.h>

/// meeting add, edit, move and split: when meetings take place.
namespace crm::cmd {

Command record_add();
Command record_edit();

namespace {

using store::Record;

Option strict_option() {
    return {.name = "strict", .help = "refuse (exit 4) where somebody is busy at that time"};
}

std::string start_text(Instant at, const Clock& clock) {
    Clock then = clock;
    then.now = at;
    return with_weekday(then.today()) + " " + time_of_day_text(then.second_of_day());
}

/// A day alone keeps the time of day.
Instant new_start(const std::string& when, const calendar::MeetingTime& old, const Clock& clock) {
    const auto day = read_date(when, clock);
    if (day && when.find(':') == std::string::npos && when != "now") {
        Clock then = clock;
        then.now = old.start;
        return clock.at(*day, then.second_of_day());
    }
    const auto at = read_instant(when, clock);
    if (!at)
        throw at.error();
    return *at;
}

/// Adds the occurrence as a meeting of its own, after `edit` has changed it.
template <class Edit>
int split(Session& session, const Arguments& args, const Edit& edit) {
    const Clock& clock = session.env.clock;
    const auto day = args.date("on", clock);
    Change change(session, args);
    const Record meeting =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    const calendar::MeetingPart part = calendar::part_of(session.store(), meeting, day, clock);
    if (!part.occurrence)
        throw Error(Fault::refused, "no_series",
                    fmt::format("{} {} is not a series", meeting.short_id(), meeting.label()),
                    fmt::format("crm meeting edit {} …", meeting.short_id()));
    Record own = calendar::split_off(meeting, *part.occurrence);
    edit(own, *part.occurrence);
    change.writer.add(own);
    const auto time = calendar::own_time(own, clock);
    change.report.add(own, "added",
                      fmt::format("{} {}", own.label(), calendar::time_line(*time, clock)));
    return change.end();
}

int move(Session& session, const Arguments& args) {
    const Clock& clock = session.env.clock;
    if (args.words.size() != 2)
        throw Error(Fault::usage, "missing", "meeting move requires a meeting and WHEN",
                    "crm meeting move mt1 'tue 14:00'");
    const Record before =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    const bool series = !before.text(*before.entity->find("recurrence")).empty();
    if (args.has("on") && series)
        return split(session, args, [&](Record& own, const calendar::MeetingTime& time) {
            calendar::move_to(own, new_start(args.words[1], time, clock), clock);
        });
    const auto old = calendar::own_time(before, clock);
    if (!old)
        throw Error(Fault::refused, "no_start",
                    fmt::format("{} {} has no start", before.short_id(), before.label()),
                    fmt::format("crm meeting edit {} start='tomorrow 10:00'", before.short_id()));
    if (args.has("on"))
        (void)calendar::part_of(session.store(), before, args.date("on", clock), clock);
    Change change(session, args);
    Record after = before;
    calendar::move_to(after, new_start(args.words[1], *old, clock), clock);
    const bool changed = change.writer.change(before, after);
    if (changed)
        change.report.add(after, "moved",
                          fmt::format("{} -> {}", start_text(old->start, clock),
                                      start_text(calendar::own_time(after, clock)->start, clock)));
    else
        change.report.add(after, "unchanged");
    return change.end();
}

int run_split(Session& session, const Arguments& args) {
    if (args.words.size() != 1 || !args.has("on"))
        throw Error(Fault::usage, "missing", "meeting split requires a meeting and --on DAY",
                    "crm meeting split mt1 --on 2026-12-08");
    return split(session, args, [](Record&, const calendar::MeetingTime&) {});
}

}  // namespace

Command meeting_add() {
    Command c = record_add();
    c.help = "Add a meeting";
    c.options.push_back(strict_option());
    c.options.push_back({.name = "invite",
                         .help = "queue a mail with the meeting for each attendee, as crm meeting "
                                 "invite does"});
    c.details =
        "Whoever attends, organizes or owns the meeting and is busy at that time is named on "
        "standard error: in another meeting, a planned call or a visit. Meetings that only touch "
        "do not conflict; a series is compared over two years. A start that is a day makes it a "
        "meeting of whole days; the day of its end is included. Without an end it takes one hour. "
        "One that ends when it begins takes no time: nobody is busy.";
    c.examples = {
        {"meeting add Kickoff start='tue 10:00' end='tue 11:00' attendees='ada@acme.example'",
         "warns where Ada is busy"},
        {"meeting add Standup start='mon 9:00' recurrence=weekdays --strict",
         "a series; not added where it conflicts"},
        {"meeting add Review start='wed 14:00' attendees=ada@acme.example --invite",
         "the same mail as crm meeting invite queues"}};
    return c;
}

Command meeting_edit() {
    Command c = record_edit();
    c.help = "Change fields of meetings";
    c.options.push_back(strict_option());
    c.details =
        "Whoever attends, organizes or owns the meeting and is busy at its time is named on "
        "standard error, if the change is about the time or the people; with --strict nothing is "
        "changed. FIELD= empties a field, attendees+= and attendees-= change the list. A series "
        "is changed as a whole: with a new start its exceptions and changed occurrences move "
        "along. crm meeting split makes one occurrence a meeting of its own.";
    c.examples = {
        {"meeting edit mt1 location='Room 4' end='tue 12:00'", ""},
        {"meeting edit mt1 attendees+=ada@acme.example --strict", "not changed where Ada is busy"}};
    return c;
}

Command meeting_move() {
    return {
        .help = "Move a meeting to another time",
        .needs = Needs::writing,
        .arguments = {{.name = "REF WHEN",
                       .kind = Kind::reference,
                       .required = true,
                       .many = true,
                       .help = "the meeting, and its new start; a day keeps the time",
                       .whole = true}},
        .options = {on_option(), strict_option()},
        .run = move,
        .details =
            "The meeting keeps its length, and a series its exceptions. With --on the "
            "occurrence of that day becomes a meeting of its own.",
        .examples = {{"meeting move mt1 'tue 14:00'",
                      "prints: moved mt1 Tue 2026-12-01 10:00 -> Tue 2026-12-01 14:00"},
                     {"meeting move mt1 '2026-12-09 9:00' --on 2026-12-08", "one of a series"}}};
}

Command meeting_split() {
    Option on = on_option();
    on.required = true;
    return {.help = "Make one occurrence of a series a meeting of its own",
            .needs = Needs::writing,
            .arguments =
                {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the series"}},
            .options = {on},
            .run = run_split,
            .details = "It can then be edited; the series leaves it out.",
            .examples = {{"meeting split mt1 --on 2026-12-15", ""}}};
}

}  // namespace crm::cmd
