#include "base/money.hpp"
#include "base/phone.hpp"
#include "base/text.hpp"
#include "cmd/cli/arguments.hpp"
#include "cmd/cli/config.hpp"
#include "mail/mail_hours.hpp"
#include "mail/message.hpp"
#include "mail/rate.hpp"
#include "mail/unsubscribe.hpp"
#include "time/duration.hpp"
#include "time/zone.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

/// The keys and tables that a configuration may have.
namespace crm::cmd {

std::span<const Setting> settings() {
    using Kind = Setting::Kind;
    static const std::vector<Setting> all = {
        {"user", Kind::text, "the login name", "who acts: login, e-mail address or name of a user"},
        {"timezone", Kind::zone, "the system's", "the time zone for days and times: Europe/Berlin",
         "TZ"},
        {"country", Kind::country, "the locale's", "country of telephone numbers without +: DE"},
        {"currency", Kind::currency, "EUR", "currency of a new database"},
        {"seller", Kind::text, "none", "your name and address on quotes and orders, one line each"},
        {"color",
         Kind::choice,
         "auto",
         "when to use colours: auto, always or never",
         {},
         false,
         {"auto", "always", "never"}},
        {"pager",
         Kind::text,
         "less -FRX",
         "program that shows long tables on a terminal; empty for none",
         {},
         true},
        {"opener", Kind::text, "xdg-open", "program that opens addresses for crm open", {}, true},
        {"lock_wait", Kind::duration, "30s", "how long to wait for a locked database"},
        {"mail_from",
         Kind::mailbox,
         "your address",
         "sender of mail: Acme <sales@acme.example>",
         {},
         true},
        {"bounce_address", Kind::mailbox, "the sender", "where bounces of mail go", {}, true},
        {"smtp",
         Kind::server,
         "none",
         "server that mail is sent by: smtps://user@host:465 or smtp://host:587",
         {},
         true},
        {"password_command",
         Kind::program,
         "none",
         "program that prints the password for the mail server",
         {},
         true},
        {"smtp_ca",
         Kind::text,
         "the system's",
         "file of authorities for the mail server",
         {},
         true},
        {"sendmail",
         Kind::program,
         "none",
         "program that mail is sent by, instead of smtp: sendmail -i",
         {},
         true},
        {"mail_rate", Kind::rate, "none", "how much mail leaves at most: 60/min"},
        {"mail_retry", Kind::length, "5min", "when deferred mail is tried again; then twice that"},
        {"mail_life", Kind::length, "5d", "how long deferred mail is tried"},
        {"mail_hours", Kind::hours, "none",
         "hours on the recipient's clock in which campaigns leave: 9-17"},
        {"unsubscribe_url",
         Kind::token_url,
         "none",
         "link to unsubscribe from campaigns: https://us.example/u/{token}",
         {},
         true},
        {"unsubscribe_mail",
         Kind::token_mail,
         "none",
         "address to unsubscribe from campaigns: leave+{token}@us.example",
         {},
         true},
        {"confirm_url",
         Kind::token_url,
         "none",
         "link to confirm consent: https://us.example/c/{token}",
         {},
         true},
        {"dial",
         Kind::program,
         "none",
         "program that dials for crm call next --dial: linphonec -s {number}",
         {},
         true},
        {"call_retry", Kind::length, "2h", "when a number that did not answer is called again"},
        {"call_attempts",
         Kind::choice,
         "5",
         "how often a number that does not answer is called: 1 to 10",
         {},
         false,
         {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}},
        {"kb_review", Kind::length, "1y", "how long an article that was reviewed is not due"},
        {"kb_four_eyes",
         Kind::choice,
         "no",
         "whether articles are published by others than who wrote them",
         {},
         false,
         {"yes", "no"}},
        {"service_rate", Kind::text, "none",
         "what an hour of a visit costs you, for the profit of customers: 60 EUR"},
    };
    return all;
}

std::string variable_of(const Setting& setting) {
    std::string out = "CRM_";
    for (const char c : setting.key)
        out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

namespace {

/// What a server's address must be: a scheme, and no password.
std::optional<Error> server_fault(std::string_view value) {
    constexpr std::string_view valid = "smtp = \"smtps://user@host:465\"";
    const auto scheme = value.find("://");
    const std::string_view name = value.substr(0, scheme);
    const auto at = value.rfind('@');
    if (scheme == std::string_view::npos || (name != "smtp" && name != "smtps") ||
        value.size() <= scheme + 3)
        return Error(Fault::config, "", "the address of a mail server", std::string(valid));
    const std::string_view user = value.substr(
        scheme + 3, at == std::string_view::npos ? std::string_view::npos : at - scheme - 3);
    if (at != std::string_view::npos && user.contains(':'))
        return Error(Fault::config, "", "safe: it has a password",
                     "password_command = \"pass show mail\" prints it");
    return {};
}

/// Of the settings about mail: what the value is not.
std::optional<Error> mail_fault_of(const Setting& setting, std::string_view value) {
    const auto fault = [](std::string is_not, std::string hint) {
        return Error(Fault::config, "", std::move(is_not), std::move(hint));
    };
    using enum Setting::Kind;
    switch (setting.kind) {
        case program:
            if (const auto words = split_command_line(value); !words || words->empty())
                return fault("a command", fmt::format("{} = \"sendmail -i\"", setting.key));
            break;
        case rate:
            if (const auto read = mail::read_rate(value); !read)
                return fault("a valid rate", read.error().hint);
            break;
        case length:
            if (!read_duration(value))
                return fault("a valid duration",
                             fmt::format("{} = \"{}\"", setting.key, setting.fallback));
            break;
        case mailbox:
            if (!mail::read_address(value))
                return fault("an e-mail address", "mail_from = \"Acme <sales@acme.example>\"");
            break;
        case server:
            return server_fault(value);
        case hours:
            if (!mail::read_mail_hours(value))
                return fault("hours of a day", "mail_hours = \"9-17\"");
            break;
        case token_url:
            if (!mail::is_unsubscribe_url(value))
                return fault("an https address with {token}",
                             fmt::format("{} = \"https://us.example/u/{{token}}\"", setting.key));
            break;
        case token_mail:
            if (!mail::is_unsubscribe_mail(value))
                return fault("an e-mail address with {token}",
                             "unsubscribe_mail = \"leave+{token}@us.example\"");
            break;
        default:
            break;
    }
    return {};
}

}  // namespace

std::optional<Error> fault_of(const Setting& setting, std::string_view value) {
    const std::string shown = text::visible(text::clipped(value, 40));
    const auto fault = [&](std::string_view is_not, std::string hint) {
        return Error(Fault::config, "bad_config",
                     fmt::format("{}: '{}' is not {}", setting.key, shown, is_not),
                     std::move(hint));
    };
    using enum Setting::Kind;
    if (setting.kind == choice && std::ranges::find(setting.words, value) == setting.words.end())
        return fault("a valid value",
                     fmt::format("valid values are {}", fmt::join(setting.words, ", ")));
    if (setting.kind == duration && !read_wait(value))
        return fault("a valid duration", fmt::format("{} = \"{}\"", setting.key, setting.fallback));
    if (setting.kind == Setting::Kind::zone && crm::zone(std::string(value)) == nullptr)
        return fault("a time zone", "timezone = \"Europe/Berlin\"");
    if (setting.kind == currency && !known_currency(std::string(value)))
        return fault("a currency", "currency = \"EUR\"");
    if (auto wrong = mail_fault_of(setting, value))
        return fault(wrong->message, wrong->hint);
    if (setting.kind == country && !knows_country(std::string(value)))
        return fault("a known country", "country = \"DE\"");
    return {};
}

namespace {

using RuleKind = RuleKey::Kind;

RuleTable stage_table() {
    return {"stage",
            "an open stage of the sales process, in order; Closed Won and Closed Lost may be "
            "given too",
            {{"name", RuleKind::text, true, "the name of the stage"},
             {"probability", RuleKind::percent, false,
              "the probability of a deal in this stage, in percent; required for "
              "open stages"},
             {"pipeline", RuleKind::text, false,
              "the pipeline of the stage; without it, all pipelines have the stage"},
             {"requires", RuleKind::list, false, "fields that a deal must have in this stage"},
             {"playbook", RuleKind::list, false,
              "articles that help in this stage: titles, ids or references"}},
            "    [[stage]]\n    name = \"Demo\"\n    probability = 30\n"
            "    requires = [\"amount\"]"};
}

RuleTable assign_table() {
    return {"assign",
            "a rule of crm lead assign or crm ticket assign; the first that matches a lead or "
            "ticket is used",
            {{"on", RuleKind::text, false, "the noun it is for", {"lead", "ticket"}},
             {"query", RuleKind::text, false, "the leads or tickets it is for"},
             {"to", RuleKind::list, false,
              "users to choose from; with by = \"territory\", those of the territory; with a "
              "queue, its members"},
             {"by",
              RuleKind::text,
              false,
              "how the user is chosen; territory is for leads, topic for tickets",
              {"round robin", "least busy", "territory", "topic"}},
             {"queue", RuleKind::text, false, "the queue that tickets go to"},
             {"name", RuleKind::text, false, "a name, shown as the reason"}},
            "    [[assign]]\n    query = \"source:Trade-Show\"\n    to = [\"ada\", \"bob\"]\n"
            "    by = \"least busy\"\n\n"
            "    [[assign]]\n    on = \"ticket\"\n    query = \"type:Complaint\"\n"
            "    queue = \"Second Level\""};
}

RuleTable commission_table() {
    return {
        "commission",
        "a commission plan for crm report commissions; amounts above a tier earn the tier's rate",
        {{"name", RuleKind::text, true, "the name of the plan"},
         {"rate", RuleKind::text, true, "the rate: 5 %"},
         {"tiers", RuleKind::list, false,
          "higher rates above an amount, in the currency of the sum unless it names one: 100k = 7 "
          "%"},
         {"of",
          RuleKind::text,
          false,
          "what the commission is paid for; without it, won deals",
          {"won deals", "paid orders", "margin of won deals"}},
         {"query", RuleKind::text, false, "only those that match"},
         {"team", RuleKind::text, false, "the share of the deal's team: 30 %"}},
        "    [[commission]]\n    name = \"Sales\"\n    rate = \"5 %\"\n"
        "    tiers = [\"100k = 7 %\"]\n    team = \"30 %\""};
}

RuleTable escalate_table() {
    return {"escalate",
            "a rule of crm ticket escalate for tickets that are or will be late",
            {{"name", RuleKind::text, true, "a name; each rule has its own"},
             {"on", RuleKind::text, true, "the clock", {"response", "next_response", "resolution"}},
             {"at", RuleKind::text, true,
              "when it acts, in working time: 50% of the target, breach, breach-1h, breach+2h"},
             {"query", RuleKind::text, false, "the tickets it is for; without it, all open ones"},
             {"do", RuleKind::list, true,
              "what it does: FIELD=VALUE, mail=owner, mail=ADDRESS, task=SUBJECT"},
             {"always",
              RuleKind::text,
              false,
              "whether it acts outside of working hours, too",
              {"true", "false"}}},
            "    [[escalate]]\n    name = \"late\"\n    on = \"resolution\"\n    at = \"breach\"\n"
            "    do = [\"priority=urgent\", \"mail=owner\"]"};
}

RuleTable care_table() {
    return {"care",
            "a rule of crm care run for customers before, during and after a purchase",
            {{"name", RuleKind::text, true, "a name; each rule has its own"},
             {"phase",
              RuleKind::text,
              false,
              "when it is for, for readers",
              {"Before", "During", "After"}},
             {"on", RuleKind::text, true, "the noun"},
             {"query", RuleKind::text, false, "the records it is for; without it, all"},
             {"date", RuleKind::text, false,
              "the date of the record from which after counts; without it, created_at"},
             {"after", RuleKind::text, false, "how long after the date it acts: 7d"},
             {"do", RuleKind::list, true,
              "what it does: task=SUBJECT, with fields of the record such as {{account.name}}, or "
              "mail=TEMPLATE"},
             {"tier", RuleKind::list, false, "only records of accounts with such a tier"}},
            "    [[care]]\n    name = \"after purchase\"\n    phase = \"After\"\n"
            "    on = \"order\"\n    query = \"status:Delivered\"\n    date = \"order_date\"\n"
            "    after = \"7d\"\n    do = [\"task=Ask how {{account.name}} gets on\"]\n"
            "    tier = [\"A\", \"B\"]"};
}

RuleTable highlight_table() {
    return {"highlight",
            "a colour for records in tables on a terminal; the first that matches is used",
            {{"on", RuleKind::text, true, "the noun"},
             {"query", RuleKind::text, true, "the records"},
             {"color",
              RuleKind::text,
              true,
              "the colour",
              {"red", "green", "yellow", "blue", "magenta", "cyan", "bold", "dim"}}},
            "    [[highlight]]\n    on = \"deal\"\n    query = \"is:overdue\"\n"
            "    color = \"red\""};
}

RuleTable route_table() {
    return {"route",
            "where crm call route puts calls through for which no owner is responsible",
            {{"query", RuleKind::text, false, "the callers; without it, all others"},
             {"on", RuleKind::text, false, "their noun", {"contact", "lead", "account"}},
             {"to", RuleKind::text, true, "an extension, or a user who has one"}},
            "    [[route]]\n    query = \"account.tier:A\"\n    to = \"ada\"\n\n"
            "    [[route]]\n    to = \"100\""};
}

RuleTable throttle_table() {
    return {"throttle",
            "how much mail goes to one domain, beside mail_rate",
            {{"domain", RuleKind::text, true, "the domain of the addresses"},
             {"rate", RuleKind::text, true, "the rate: 20/min"}},
            "    [[throttle]]\n    domain = \"gmail.com\"\n    rate = \"20/min\""};
}

RuleTable score_table() {
    return {"score",
            "points for leads, for crm lead score",
            {{"query", RuleKind::text, true, "the leads that get the points"},
             {"points", RuleKind::number, true, "how many points; may be negative"},
             {"why", RuleKind::text, false, "the reason"}},
            "    [[score]]\n    query = \"source:Partner\"\n    points = 20\n"
            "    why = \"partners know their customers\""};
}

}  // namespace

std::span<const RuleTable> rule_tables() {
    static const std::vector<RuleTable> all = {stage_table(), assign_table(),     escalate_table(),
                                               care_table(),  commission_table(), highlight_table(),
                                               route_table(), throttle_table(),   score_table()};
    return all;
}

}  // namespace crm::cmd
