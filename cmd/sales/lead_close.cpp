#include "base/text.hpp"
#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

/// lead recycle, kill: leads that are put off or given up.
namespace crm::cmd {
namespace {

int close(Context& context, const Given& given, std::string_view status, std::string_view told,
          const std::vector<std::string>& words) {
    if (given.words.empty() && !given.has("where"))
        throw Error(Fault::usage, "missing", "which lead?", "crm lead list is:open");
    const auto references = context.references(given.words);
    Change change(context, given);
    for (const store::Found& found : named(context, given, references)) {
        const store::Record before = live(context, found);
        if (before.text(*before.entity->find("status")) == "Converted")
            throw Error(
                Fault::refused, "converted",
                fmt::format("{} {} was converted already", before.short_id(), before.label()),
                "crm undo takes a conversion back");
        store::Record after = before;
        assign(context, change, after, {fmt::format("status={}", status)}, false);
        assign(context, change, after, words, false);
        change.told.tell(after, change.writer.change(before, after) ? told : "unchanged",
                         before.label());
    }
    return change.end();
}

int run_recycle(Context& context, const Given& given) {
    return close(context, given, "Recycled", "recycled",
                 {"follow_up=" + (given.has("on") ? given.value("on") : "+3mo")});
}

int run_kill(Context& context, const Given& given) {
    if (given.value("reason").empty())
        throw Error(Fault::usage, "missing", "lead kill needs a reason", "--reason 'no budget'");
    return close(context, given, "Dead", "killed",
                 {"reason=" + given.value("reason"), "follow_up="});
}

Command command(std::string_view help, int (*run)(Context&, const Given&)) {
    return {.help = help,
            .needs = Needs::writing,
            .arguments = {{.name = "REF",
                           .kind = Kind::reference,
                           .many = true,
                           .help = "the leads; - reads them from standard input"}},
            .options = {{.name = "where",
                         .kind = Kind::query,
                         .value = "QUERY",
                         .help = "the leads that the query finds"}},
            .run = run};
}

}  // namespace

Command lead_recycle() {
    Command c = command("Put leads off, to be asked again later", run_recycle);
    c.options.push_back({.name = "on",
                         .kind = Kind::moment,
                         .value = "DATE",
                         .help = "when to ask again; in three months"});
    c.details =
        "The status becomes Recycled and follow_up the day; `crm lead list is:due` finds them "
        "then.";
    c.examples = {{"lead recycle l7 --on 'next mon'", "not now"}};
    return c;
}

Command lead_kill() {
    Command c = command("Give leads up, with the reason", run_kill);
    c.options.push_back({.name = "reason", .kind = Kind::word, .value = "TEXT", .help = "why"});
    c.details = "The status becomes Dead and follow_up empty.";
    c.examples = {
        {"lead kill l7 --reason 'no budget'", "one"},
        {"lead list 'created:..-1y' is:open -o ids | crm lead kill - --reason 'too old'", "many"}};
    return c;
}

}  // namespace crm::cmd
