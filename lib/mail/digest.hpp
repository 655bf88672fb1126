#pragma once

#include "calendar/digest.hpp"
#include "mail/message.hpp"
#include "mail/write.hpp"
#include "store/resolve.hpp"
#include "store/writer.hpp"

/// The mail of `crm remind --mail`.
namespace crm::mail {

/// Writes and queues a digest as text and HTML, with the user's day as agenda.ics, and keeps that
/// its items have been told. Digests are written although the user objected to mail, unless mail
/// to the address came back.
Written write_digest(store::Writer& writer, store::Resolver& resolver,
                     const calendar::Digest& digest, const Address& from);

}  // namespace crm::mail
