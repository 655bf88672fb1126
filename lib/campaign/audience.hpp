#pragma once

#include "campaign/channel.hpp"
#include "campaign/texts.hpp"
#include "store/resolve.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Who gets the next mail of a campaign, and why the others do not.
namespace crm::campaign {

/// Each member has the first that fits.
enum class Reason : std::uint8_t {
    already_sent,  ///< this step has been queued for this address, or a letter was sent
    stopped,  ///< they have answered, objected or came back since the last step; a call ended it
    not_due,  ///< the time of the next step has not come
    no_address,
    opted_out,
    bounced,
    no_consent,
    open_ticket,
    mailed_recently,
    other_channel,
    duplicate_address,
    cannot_be_filled,
    to_mail,
};
inline constexpr std::size_t reasons = 13;
std::string_view word(Reason reason);

struct Candidate {
    std::int64_t member = 0;
    std::string uid;  ///< of the member
    store::Found who;
    std::string name, address, language;
    std::int64_t step = 1;  ///< the one that comes next
    std::string key{};      ///< mail::once_key of the address and the step
    Reason reason = Reason::to_mail;
    bool has_open_problem = false;  ///< of those to mail: people/open_problems.hpp
    std::string variant{};
    const Text* text = nullptr;  ///< of those to mail
    TemplateValues values{};
};

struct AudienceRequest {
    store::Resolver& resolver;
    const Clock& clock;
    const store::Record& campaign;
    std::optional<std::int64_t> step{};  ///< only this one; else of each member the next
    Texts* texts = nullptr;              ///< what is sent; null: values are not looked at
};

/// The members of a campaign in the order of their ids. Throws usage where `not_with` is not a
/// query or the campaign has no such step.
std::vector<Candidate> audience(const AudienceRequest& request);

/// The nouns of the records that are members.
std::vector<const meta::Entity*> nouns_of_members(store::Store& store, std::int64_t campaign);

/// What the campaign has cost beside its budget, where that is more: "150.00 EUR of 100.00 EUR".
std::optional<std::string> over_budget(store::Store& store, const store::Record& campaign);

}  // namespace crm::campaign
