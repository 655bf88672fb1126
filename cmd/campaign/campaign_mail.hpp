#pragma once

#include "campaign/audience.hpp"
#include "campaign/queueing.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/session.hpp"

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// What check, preview and send of campaigns share.
namespace crm::cmd {

/// The texts of a campaign that goes by e-mail; null for the others. Throws usage where they are
/// wrong, config where nobody could unsubscribe.
/// `who`: somebody who need not be a member.
std::unique_ptr<campaign::Texts> campaign_texts(Session& session, const store::Record& campaign,
                                                std::optional<store::Found> who = {});
/// The same; throws refused for a campaign that does not go by e-mail.
std::unique_ptr<campaign::Texts> mail_texts(Session& session, const store::Record& campaign,
                                            std::optional<store::Found> who = {});

/// WHO of `campaign preview` and `campaign send --test`: the second word, if there is one.
std::optional<store::Found> reader_given(Session& session, const Arguments& args);

/// Warns where some who get the mail have an open problem.
void warn_of_open_problems(Session& session, std::span<const campaign::Candidate> candidates);

/// Sender and time. Throws config where it is not known who sends.
campaign::Sending campaign_sending(Session& session, const store::Record& campaign);

/// How many have which reason.
std::array<std::int64_t, campaign::reasons> counts_of(
    std::span<const campaign::Candidate> candidates);

}  // namespace crm::cmd
