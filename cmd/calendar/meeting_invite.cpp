#include "cmd/calendar/invite.hpp"
#include "cmd/mail/settings.hpp"

#include <fmt/format.h>

/// meeting invite: mails with the meeting to those who have not had this version of it.
namespace crm::cmd {

mail::Inviter inviter(Session& session) {
    return {default_sender(session), session.env.clock};
}

bool report_invitations(Session& session, Change& change,
                        const std::vector<mail::Written>& written) {
    bool all = true;
    for (const mail::Written& one : written) {
        if (!one.fault.empty() || !one.mail) {
            all = false;
            session.remark(fmt::format("{} {}", one.to, one.fault));
            continue;
        }
        change.report.add(*one.mail, "queued", fmt::format("{} to {}", one.mail->label(), one.to));
    }
    return all;
}

namespace {

int run_meeting_invite(Session& session, const Arguments& args) {
    const mail::Inviter from = inviter(session);
    bool all = true;
    Change change(session, args);
    for (const std::string& reference : session.references(args.words)) {
        store::Record meeting =
            load_not_deleted(session, resolve_reference(session, args.noun, reference));
        const auto written = mail::invite(change.writer, session.resolver(), meeting, from);
        all = report_invitations(session, change, written) && all;
        if (written.empty())
            change.report.add(meeting, "unchanged");
    }
    const int code = change.end();
    return all ? code : static_cast<int>(Fault::rejected);
}

}  // namespace

Command meeting_invite() {
    return {.help = "Invite the attendees of a meeting by mail",
            .needs = Needs::writing,
            .arguments = {{.name = "REF…|-",
                           .kind = Kind::reference,
                           .required = true,
                           .many = true,
                           .help = "the meetings (- reads references from standard input)"}},
            .run = run_meeting_invite,
            .details =
                "Queues a mail with the meeting as iCalendar for each attendee who has not had "
                "this version of it; crm mail send sends it. When the start, the end, the place, "
                "the recurrence or the status changes afterwards, the meeting has a new version. "
                "Attendees without an address are named (exit 6). Answers come back with crm "
                "meeting import.",
            .examples = {{"meeting invite mt1", ""}}};
}

}  // namespace crm::cmd
