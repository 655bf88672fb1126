#pragma once

#include "base/template.hpp"
#include "mail/message.hpp"
#include "store/writer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Leaving a campaign: the link in its mails, their headers, and what a token of a link says.
namespace crm::mail {

/// The addresses that are configured, each with {token}; one may be empty.
struct UnsubscribeSettings {
    std::string url;
    std::string mail;
};
/// The address with a token in place of {token}.
std::string with_token(std::string_view text, std::string_view token);
/// https, {token} in it once, nothing that ends a header or the address early.
bool is_unsubscribe_url(std::string_view text);
/// An e-mail address also with a token in it, which the part before the @ has room for (RFC 5321,
/// 4.5.3.1.1).
bool is_unsubscribe_mail(std::string_view text);
/// Throws config where there is neither: nobody could leave.
void require_unsubscribe(const UnsubscribeSettings& settings);

/// One mail of a campaign to one address.
struct CampaignRecipient {
    std::int64_t campaign = 0;
    std::int64_t member = 0;
    std::string address;
};

/// The body of a template of a campaign with a link to unsubscribe in every mail: {{unsubscribe}}
/// alone becomes a link, and where a mail might be without it, a line at the end has it, in the
/// language. `name`: of the template, in errors. Whoever fills it gives the value of
/// unsubscribe_tag (mail/fill.hpp), which is unsubscribe_link.
Template with_unsubscribe_link(std::string_view body, std::string_view language,
                               std::string_view name);

/// What the headers of a campaign's mail to this recipient say. `name`: of the campaign; `from`:
/// the address of the sender.
ListHeaders list_headers(store::Store& store, const UnsubscribeSettings& settings,
                         const CampaignRecipient& to, std::string_view name, std::string_view from);
/// The value of {{unsubscribe}} beside these headers: the https address, else a mailto link.
std::string unsubscribe_link(const ListHeaders& headers);
/// The same for a mail that is only tried: it leads nowhere and has no token.
std::string unsubscribe_link_of_test(const UnsubscribeSettings& settings);

/// What a token says. The address itself is not in it.
struct Unsubscription {
    std::int64_t campaign = 0;
    std::int64_t member = 0;
    std::uint64_t address = 0;  ///< address_mark of it
};
/// 32 characters of base32.
std::string unsubscribe_token(const CampaignRecipient& to, std::uint64_t seed);
/// Nothing for what is not a token of this database.
std::optional<Unsubscription> read_unsubscribe_token(std::string_view token, std::uint64_t seed);
/// What the link in a mail did.
struct Unsubscribed {
    std::string address;
    bool changed = false;  ///< false where they had objected before
};
/// Writes that the owner of the address objects to the topic of the campaign, or to everything, and
/// that the member opted out. Nothing for a token that is forged. Throws not_found where the
/// address is not known any more.
std::optional<Unsubscribed> unsubscribe(store::Writer& writer, std::string_view token,
                                        bool everything);
/// A token out of what a web server or a mail filter passes on: alone, or within an address that is
/// configured, which has {token}; of a URL its path is enough.
std::string_view token_within(std::string_view text, std::string_view address);

/// 40 bits of a hash: which of the addresses of a member is meant, however it is written.
std::uint64_t address_mark(std::string_view address);

}  // namespace crm::mail
