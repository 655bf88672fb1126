#include "calendar/busy.hpp"
#include "calendar/meeting_change.hpp"
#include "cmd/calendar/activity_words.hpp"
#include "cmd/calendar/invite.hpp"

#include <fmt/format.h>

/// meeting cancel, accept, tentative and decline.
namespace crm::cmd {
namespace {

using store::Record;

/// A meeting, or with --on the occurrence of that day.
calendar::MeetingPart part_given(Session& session, const Arguments& args) {
    const Record meeting =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    return calendar::part_of(session.store(), meeting, args.date("on", session.env.clock),
                             session.env.clock);
}

int cancel(Session& session, const Arguments& args) {
    const Clock& clock = session.env.clock;
    Change change(session, args);
    const calendar::MeetingPart part = part_given(session, args);
    Record after = part.meeting;
    std::string what = after.label();
    if (part.occurrence) {
        const std::string& except = after.text(*after.entity->find("except"));
        after.put_text("except",
                       (except.empty() ? "" : except + "; ") + part.occurrence->start.iso());
        what += " " + calendar::time_line(*part.occurrence, clock);
    } else {
        after.put_text("status", "Not Held");
    }
    const bool changed = change.writer.change(part.meeting, after);
    change.report.add(after, changed ? "cancelled" : "unchanged", changed ? what : "");
    bool all = true;
    if (changed && args.flag("invite")) {
        Record own = part.occurrence ? calendar::split_off(part.meeting, *part.occurrence) : after;
        all = report_invitations(session, change,
                                 mail::cancel_invitation(change.writer, session.resolver(), after,
                                                         std::move(own), inviter(session)));
    }
    const int code = change.end();
    return all ? code : static_cast<int>(Fault::rejected);
}

store::Found person_given(Session& session, const Arguments& args) {
    if (args.words.size() > 1)
        return resolve_reference(session, nullptr, args.words[1]);
    return resolve_reference(session, &session.model().with(meta::Role::user), "me");
}

/// Sets the answer of one attendee, with --on for one occurrence.
int respond(Session& session, const Arguments& args, std::string_view response,
            std::string_view result) {
    Change change(session, args);
    const calendar::MeetingPart part = part_given(session, args);
    const store::Found person = person_given(session, args);
    Record after =
        part.occurrence ? calendar::split_off(part.meeting, *part.occurrence) : part.meeting;
    calendar::respond(after, person, response);
    bool changed = true;
    if (part.occurrence)
        change.writer.add(after);
    else
        changed = change.writer.change(part.meeting, after);
    change.report.add(after, changed ? result : "unchanged",
                      changed ? fmt::format("{}: {}", after.label(),
                                            calendar::id_and_name(session.store(), person))
                              : "");
    return change.end();
}

int accept(Session& session, const Arguments& args) {
    return respond(session, args, "Accepted", "accepted");
}
int tentative(Session& session, const Arguments& args) {
    return respond(session, args, "Tentative", "tentative");
}
int decline(Session& session, const Arguments& args) {
    return respond(session, args, "Declined", "declined");
}

Command response(std::string_view help, int (*run)(Session&, const Arguments&),
                 std::vector<Example> examples) {
    return {
        .help = help,
        .needs = Needs::writing,
        .arguments =
            {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the meeting"},
             {.name = "WHO", .kind = Kind::any_reference, .help = "who answers; without it, you"}},
        .options = {on_option()},
        .run = run,
        .details =
            "With --on the occurrence of that day becomes a meeting of its own. "
            "Whoever has declined is not busy.",
        .examples = std::move(examples)};
}

}  // namespace

Command meeting_cancel() {
    return {.help = "Cancel a meeting or one occurrence of a series",
            .needs = Needs::writing,
            .arguments =
                {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the meeting"}},
            .options = {on_option(),
                        {.name = "invite", .help = "tell those who were invited, by mail"}},
            .run = cancel,
            .details =
                "The status becomes Not Held. With --on the day becomes an exception of "
                "the series.",
            .examples = {{"meeting cancel mt1", ""},
                         {"meeting cancel mt1 --on 2026-12-22", "only that day"},
                         {"meeting cancel mt1 --invite", "and tell those who were invited"}}};
}

Command meeting_accept() {
    return response("Accept an invitation", accept,
                    {{"meeting accept mt1", "you come"},
                     {"meeting accept mt1 ada@acme.example", "she said that she comes"}});
}
Command meeting_tentative() {
    return response("Accept an invitation tentatively", tentative,
                    {{"meeting tentative mt1 c1", ""}});
}
Command meeting_decline() {
    return response("Decline an invitation", decline,
                    {{"meeting decline mt1 c1 --on 2026-12-29", "one of a series"}});
}

}  // namespace crm::cmd
