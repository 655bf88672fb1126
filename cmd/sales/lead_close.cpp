#include "base/text.hpp"
#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

/// lead recycle, kill: leads that are put off or given up.
namespace crm::cmd {
namespace {

int close(Session& session, const Arguments& args, std::string_view status, std::string_view told,
          const std::vector<std::string>& words) {
    if (args.words.empty() && !args.has("where"))
        throw Error(Fault::usage, "missing", "which lead?", "crm lead list is:open");
    const auto references = session.references(args.words);
    Change change(session, args);
    for (const store::Found& found : resolve_references(session, args, references)) {
        const store::Record before = load_not_deleted(session, found);
        if (before.text(*before.entity->find("status")) == "Converted")
            throw Error(
                Fault::refused, "converted",
                fmt::format("{} {} was converted already", before.short_id(), before.label()),
                "crm undo takes a conversion back");
        store::Record after = before;
        assign(session, change, after, {fmt::format("status={}", status)}, false);
        assign(session, change, after, words, false);
        change.report.add(after, change.writer.change(before, after) ? told : "unchanged",
                          before.label());
    }
    return change.end();
}

int run_recycle(Session& session, const Arguments& args) {
    return close(session, args, "Recycled", "recycled",
                 {"follow_up=" + (args.has("on") ? args.value("on") : "+3mo")});
}

int run_kill(Session& session, const Arguments& args) {
    if (args.value("reason").empty())
        throw Error(Fault::usage, "missing", "lead kill needs a reason", "--reason 'no budget'");
    return close(session, args, "Dead", "killed", {"reason=" + args.value("reason"), "follow_up="});
}

Command command(std::string_view help, int (*run)(Session&, const Arguments&)) {
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
