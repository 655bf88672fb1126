#pragma once

#include "mail/write.hpp"
#include "store/consent.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Double opt-in: somebody is asked by a mail, and agrees by the link in it.
namespace crm::mail {

struct ConsentRequest {
    Recipient to;
    std::string topic;
    std::string from;  ///< address of the sender
    std::string url;   ///< with {token}
};
/// Throws config where no such address is configured.
void require_confirm_url(std::string_view url);

/// Writes the request to the ledger and queues the mail, in the language of the recipient. Throws
/// refused where the address is suppressed.
Written request_consent(store::Writer& writer, store::Resolver& resolver,
                        const ConsentRequest& request);

/// What a token did.
struct Confirmed {
    std::string address;
    bool changed = false;  ///< false where it was confirmed before
};
/// Writes that the request was confirmed. Nothing for a token that is forged. Throws refused where
/// the owner of the address has objected since they were asked, not_found after an erasure.
std::optional<Confirmed> confirm_consent(store::Writer& writer, std::string_view token);

}  // namespace crm::mail
