#include "base/text.hpp"
#include "cmd/campaign/campaign_mail.hpp"
#include "cmd/campaign/campaign_words.hpp"

#include <fmt/format.h>

/// campaign check: who will get it, who will not, and why.
namespace crm::cmd {
namespace {

using campaign::Reason;

constexpr std::size_t most_members = 5;  ///< that are named of each reason

int run_check(Session& session, const Arguments& args) {
    const store::Record campaign = campaign_named(session, args.words[0]);
    const auto texts = campaign_texts(session, campaign);
    if (texts != nullptr)
        campaign_sending(session, campaign);
    const std::vector<campaign::Candidate> all = campaign::audience(
        {session.resolver(), session.env.clock, campaign, args.number("step", 1), texts.get()});
    const auto counts = counts_of(all);
    Rows rows(session, {"reason", "count", "members"});
    for (std::size_t i = 0; i < campaign::reasons; ++i) {
        if (counts[i] == 0)
            continue;
        std::vector<std::string> some;
        for (const campaign::Candidate& candidate : all)
            if (candidate.reason == static_cast<Reason>(i) && some.size() < most_members)
                some.push_back(meta::short_id(session.model().get("member"), candidate.member));
        rows.row({Value(std::string(campaign::word(static_cast<Reason>(i)))), Value(counts[i]),
                  Value(text::joined(some, ", "))});
    }
    rows.end();
    warn_of_open_problems(session, all);
    if (const auto cost = campaign::over_budget(session.store(), campaign))
        session.remark("warning: over budget: " + *cost);
    const bool all_get_it = counts.back() == static_cast<std::int64_t>(all.size());
    return args.flag("exit-left-out") && !all_get_it ? 1 : 0;
}

}  // namespace

Command campaign_check() {
    return {
        .help = "Show who will get a campaign, who will not, and why",
        .needs = Needs::reading,
        .arguments = {{.name = "CAMPAIGN",
                       .kind = Kind::reference,
                       .required = true,
                       .help = "the campaign"}},
        .options = {{.name = "step",
                     .kind = Kind::number,
                     .value = "N",
                     .help = "only this step; by default of each member the next"},
                    {.name = "exit-left-out",
                     .letter = 'e',
                     .help = "exit 1 when anybody is left out"}},
        .formats = formats::rows,
        .run = run_check,
        .details =
            "Each member counts once, by the first reason that fits; the counts add up to the "
            "number of members. It changes nothing.\n\n"
            "already sent: this step has been queued for the address, whether or not it has left "
            "(campaign show counts both); of letters: one was sent. stopped: they have replied, "
            "registered, converted, opted out, mail to them came back, or a call ended it. not "
            "due: the time of "
            "their next step has not come. no address: no e-mail address (type Mail: no complete "
            "postal address; Telesales: no number). opted out: they objected, to all or to the "
            "`topic` of the campaign. bounced: mail to the address came back, or they complained. "
            "no consent: `consent` of the campaign requires one. open ticket: `not_with` finds "
            "them or their account. mailed recently: they had mail of a campaign within `cap`. "
            "other channel: they prefer one, and `any_channel` is not set. duplicate address: "
            "another member gets it. cannot be filled: a value breaks a header, or there is no "
            "text in their language.\n\n"
            "A template that is wrong, or a sender that is not known, is an error as in campaign "
            "send.",
        .examples = {{"campaign check Spring", ""}, {"campaign check Spring -e", "in a script"}}};
}

}  // namespace crm::cmd
