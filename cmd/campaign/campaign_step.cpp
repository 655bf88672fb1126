#include "base/number.hpp"
#include "base/text.hpp"
#include "campaign/plan.hpp"
#include "cmd/campaign/campaign_words.hpp"
#include "meta/type.hpp"
#include "store/assign.hpp"

#include <fmt/format.h>

#include <span>
#include <string>
#include <vector>

/// campaign step and campaign variant: further mails, and versions that are compared.
namespace crm::cmd {
namespace {

using store::Record;
using Words = std::span<const std::string>;

/// Adds an entry to a list of the campaign, as its text would: 2 (after 3d, template Reminder).
void add_entry(Session& session, Record& campaign, const meta::FieldInfo& list,
               const std::string& first, Words words) {
    std::vector<std::string> labels;
    for (const std::string& word : words) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos)
            throw Error(Fault::usage, "too_many",
                        fmt::format("'{}' is not FIELD=VALUE", text::clipped(word, 40)));
        labels.push_back(word.substr(0, equals) + " " + word.substr(equals + 1));
    }
    const meta::Item item{first, labels};
    auto done = store::apply(campaign,
                             {.field = &list,
                              .op = store::Assignment::Op::add,
                              .text = meta::items_text(std::span(&item, 1))},
                             session.resolver(), session.reading());
    if (!done)
        throw done.error();
}

[[noreturn]] void refuse_action(std::string_view action, std::string_view verb) {
    throw Error(Fault::usage, "unknown_verb",
                fmt::format("'{}' is not a valid action of campaign {}; valid values are add, rm",
                            text::clipped(action, 40), verb));
}

void require_one(Words words, std::string_view what) {
    if (words.size() != 1)
        throw Error(Fault::usage, "missing", fmt::format("rm requires {}", what));
}

int end_plan(Change& change, const Record& before, Record& after, const std::string& more) {
    const bool changed = change.writer.change(before, after);
    change.report.add(after, changed ? "updated" : "unchanged", more);
    return change.end();
}

int run_step(Session& session, const Arguments& args) {
    const Words words = Words(args.words).subspan(2);
    Change change(session, args);
    const Record before = campaign_named(session, args.words[1]);
    Record after = before;
    const meta::FieldInfo& list = before.field("steps");
    if (args.words[0] == "add") {
        const std::int64_t number = campaign::next_step_number(before);
        add_entry(session, after, list, std::to_string(number), words);
        return end_plan(change, before, after, fmt::format("step {}", number));
    }
    if (args.words[0] != "rm")
        refuse_action(args.words[0], "step");
    require_one(words, "the number of the step");
    campaign::remove_step(session.store(), after,
                          whole_text_as<std::int64_t>(words[0]).value_or(0));
    return end_plan(change, before, after, "without step " + text::clipped(words[0], 20));
}

int run_variant(Session& session, const Arguments& args) {
    const Words words = Words(args.words).subspan(2);
    Change change(session, args);
    const Record before = campaign_named(session, args.words[1]);
    Record after = before;
    const meta::FieldInfo& list = before.field("variants");
    if (args.words[0] == "add") {
        const std::string name = campaign::next_variant_name(before);
        add_entry(session, after, list, name, words);
        return end_plan(change, before, after, "variant " + name);
    }
    if (args.words[0] != "rm")
        refuse_action(args.words[0], "variant");
    require_one(words, "the name of the variant");
    campaign::remove_variant(after, words[0]);
    return end_plan(change, before, after, "without variant " + text::clipped(words[0], 20));
}

std::vector<Argument> list_arguments(std::string_view rows, std::string_view last) {
    return {{.name = "add|rm", .kind = Kind::word, .required = true, .help = "what to do"},
            {.name = "CAMPAIGN", .kind = Kind::reference, .required = true, .help = "the campaign"},
            {.name = "FIELD=VALUE",
             .kind = Kind::assignments,
             .many = true,
             .help = last,
             .rows = rows}};
}

}  // namespace

Command campaign_step() {
    return {
        .help = "Add or remove a further mail of a campaign",
        .needs = Needs::writing,
        .arguments = list_arguments("steps", "template=, after= and unless=; for rm its number"),
        .run = run_step,
        .details =
            "The mail of the campaign itself is step 1. after= is the time since the step "
            "before it was sent. It is not sent to those who have replied, registered, "
            "attended, converted or opted out, or from whom mail came back; unless=click: nor "
            "to those who clicked; unless=none: also to those who replied. A step that "
            "somebody has had, or that is queued, cannot be removed.",
        .examples = {{"campaign step add Spring template=Reminder after=3d", ""},
                     {"campaign step add Spring template=Last after=7d unless=click", ""},
                     {"campaign step rm Spring 3", ""}}};
}

Command campaign_variant() {
    return {.help = "Add or remove a version of the mail that some members get",
            .needs = Needs::writing,
            .arguments = list_arguments("variants", "template= and share=; for rm its name"),
            .run = run_variant,
            .details =
                "Variants are called B, C and so on; A is the template of the campaign, "
                "and gets what the shares of the others leave. Which one a member gets "
                "follows from a hash, on every machine.",
            .examples = {{"campaign variant add Spring template=Short share=50%", ""},
                         {"campaign variant rm Spring B", ""}}};
}

}  // namespace crm::cmd
