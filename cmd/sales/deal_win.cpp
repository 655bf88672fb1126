#include "cmd/sales/deal_change.hpp"
#include "meta/stages.hpp"

/// deal win: mark deals as won.
namespace crm::cmd {
namespace {

int run_deal_win(Session& session, const Arguments& args) {
    return move_deals(session, args, deal_words(args),
                      [](const store::Record&) { return std::string(meta::won_stage); });
}

}  // namespace

Command deal_win() {
    Command c = deal_command("Mark deals as won", run_deal_win);
    c.details =
        "Sets the stage to Closed Won and, unless given, close_date to today and won_at to "
        "now.";
    c.examples = {{"deal win d41 amount=11500EUR", "won for a lower price"},
                  {"deal win d41 close_date=yesterday", "won yesterday"}};
    return c;
}

}  // namespace crm::cmd
