#include "cmd/sales/deal_change.hpp"

/// deal move: move deals to another stage.
namespace crm::cmd {
namespace {

int run_deal_move(Session& session, const Arguments& args) {
    DealWords words = deal_words(args);
    const std::size_t needed = args.has("where") ? 1 : 2;
    if (words.references.size() < needed)
        throw Error(Fault::usage, "missing", "deal move requires a deal and a stage",
                    "crm deal move d41 proposal");
    const std::string stage = words.references.back();
    words.references.pop_back();
    return move_deals(session, args, words, [&](const store::Record&) { return stage; });
}

}  // namespace

Command deal_move() {
    Command c = deal_command("Move deals to another stage", run_deal_move);
    c.arguments[0].name = "REF… STAGE|FIELD=VALUE|+TAG|-TAG";
    c.details =
        "The stages are Prospecting, Qualification, Proposal, Negotiation, Closed Won and Closed "
        "Lost, unless [[stage]] in the configuration defines others; case, blanks and hyphens do "
        "not count. A stage may require fields; without them the deal is not moved. The "
        "probability becomes that of the stage. Moving to Closed Won or Closed Lost sets "
        "close_date to today and won_at or lost_at to now. Values that are given with the command "
        "take precedence.";
    c.examples = {
        {"deal move d41 proposal", "prints: moved d41 Qualification -> Proposal"},
        {"deal move d41 negotiation --expect-stage proposal", "unless another user has moved it"},
        {"deal move --where 'is:mine stage:prospecting' qualification", "several at once"}};
    return c;
}

}  // namespace crm::cmd
