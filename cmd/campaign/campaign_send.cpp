#include "base/text.hpp"
#include "campaign/test_mail.hpp"
#include "cmd/campaign/campaign_mail.hpp"
#include "cmd/campaign/campaign_words.hpp"
#include "cmd/cli/questions.hpp"
#include "cmd/mail/settings.hpp"
#include "mail/home.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

#include <algorithm>

/// campaign send: queues the mail of a campaign, or one to try it.
namespace crm::cmd {
namespace {

using campaign::Reason;
using store::Record;

std::string mails(std::int64_t count) {
    return fmt::format("{} mail{}", count, count == 1 ? "" : "s");
}

/// Who is left out, on standard error.
void report_left_out(Session& session, std::span<const campaign::Candidate> all) {
    if (session.quiet)
        return;
    const auto counts = counts_of(all);
    for (std::size_t i = 0; i + 1 < campaign::reasons; ++i)
        if (counts[i] > 0)
            session.remark(fmt::format("{} {}", counts[i], campaign::word(static_cast<Reason>(i))));
}

void refuse_over_budget(Session& session, const Arguments& args, const Record& campaign) {
    const auto cost = campaign::over_budget(session.store(), campaign);
    if (cost && !args.flag("anyway"))
        throw Error(Fault::refused, "over_budget",
                    fmt::format("{} {} is over its budget: {}", campaign.short_id(),
                                campaign.label(), *cost),
                    "--anyway sends it all the same");
}

std::vector<campaign::Candidate> to_mail(std::span<const campaign::Candidate> all,
                                         std::int64_t limit) {
    std::vector<campaign::Candidate> out;
    for (const campaign::Candidate& candidate : all)
        if (candidate.reason == Reason::to_mail && static_cast<std::int64_t>(out.size()) < limit)
            out.push_back(candidate);
    return out;
}

/// Who gets which step, in one text: what a person agrees to.
std::string who_gets_what(std::span<const campaign::Candidate> chosen) {
    std::string out;
    for (const campaign::Candidate& candidate : chosen)
        out += fmt::format("{} {}\n", candidate.member, candidate.step);
    return out;
}

int send_test(Session& session, const Arguments& args, const Record& campaign) {
    const std::string address = args.text("test");
    if (!meta::is_email(address))
        throw Error(
            Fault::usage, "invalid_value",
            fmt::format("--test: '{}' is not a valid e-mail address", text::clipped(address, 40)));
    const std::optional<store::Found> who = reader_given(session, args);
    const auto texts = mail_texts(session, campaign, who);
    mail::require_home(session.store());
    Change change(session, args);
    const Record mail =
        campaign::queue_test(change.writer, campaign, *texts, campaign_sending(session, campaign),
                             {address, who, args.number("step", 1).value_or(1),
                              mail::unsubscribe_link_of_test(unsubscribe_settings(session))});
    change.report.add(mail, "queued", fmt::format("{} to {}", mail.label(), address));
    return change.end();
}

int run_send(Session& session, const Arguments& args) {
    if (args.has("test"))
        return send_test(session, args, campaign_named(session, args.words[0]));
    if (args.words.size() > 1)
        throw Error(Fault::usage, "too_many",
                    fmt::format("unexpected argument '{}'", text::clipped(args.words[1], 40)),
                    "--test ADDRESS WHO sends one mail to try it");
    Change change(session, args);
    const Record campaign = campaign_named(session, args.words[0]);
    const auto texts = mail_texts(session, campaign);
    campaign::Sending sending = campaign_sending(session, campaign);
    if (const auto at = args.moment("at", session.env.clock))
        sending.at = at;
    mail::require_home(session.store());
    refuse_over_budget(session, args, campaign);
    const std::vector<campaign::Candidate> all = campaign::audience(
        {session.resolver(), session.env.clock, campaign, args.number("step", 1), texts.get()});
    const std::vector<campaign::Candidate> chosen =
        to_mail(all, args.number("limit", 1).value_or(INT64_MAX));
    if (chosen.empty()) {
        report_left_out(session, all);
        change.report.add(campaign, "unchanged", campaign.label());
        return change.end();
    }
    warn_of_open_problems(session, chosen);
    const auto count = static_cast<std::int64_t>(chosen.size());
    require_confirmation(
        session,
        fmt::format("Queue {} of {} {}?", mails(count), campaign.short_id(), campaign.label()),
        who_gets_what(chosen));
    campaign::queue(change.writer, campaign, chosen, sending);
    report_left_out(session, all);
    change.report.add(session.store().get(*campaign.entity, campaign.id), "queued",
                      fmt::format("{}: {}", campaign.label(), mails(count)));
    return change.end();
}

}  // namespace

Command campaign_send() {
    return {
        .help = "Queue the mail of a campaign",
        .needs = Needs::writing,
        .arguments = {{.name = "CAMPAIGN",
                       .kind = Kind::reference,
                       .required = true,
                       .help = "the campaign"},
                      {.name = "WHO",
                       .kind = Kind::any_reference,
                       .help = "with --test: the member whose values it is filled with"}},
        .options = {{.name = "step",
                     .kind = Kind::number,
                     .value = "N",
                     .help = "only this step; by default of each member the next"},
                    {.name = "limit",
                     .kind = Kind::number,
                     .value = "N",
                     .help = "queue at most so many mails"},
                    {.name = "at",
                     .kind = Kind::moment,
                     .value = "WHEN",
                     .help = "do not send them before"},
                    {.name = "test",
                     .kind = Kind::word,
                     .value = "ADDRESS",
                     .help = "send one mail to this address, with [test] in its subject"},
                    {.name = "anyway", .help = "also when the campaign is over its budget"}},
        .run = run_send,
        .details =
            "Queues one mail for each member whom campaign check counts as `to mail`; crm mail "
            "send delivers them. Who is left out is counted on standard error, and who gets it "
            "with an open problem is named. It asks first "
            "(exit 5 without --yes), and makes the campaign Active.\n\n"
            "Each address gets each step once, however often the command runs, also twice at the "
            "same time, after an undo, an erasure or a restore. Undoing it cancels what has not "
            "left, and that may be queued again, as may what campaign stop or mail send cancelled. "
            "What "
            "campaign check refuses is refused again when "
            "mail send takes it: the mail is Cancelled then, with the reason.\n\n"
            "From cron, it queues for each member the next step whose time has come.\n\n"
            "--test sends one mail, filled as for WHO or the first member. It has no link that "
            "unsubscribes and no effect on members.",
        .examples = {{"campaign send Spring -y", "then crm mail send"},
                     {"campaign send Spring --test me@acme.example", "try it"},
                     {"campaign send Spring --at 'mon 9:00' --limit 500 -y", ""}}};
}

}  // namespace crm::cmd
