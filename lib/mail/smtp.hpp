#pragma once

#include "mail/transport.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// The dialogue of SMTP (RFC 5321, 2920) after the connection is made.
namespace crm::mail {

/// Bytes to and from a server.
class Stream {
public:
    virtual ~Stream() = default;
    /// Writes all of it. False where the connection has ended or the time is over.
    virtual bool write(std::string_view bytes, std::chrono::milliseconds timeout) = 0;
    /// Appends what has come, waiting for it. False where the connection has ended or the time is
    /// over.
    virtual bool read(std::string& into, std::chrono::milliseconds timeout) = 0;
};

/// What the server offers, by its last answer to EHLO.
struct Extensions {
    bool pipelining = false;
    bool smtputf8 = false;
    bool auth = false;
    std::int64_t size = 0;  ///< the largest mail in bytes; 0: not said
};
/// From all lines that the server has sent while connecting: the last group of 250 lines counts.
Extensions extensions_in(std::string_view lines);

/// An open connection.
struct Connection {
    std::unique_ptr<Stream> stream;
    Extensions offers;
};

struct SmtpOptions {
    /// Opens a connection; throws busy or config.
    std::function<Connection()> connect;
    std::chrono::milliseconds reply{60'000};      ///< how long to wait for a reply
    std::chrono::milliseconds delivery{600'000};  ///< after the final dot
};

std::unique_ptr<Transport> smtp_transport(SmtpOptions options);

/// A message as it stands between DATA and the final dot: a dot at the beginning of a line is
/// doubled (RFC 5321, 4.5.2), and it ends with CRLF.
std::string dot_stuffed(std::string_view content);

}  // namespace crm::mail
