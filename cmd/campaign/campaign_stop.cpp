#include "campaign/queueing.hpp"
#include "cmd/campaign/campaign_words.hpp"

#include <fmt/format.h>

/// campaign stop: nothing more of it leaves.
namespace crm::cmd {
namespace {

int run_stop(Session& session, const Arguments& args) {
    Change change(session, args);
    const store::Record campaign = campaign_named(session, args.words[0]);
    const bool was_stopped = campaign.text("status") == "Inactive";
    const std::int64_t stopped = campaign::stop(change.writer, campaign);
    const bool changed = stopped > 0 || !was_stopped;
    change.report.add(session.store().get(*campaign.entity, campaign.id),
                      changed ? "stopped" : "unchanged",
                      changed ? fmt::format("{}: {} mail{} cancelled", campaign.label(), stopped,
                                            stopped == 1 ? "" : "s")
                              : campaign.label());
    return change.end();
}

}  // namespace

Command campaign_stop() {
    return {.help = "Stop a campaign: what is queued is cancelled",
            .needs = Needs::writing,
            .arguments = {{.name = "CAMPAIGN",
                           .kind = Kind::reference,
                           .required = true,
                           .help = "the campaign"}},
            .run = run_stop,
            .details =
                "Its status becomes Inactive. crm campaign send goes on later with those "
                "who have not had it.",
            .examples = {{"campaign stop Spring", ""}}};
}

}  // namespace crm::cmd
