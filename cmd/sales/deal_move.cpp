#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "meta/stages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

/// deal move, win, lose, reopen: deals from stage to stage.
namespace crm::cmd {
namespace {

using meta::Outcome;
using store::Record;

std::string stage_of(const Record& deal) {
    return deal.text(*deal.entity->find("stage"));
}

/// Moves the deals that are named to the stage that each is to have, with what else the words say
/// of them.
int move(Session& session, const Arguments& args, const std::vector<std::string>& references,
         const std::vector<std::string>& words,
         const std::function<std::string(const Record&)>& stage) {
    const auto given_references = session.references(references);
    Change change(session, args);
    for (const store::Found& found : resolve_references(session, args, given_references)) {
        const Record before = load_not_deleted(session, found);
        if (args.has("expect-stage") &&
            text::key(args.value("expect-stage")) != text::key(stage_of(before)))
            throw Error(
                Fault::refused, "conflict",
                fmt::format("{} {} stands in {}, not in {}", before.short_id(), before.label(),
                            stage_of(before), text::clipped(args.value("expect-stage"), 40)),
                "somebody moved it; look again: crm deal show " + before.short_id());
        Record after = before;
        assign(session, change, after, {"stage=" + stage(before)}, false);
        assign(session, change, after, words, false);
        const bool changed = change.writer.change(before, after);
        const bool moved = stage_of(before) != stage_of(after);
        change.report.add(after,
                          moved     ? "moved"
                          : changed ? "updated"
                                    : "unchanged",
                          moved     ? fmt::format("{} -> {}", stage_of(before), stage_of(after))
                          : changed ? changed_fields(before, after)
                                    : "");
    }
    return change.end();
}

/// The words of a command line that name deals, and those that assign.
std::pair<std::vector<std::string>, std::vector<std::string>> split_assignments(
    const Arguments& args) {
    std::pair<std::vector<std::string>, std::vector<std::string>> out;
    for (const std::string& word : args.words) {
        const bool tag = word.size() > 1 && (word[0] == '+' || word[0] == '-');
        (store::is_assignment(word) || tag ? out.second : out.first).push_back(word);
    }
    if (out.first.empty() && !args.has("where"))
        throw Error(Fault::usage, "missing", "which deal?", "crm deal list is:open");
    return out;
}

int run_move(Session& session, const Arguments& args) {
    auto [references, words] = split_assignments(args);
    if (references.size() < 2 && !(args.has("where") && references.size() == 1))
        throw Error(Fault::usage, "missing", "deal move needs a deal and a stage",
                    "crm deal move d41 proposal");
    const std::string stage = references.back();
    references.pop_back();
    return move(session, args, references, words, [&](const Record&) { return stage; });
}

int run_win(Session& session, const Arguments& args) {
    auto [references, words] = split_assignments(args);
    return move(session, args, references, words,
                [](const Record&) { return std::string(meta::won_stage); });
}

int run_lose(Session& session, const Arguments& args) {
    auto [references, words] = split_assignments(args);
    if (args.has("reason"))
        words.push_back("lost_reason=" + args.value("reason"));
    if (std::ranges::none_of(words, [](const std::string& word) {
            return word.starts_with("lost_reason=") && word.size() > 12;
        }))
        throw Error(Fault::usage, "missing", "deal lose needs a reason",
                    "--reason price; crm fields deal lists the others");
    return move(session, args, references, words,
                [](const Record&) { return std::string(meta::lost_stage); });
}

int run_reopen(Session& session, const Arguments& args) {
    const auto [references, words] = split_assignments(args);
    return move(session, args, references, words, [&](const Record& deal) {
        const meta::Stages& stages = session.model().stages();
        const meta::Stage* stage = stages.find(stage_of(deal));
        if (stage != nullptr && stage->outcome == Outcome::open)
            throw Error(Fault::refused, "not_closed",
                        fmt::format("{} is open: it stands in {}", deal.short_id(), stage->name),
                        "crm deal move takes it elsewhere");
        return args.has("stage")
                   ? args.value("stage")
                   : std::string(stages.open(deal.text(*deal.entity->find("pipeline"))).back());
    });
}

Command command(std::string_view help, int (*run)(Session&, const Arguments&)) {
    return {
        .help = help,
        .needs = Needs::writing,
        .arguments =
            {{.name = "REF|FIELD=VALUE|+TAG|-TAG",
              .kind = Kind::assignments,
              .required = true,
              .many = true,
              .help = "deals (- reads them from standard input) and what else to change in them"}},
        .options = {{.name = "where",
                     .kind = Kind::query,
                     .value = "QUERY",
                     .help = "the deals that the query finds"},
                    {.name = "expect-stage",
                     .kind = Kind::word,
                     .value = "STAGE",
                     .help = "refuse (exit 4) when the deal does not stand there any more"}},
        .run = run};
}

}  // namespace

Command deal_move() {
    Command c = command("Move deals to another stage", run_move);
    c.arguments[0].name = "REF… STAGE|FIELD=VALUE|+TAG|-TAG";
    c.details =
        "The stages are Prospecting, Qualification, Proposal, Negotiation, Closed Won and Closed "
        "Lost, unless [[stage]] in the configuration says others; case, blanks and hyphens do not "
        "count. A stage may require fields, and is refused without them. The probability becomes "
        "that of the stage, unless another is said. "
        "Moving to Closed Won or Closed Lost sets close_date to today and won_at or lost_at to "
        "now, unless said.";
    c.examples = {
        {"deal move d41 proposal", "prints: moved d41 Qualification -> Proposal"},
        {"deal move d41 negotiation --expect-stage proposal", "only if nobody was faster"}};
    return c;
}

Command deal_win() {
    Command c = command("Mark deals as won", run_win);
    c.details = "Sets the stage to Closed Won, close_date to today and won_at to now, unless said.";
    c.examples = {{"deal win d41 amount=11500EUR", "won, for a little less"},
                  {"deal win d41 close_date=yesterday", "won a day ago"}};
    return c;
}

Command deal_lose() {
    Command c = command("Mark deals as lost, with the reason", run_lose);
    c.options.push_back({.name = "reason",
                         .kind = Kind::choice,
                         .value = "REASON",
                         .help = "why",
                         .words = words_of("deal", "lost_reason")});
    c.details =
        "Sets the stage to Closed Lost, lost_reason, close_date to today and lost_at to now, "
        "unless said.";
    c.examples = {{"deal lose d42 --reason price", "lost"},
                  {"deal lose d42 --reason competition competitors+=Umbrella", "and to whom"}};
    return c;
}

Command deal_reopen() {
    Command c = command("Take up deals that were won or lost", run_reopen);
    c.options.push_back({.name = "stage",
                         .kind = Kind::word,
                         .value = "STAGE",
                         .help = "where they stand then; the last one before the decision"});
    c.details = "won_at, lost_at and lost_reason become empty.";
    c.examples = {{"deal reopen d42", "they called back"}};
    return c;
}

}  // namespace crm::cmd
