#include "mail/sendmail.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "mail/program.hpp"

#include <fmt/format.h>

namespace crm::mail {
namespace {

class Sendmail final : public Transport {
public:
    Sendmail(std::vector<std::string> words, std::chrono::milliseconds timeout)
        : words_(std::move(words)), timeout_(timeout) {}

    void send(const std::vector<Envelope>& mails, DeliveryLog& log) override {
        for (const Envelope& mail : mails) {
            // Programs of that kind take lines as they are in a file.
            std::string content = mail.content;
            std::erase(content, '\r');
            for (const Envelope::Recipient& recipient : mail.recipients)
                send(mail, recipient, content, log);
        }
    }

private:
    void send(const Envelope& mail, const Envelope::Recipient& recipient,
              const std::string& content, DeliveryLog& log) {
        std::vector<std::string> words = words_;
        if (!mail.sender.empty())
            words.insert(words.end(), {"-f", mail.sender});
        words.insert(words.end(), {"--", recipient.address});
        const Ended ended =
            run_program(words, content, timeout_, [&] { log.about_to_leave(recipient.delivery); });
        const std::string said =
            text::clipped(text::visible(text::trimmed(text::sanitised(ended.output))), 150);
        std::string verdict =
            fmt::format("{} ended with {}", words_.front().substr(words_.front().rfind('/') + 1),
                        ended.killed ? "a signal" : fmt::to_string(ended.code));
        if (!said.empty())
            verdict += ": " + said;
        report(recipient.delivery, ended, verdict, log);
    }

    void report(std::int64_t delivery, const Ended& ended, const std::string& verdict,
                DeliveryLog& log) const {
        if (ended.code == -1 && !ended.killed)
            fail_to_start(delivery, log);
        switch (ended.killed ? -1 : ended.code) {
            case 0:
                return log.done(delivery, Outcome::accepted, "");
            case 69:
            case 75:
                return log.done(delivery, Outcome::deferred, verdict);
            case 64:
            case 65:
            case 66:
            case 67:
            case 68:
                return log.done(delivery, Outcome::refused, verdict);
            case 77:
            case 78:
                log.done(delivery, Outcome::not_reached, "");
                throw Error(Fault::config, "sendmail", verdict);
            case 126:
            case 127:
                fail_to_start(delivery, log);
            default:
                return log.done(delivery, Outcome::unanswered, verdict);
        }
    }

    [[noreturn]] void fail_to_start(std::int64_t delivery, DeliveryLog& log) const {
        log.done(delivery, Outcome::not_reached, "");
        throw Error(Fault::config, "sendmail",
                    fmt::format("'{}' cannot be run", text::visible(words_.front())),
                    "sendmail = [\"/usr/sbin/sendmail\", \"-i\"]");
    }

    std::vector<std::string> words_;
    std::chrono::milliseconds timeout_;
};

}  // namespace

std::unique_ptr<Transport> sendmail_transport(std::vector<std::string> words,
                                              std::chrono::milliseconds timeout) {
    return std::make_unique<Sendmail>(std::move(words), timeout);
}

}  // namespace crm::mail
