#include "cmd/insight/learnt_score.hpp"

/// deal score: how likely deals are to be won.
namespace crm::cmd {
namespace {

int run_deal_score(Session& session, const Arguments& args) {
    if (!args.flag("learnt"))
        throw Error(Fault::usage, "missing", "deal score requires --learnt",
                    "the chance by the stage is in the field probability");
    return score_learnt(session, args);
}

std::span<const std::string_view> deal_score_formats(const Arguments& args) {
    return args.flag("explain") ? std::span<const std::string_view>(formats::rows_with_id)
                                : formats::changes;
}

}  // namespace

Command deal_score() {
    return {
        .help = "Write how likely deals are to be won, learnt from decided ones",
        .needs = Needs::writing,
        .arguments = {{.name = "REF",
                       .kind = Kind::reference,
                       .many = true,
                       .help = "the deals; default: all open deals"}},
        .options = {learnt_option(),
                    {.name = "where",
                     .kind = Kind::query,
                     .value = "QUERY",
                     .help = "the deals that the query finds"},
                    {.name = "explain",
                     .help = "show the likelihood and its reasons and change nothing"}},
        .formats = formats::rows_with_id,
        .formats_for = deal_score_formats,
        .run = run_deal_score,
        .details =
            "Writes likelihood, in per cent, and likelihood_why, the three strongest factors, "
            "beside the probability of the stage, which stays. The model is that of the report "
            "deal-model; crm-intelligence(7) describes it. Only what changed is written, as one "
            "operation. If the model is no better than the base rate, nothing is written.",
        .examples = {{"deal score --learnt", "all open deals, as from cron"},
                     {"deal score --learnt --explain", "with the reasons"},
                     {"deal list is:open -s -likelihood", "the likeliest first"}}};
}

}  // namespace crm::cmd
