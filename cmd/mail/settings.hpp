#pragma once

#include "cmd/cli/session.hpp"
#include "mail/send.hpp"
#include "mail/unsubscribe.hpp"

#include <chrono>
#include <memory>
#include <optional>

/// What the configuration says about mail.
namespace crm::cmd {

/// The sender of new mail: mail_from, else the address of the user who acts. Throws config where
/// there is neither.
mail::Address default_sender(Session& session);

/// How who gets a campaign leaves it; throws config where neither way is configured.
mail::UnsubscribeSettings unsubscribe_settings(Session& session);

/// Everything but the transport.
mail::SendOptions send_options(Session& session);

/// The server or the program that mail is sent by; throws config where none or both are
/// configured. `timeout`: of replies, instead of the default.
std::unique_ptr<mail::Transport> configured_transport(
    Session& session, std::optional<std::chrono::milliseconds> timeout);

/// Sends what is due and says what failed; the exit code.
int send_mail(Session& session, mail::SendOptions options,
              std::optional<std::chrono::milliseconds> timeout);

}  // namespace crm::cmd
