#include "cmd/sales/deal_change.hpp"
#include "meta/stages.hpp"

#include <algorithm>

/// deal lose: mark deals as lost.
namespace crm::cmd {
namespace {

constexpr std::string_view reason_assignment = "lost_reason=";

bool gives_reason(const std::string& word) {
    return word.starts_with(reason_assignment) && word.size() > reason_assignment.size();
}

int run_deal_lose(Session& session, const Arguments& args) {
    DealWords words = deal_words(args);
    if (args.has("reason"))
        words.assignments.push_back(std::string(reason_assignment) + args.text("reason"));
    if (std::ranges::none_of(words.assignments, gives_reason))
        throw Error(Fault::usage, "missing", "deal lose requires a reason",
                    "--reason price; crm fields deal lists the other reasons");
    return move_deals(session, args, words,
                      [](const store::Record&) { return std::string(meta::lost_stage); });
}

}  // namespace

Command deal_lose() {
    Command c = deal_command("Mark deals as lost, with the reason", run_deal_lose);
    c.options.push_back({.name = "reason",
                         .kind = Kind::choice,
                         .value = "REASON",
                         .help = "why the deal was lost",
                         .words = words_of("deal", "lost_reason")});
    c.details =
        "Sets the stage to Closed Lost, lost_reason and, unless given, close_date to today "
        "and lost_at to now.";
    c.examples = {
        {"deal lose d42 --reason price", "too expensive"},
        {"deal lose d42 --reason competition competitors+=Umbrella", "a competitor won it"}};
    return c;
}

}  // namespace crm::cmd
