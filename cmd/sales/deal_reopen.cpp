#include "cmd/sales/deal_change.hpp"
#include "sales/pipeline.hpp"

/// deal reopen: reopen deals that were won or lost.
namespace crm::cmd {
namespace {

int run_deal_reopen(Session& session, const Arguments& args) {
    return move_deals(session, args, deal_words(args), [&](const store::Record& deal) {
        std::string stage = sales::stage_to_reopen(deal);
        return args.has("stage") ? args.text("stage") : stage;
    });
}

}  // namespace

Command deal_reopen() {
    Command c = deal_command("Reopen deals that were won or lost", run_deal_reopen);
    c.options.push_back({.name = "stage",
                         .kind = Kind::value,
                         .value = "STAGE",
                         .help = "the new stage; default: the last open stage of the pipeline",
                         .noun = "deal",
                         .field = "stage"});
    c.details = "won_at, lost_at and lost_reason become empty.";
    c.examples = {{"deal reopen d42", "the customer called back"},
                  {"deal reopen d42 --stage qualification", "start again early in the pipeline"}};
    return c;
}

}  // namespace crm::cmd
