#pragma once

#include "mail/message.hpp"
#include "mail/write.hpp"
#include "store/writer.hpp"
#include "time/date.hpp"

#include <string>
#include <vector>

/// Invitations to meetings: mails with the meeting as iCalendar, which mail programs answer (RFC
/// 5546, RFC 6047).
namespace crm::mail {

/// Who invites, and whose clock the times in the text are of.
struct Inviter {
    Address from;
    Clock clock;
};

/// Queues a mail for each attendee who has not had this version of the meeting; the sender has
/// none. `meeting` is as in the database, and has the versions that people had afterwards.
std::vector<Written> invite(store::Writer& writer, store::Resolver& resolver,
                            store::Record& meeting, const Inviter& inviter);

/// Tells everybody who was invited that the meeting was cancelled. `part` is the meeting or one
/// occurrence of it, and `meeting` the record that knows who was invited.
std::vector<Written> cancel_invitation(store::Writer& writer, store::Resolver& resolver,
                                       store::Record& meeting, store::Record part,
                                       const Inviter& inviter);

}  // namespace crm::mail
