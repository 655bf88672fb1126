#include "mail/smtp.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace crm::mail {
namespace {

constexpr std::size_t longest_line = std::size_t{64} << 10, most_lines = 100;
constexpr int most_losses = 3;  ///< of connections, without a delivery between

/// The connection ended, or the server no longer speaks SMTP.
struct Lost {
    std::string why;
    bool later = false;  ///< it said 421: what was under way is tried later
};

struct Reply {
    int code = 0;
    std::string text;  ///< the code and the last line

    bool good() const { return code / 100 == 2; }
    bool later() const { return code / 100 == 4; }
    Outcome outcome() const { return later() ? Outcome::deferred : Outcome::refused; }
};

bool is_ascii(std::string_view s) {
    return std::ranges::all_of(s, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// What would be several commands or none.
bool is_safe_address(std::string_view address) {
    return std::ranges::none_of(address, [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '<' || c == '>' || c == 0x7f;
    });
}

class Session {
public:
    Session(Connection connection, const SmtpOptions& options)
        : connection_(std::move(connection)), options_(options) {}

    const Extensions& offers() const { return connection_.offers; }

    void write(std::string_view bytes) {
        if (!connection_.stream->write(bytes, options_.reply))
            throw Lost{"the connection was lost"};
    }

    Reply reply(std::chrono::milliseconds timeout) {
        for (std::size_t lines = 0; lines < most_lines; ++lines) {
            const std::string line = read_line(timeout);
            int code = 0;
            const auto [end, wrong] = std::from_chars(
                line.data(), line.data() + std::min<std::size_t>(3, line.size()), code);
            if (wrong != std::errc{} || code < 200 || code > 599)
                throw Lost{"the server sent something that is not a reply"};
            if (line.size() <= 3 || line[3] != '-')
                return {code, text::clipped(text::visible(text::sanitised(line)), 200)};
        }
        throw Lost{"the server sent a reply without an end"};
    }
    Reply reply() { return reply(options_.reply); }
    Reply reply_to_mail() { return reply(options_.delivery); }

private:
    std::string read_line(std::chrono::milliseconds timeout) {
        for (;;) {
            const auto end = received_.find('\n');
            if (end != std::string::npos) {
                std::string line = received_.substr(0, end);
                received_.erase(0, end + 1);
                if (line.ends_with('\r'))
                    line.pop_back();
                return line;
            }
            if (received_.size() > longest_line)
                throw Lost{"the server sent a line without an end"};
            if (!connection_.stream->read(received_, timeout))
                throw Lost{"the server did not answer"};
        }
    }

    Connection connection_;
    const SmtpOptions& options_;
    std::string received_;
};

class Smtp final : public Transport {
public:
    explicit Smtp(SmtpOptions options) : options_(std::move(options)) {}

    void send(const std::vector<Envelope>& mails, DeliveryLog& log) override {
        log_ = &log;
        at_ = 0;
        while (at_ < mails.size()) {
            if (!session_)
                session_.emplace(options_.connect(), options_);
            try {
                dialogue(mails);
            } catch (const Lost& lost) {
                session_.reset();
                leave(mails[at_], lost);
                if (++losses_ >= most_losses)
                    throw Error(Fault::busy, "no_server", lost.why, "crm mail send tries again");
            }
        }
    }

private:
    /// A mail between its commands and its end.
    struct Accepted {
        std::vector<const Envelope::Recipient*> recipients;
        bool ready = false;  ///< the server waits for the content
    };

    void done(std::int64_t delivery, Outcome outcome, std::string_view verdict) {
        done_.insert(delivery);
        log_->done(delivery, outcome, verdict);
    }

    void advance() {
        ++at_;
        done_.clear();
    }

    /// The mail at which the connection ended: again over another one, unless something became of
    /// it.
    void leave(const Envelope& mail, const Lost& lost) {
        if (lost.later)
            for (const auto& recipient : mail.recipients)
                if (!done_.contains(recipient.delivery))
                    done(recipient.delivery, Outcome::deferred, lost.why);
        if (!done_.empty())
            advance();
    }

    /// Sends mails from `at_` on, until all are done or the connection is lost.
    void dialogue(const std::vector<Envelope>& mails) {
        bool asked = false;  // the commands of the mail at `at_` are on their way
        while (at_ < mails.size()) {
            const Envelope& mail = mails[at_];
            if (!can_be_sent(mail)) {
                advance();
                continue;
            }
            if (!asked)
                write_commands(mail);
            asked = false;
            const Accepted accepted = read_answers(mail);
            if (!accepted.ready) {
                advance();
                continue;
            }
            if (accepted.recipients.empty()) {
                end_without_mail();
                advance();
                continue;
            }
            const Envelope* next = next_for_pipeline(mails);
            deliver(mail, accepted, next);
            advance();
            asked = next != nullptr;
        }
    }

    /// Refuses what the server does not take, before anything is said to it.
    bool can_be_sent(const Envelope& mail) {
        std::string why;
        const Extensions& offers = session_->offers();
        if (offers.size > 0 && static_cast<std::int64_t>(mail.content.size()) > offers.size)
            why = fmt::format("larger than the {} bytes that the server takes", offers.size);
        for (const auto& recipient : mail.recipients) {
            if (!is_safe_address(recipient.address))
                why = "a line break or a blank in the address";
            else if (!offers.smtputf8 && !is_ascii(recipient.address))
                why = "the server does not take addresses that are not ASCII (SMTPUTF8)";
        }
        if (!is_safe_address(mail.sender))
            why = "a line break or a blank in the sender";
        if (why.empty())
            return true;
        for (const auto& recipient : mail.recipients)
            done(recipient.delivery, Outcome::refused, why);
        return false;
    }

    const Envelope* next_for_pipeline(const std::vector<Envelope>& mails) {
        if (!session_->offers().pipelining || at_ + 1 >= mails.size())
            return nullptr;
        const Envelope& next = mails[at_ + 1];
        const bool plain =
            next.sender.size() < 200 &&
            std::ranges::all_of(next.recipients, [](const auto& recipient) {
                return is_ascii(recipient.address) && is_safe_address(recipient.address);
            });
        const bool fits = session_->offers().size == 0 ||
                          static_cast<std::int64_t>(next.content.size()) <= session_->offers().size;
        return plain && fits && is_safe_address(next.sender) ? &next : nullptr;
    }

    std::string mail_command(const Envelope& mail) const {
        const bool utf8 = !is_ascii(mail.sender) ||
                          std::ranges::any_of(mail.recipients, [](const auto& recipient) {
                              return !is_ascii(recipient.address);
                          });
        return fmt::format("MAIL FROM:<{}>{}\r\n", mail.sender, utf8 ? " SMTPUTF8" : "");
    }
    static std::string rcpt_command(const Envelope::Recipient& recipient) {
        return fmt::format("RCPT TO:<{}>\r\n", recipient.address);
    }

    std::string commands(const Envelope& mail) const {
        std::string out = mail_command(mail);
        for (const auto& recipient : mail.recipients)
            out += rcpt_command(recipient);
        return out + "DATA\r\n";
    }

    /// Without pipelining, `read_answers` writes the others one by one.
    void write_commands(const Envelope& mail) {
        session_->write(session_->offers().pipelining ? commands(mail) : mail_command(mail));
    }

    Accepted read_answers(const Envelope& mail) {
        const bool pipelined = session_->offers().pipelining;
        Accepted out;
        const Reply from = answer();
        if (!from.good() && !pipelined) {
            refuse_all(mail, from);
            return out;
        }
        std::vector<std::pair<const Envelope::Recipient*, Reply>> refused;
        for (const auto& recipient : mail.recipients) {
            if (!pipelined)
                session_->write(rcpt_command(recipient));
            const Reply to = answer();
            if (from.good() && to.good())
                out.recipients.push_back(&recipient);
            else
                refused.emplace_back(&recipient, from.good() ? to : from);
        }
        for (const auto& [recipient, reply] : refused)
            done(recipient->delivery, reply.outcome(), reply.text);
        if (!pipelined && out.recipients.empty()) {
            reset();
            return out;
        }
        if (!pipelined)
            session_->write("DATA\r\n");
        const Reply data = answer();
        out.ready = data.code == 354;
        if (out.ready)
            return out;
        for (const auto* recipient : out.recipients)
            done(recipient->delivery, data.outcome(), data.text);
        reset();
        return out;
    }

    void refuse_all(const Envelope& mail, const Reply& reply) {
        for (const auto& recipient : mail.recipients)
            done(recipient.delivery, reply.outcome(), reply.text);
        reset();
    }

    /// 421 ends the connection; what was not answered is tried over another one.
    Reply answer() {
        Reply reply = session_->reply();
        if (reply.code == 421)
            throw Lost{reply.text, true};
        return reply;
    }

    void reset() {
        session_->write("RSET\r\n");
        session_->reply();
    }

    /// RFC 2920, 3.1: where no recipient was accepted and DATA all the same, a single dot.
    void end_without_mail() {
        session_->write(".\r\n");
        session_->reply();
        reset();
    }

    void deliver(const Envelope& mail, const Accepted& accepted, const Envelope* next) {
        std::string bytes = dot_stuffed(mail.content) + ".\r\n";
        if (next != nullptr)
            bytes += commands(*next);
        for (const auto* recipient : accepted.recipients)
            log_->about_to_leave(recipient->delivery);
        Reply reply;
        try {
            session_->write(bytes);
            reply = session_->reply_to_mail();
        } catch (const Lost& lost) {
            for (const auto* recipient : accepted.recipients)
                done(recipient->delivery, Outcome::unanswered, lost.why);
            throw;
        }
        for (const auto* recipient : accepted.recipients)
            done(recipient->delivery, reply.good() ? Outcome::accepted : reply.outcome(),
                 reply.text);
        if (reply.good())
            losses_ = 0;
    }

    SmtpOptions options_;
    std::optional<Session> session_;
    DeliveryLog* log_ = nullptr;
    std::size_t at_ = 0;
    std::set<std::int64_t> done_;  ///< of the mail at `at_`
    int losses_ = 0;
};

}  // namespace

Extensions extensions_in(std::string_view lines) {
    Extensions out;
    bool in_group = false;
    for (std::string_view line : text::split(lines, '\n')) {
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (!line.starts_with("250")) {
            in_group = false;
            continue;
        }
        if (!in_group)
            out = {};
        in_group = true;
        const std::string word =
            text::lower_ascii(line.substr(std::min<std::size_t>(4, line.size())));
        if (word == "pipelining")
            out.pipelining = true;
        else if (word == "smtputf8")
            out.smtputf8 = true;
        else if (word.starts_with("auth ") || word.starts_with("auth="))
            out.auth = true;
        else if (word.starts_with("size "))
            std::from_chars(word.data() + 5, word.data() + word.size(), out.size);
    }
    return out;
}

std::string dot_stuffed(std::string_view content) {
    std::string out;
    out.reserve(content.size() + 16);
    if (content.starts_with('.'))
        out += '.';
    std::size_t from = 0;
    for (std::size_t at; (at = content.find("\n.", from)) != std::string_view::npos; from = at + 1)
        out.append(content, from, at + 1 - from).append(".");
    out.append(content, from);
    if (!out.empty() && !out.ends_with("\r\n"))
        out += "\r\n";
    return out;
}

std::unique_ptr<Transport> smtp_transport(SmtpOptions options) {
    return std::make_unique<Smtp>(std::move(options));
}

}  // namespace crm::mail
