#pragma once

#include "mail/smtp.hpp"

#include <chrono>
#include <string>

/// Connections to SMTP servers by libcurl, which is loaded when the first one is made: TLS, its
/// certificates and AUTH are libcurl's, the dialogue after them is ours, since libcurl hides
/// whether the final dot had left.
namespace crm::mail {

struct ServerOptions {
    std::string url;       ///< smtp://user@host:587, smtps://host:465
    std::string password;  ///< for the user of the URL
    std::string ca_file;   ///< certificates of authorities; empty: the system's
    std::chrono::milliseconds connect{30'000};
};

/// Throws io where libcurl is not installed, busy where the server cannot be had, config for what
/// is wrong with the certificate, the user, the password or the URL.
Connection connect_to(const ServerOptions& options);

/// Whether the URL of a server names a user.
bool names_user(const std::string& url);

/// Whether libcurl can be loaded.
bool has_curl();

}  // namespace crm::mail
