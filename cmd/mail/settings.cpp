#include "cmd/mail/settings.hpp"

#include "base/text.hpp"
#include "mail/curl.hpp"
#include "mail/outbox.hpp"
#include "mail/program.hpp"
#include "mail/sendmail.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds password_time(60'000), sendmail_time(600'000);

std::int64_t seconds_of(Session& session, std::string_view key, std::int64_t otherwise) {
    const auto read = read_duration(session.config.value(key));
    return read ? duration_seconds(*read) : otherwise;
}

std::vector<mail::Throttle> throttles(Session& session) {
    std::vector<mail::Throttle> out;
    if (const auto rate = mail::read_rate(session.config.value("mail_rate")))
        out.push_back({"", *rate});
    for (const Rule& rule : session.config.of("throttle")) {
        const auto rate = mail::read_rate(rule.text("rate"));
        if (!rate)
            throw Error(Fault::config, "bad_config", rule.origin + ": " + rate.error().message,
                        rate.error().hint);
        out.push_back({rule.text("domain"), *rate});
    }
    return out;
}

std::string password(Session& session) {
    const std::string line = session.config.value("password_command");
    if (line.empty())
        return {};
    const auto words = split_command_line(line);
    const mail::Ended ended =
        words ? mail::run_program(*words, "", password_time) : mail::Ended{-1};
    if (ended.code != 0 || ended.killed)
        throw Error(Fault::config, "password_command", "password_command failed",
                    "run it by hand: " + line);
    return ended.output.substr(0, ended.output.find_first_of("\r\n"));
}

int report_sent(Session& session, const mail::SendReport& done) {
    if (!session.quiet)
        for (const std::string& problem : done.problems)
            session.remark(problem);
    if (done.busy && session.verbose)
        session.remark("another crm mail send is at work");
    const bool any = done.sent + done.deferred + done.failed + done.unsure + done.cancelled > 0;
    if (session.verbose || (session.env.err_tty && any && !session.quiet))
        session.remark(fmt::format("{} sent, {} deferred, {} failed, {} unsure, {} cancelled",
                                   done.sent, done.deferred, done.failed, done.unsure,
                                   done.cancelled));
    return done.failed + done.unsure > 0 ? static_cast<int>(Fault::rejected) : 0;
}

/// A program is started for each mail and address, which takes about a fifth of a second.
void warn_of_slow_program(Session& session, const mail::SendOptions& options) {
    constexpr std::int64_t many = 500, per_minute = 300;
    if (session.quiet || session.config.value("sendmail").empty())
        return;
    const auto due = static_cast<std::int64_t>(
        mail::deliveries(session.store(), {.state = mail::State::queued, .due = options.now()})
            .size());
    const std::int64_t mails = std::min(due, options.limit);
    if (mails > many)
        session.say(fmt::format("warning: {} mails by a program take about {} min; smtp is faster",
                                mails, (mails + per_minute - 1) / per_minute));
}

}  // namespace

mail::Address default_sender(Session& session) {
    if (const auto from = mail::read_address(session.config.value("mail_from")))
        return *from;
    if (const auto me = session.resolver().me()) {
        const store::Record user = session.store().get(session.model().get("user"), *me);
        if (const std::string& email = user.text(*user.entity->find("email")); !email.empty())
            return {user.label(), email};
    }
    throw Error(Fault::config, "no_sender", "nobody knows who sends: there is no mail_from",
                "crm config set mail_from 'Acme <sales@acme.example>', or from=…");
}

mail::UnsubscribeSettings unsubscribe_settings(Session& session) {
    mail::UnsubscribeSettings out{session.config.value("unsubscribe_url"),
                                  session.config.value("unsubscribe_mail")};
    mail::require_unsubscribe(out);
    return out;
}

mail::SendOptions send_options(Session& session) {
    mail::SendOptions out;
    if (const auto from = mail::read_address(session.config.value("mail_from")))
        out.sender.from = *from;
    out.sender.bounce_address = session.config.value("bounce_address");
    out.sender.clock = session.env.clock;
    out.retry.first = seconds_of(session, "mail_retry", out.retry.first);
    out.retry.life = seconds_of(session, "mail_life", out.retry.life);
    out.throttles = throttles(session);
    out.unsubscribe = {session.config.value("unsubscribe_url"),
                       session.config.value("unsubscribe_mail")};
    out.hours = mail::read_mail_hours(session.config.value("mail_hours"));
    out.lock_wait = session.lock_wait;
    const auto begun = steady_clock::now();
    out.now = [start = session.env.clock.now, begun] {
        const auto passed =
            std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now() - begun);
        return Instant{start.seconds + passed.count()};
    };
    return out;
}

std::unique_ptr<mail::Transport> configured_transport(Session& session,
                                                      std::optional<milliseconds> timeout) {
    const std::string url = session.config.value("smtp"), line = session.config.value("sendmail");
    if (url.empty() == line.empty())
        throw Error(Fault::config, "no_transport",
                    url.empty() ? "mail cannot be sent: neither smtp nor sendmail is configured"
                                : "smtp and sendmail are both configured",
                    "crm config set smtp smtps://user@host:465");
    if (!line.empty()) {
        const auto words = split_command_line(line);
        if (!words)
            throw Error(Fault::config, "bad_config", "sendmail: " + words.error().message);
        return mail::sendmail_transport(*words, timeout.value_or(sendmail_time));
    }
    mail::ServerOptions server{
        .url = url, .password = password(session), .ca_file = session.config.value("smtp_ca")};
    mail::SmtpOptions options;
    if (timeout) {
        server.connect = *timeout;
        options.reply = *timeout;
        options.delivery = *timeout;
    }
    options.connect = [server] { return mail::connect_to(server); };
    return mail::smtp_transport(std::move(options));
}

int send_mail(Session& session, mail::SendOptions options, std::optional<milliseconds> timeout) {
    warn_of_slow_program(session, options);
    options.transport = [&] { return configured_transport(session, timeout); };
    return report_sent(session, mail::send_due(session.store(), options));
}

}  // namespace crm::cmd
