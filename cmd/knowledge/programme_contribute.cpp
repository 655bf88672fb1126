#include "cmd/cli/changes.hpp"
#include "knowledge/programmes.hpp"

#include <fmt/format.h>

/// programme contribute: what somebody gave to a programme.
namespace crm::cmd {
namespace {

int run_contribute(Session& session, const Arguments& args) {
    const auto record_of = [&](std::size_t word, const meta::Entity* noun) {
        return load_not_deleted(session, resolve_reference(session, noun, args.words[word]));
    };
    const store::Record before = record_of(0, args.noun);
    const store::Record who = record_of(1, nullptr), what = record_of(2, nullptr);
    const auto date = args.date("date", session.env.clock);
    Change change(session, args);
    store::Record after = before;
    const bool is_new =
        knowledge::contribute(after, {.date = date.value_or(session.env.clock.today()).iso(),
                                      .who = {who.entity, who.id},
                                      .what = {what.entity, what.id},
                                      .note = args.text("note")});
    if (is_new && change.writer.change(before, after))
        change.report.add(
            after, "updated",
            fmt::format("{} contributed {} {}", who.label(), what.short_id(), what.label()));
    else
        change.report.add(after, "unchanged");
    return change.end();
}

}  // namespace

Command programme_contribute() {
    return {.help = "Record what somebody contributed to a programme",
            .needs = Needs::writing,
            .arguments = {{.name = "PROGRAMME",
                           .kind = Kind::reference,
                           .required = true,
                           .help = "the programme"},
                          {.name = "WHO",
                           .kind = Kind::any_reference,
                           .required = true,
                           .help = "a contact, account, lead or user"},
                          {.name = "WHAT",
                           .kind = Kind::any_reference,
                           .required = true,
                           .help = "an article, a feedback such as an idea, or an event"}},
            .options = {{.name = "note",
                         .kind = Kind::word,
                         .value = "TEXT",
                         .help = "about the contribution"},
                        {.name = "date",
                         .kind = Kind::moment,
                         .value = "DATE",
                         .help = "when it was; by default today"}},
            .run = run_contribute,
            .details =
                "Adds a row to the field contributions. The same thing of the same person counts "
                "once. crm report programmes compares the kinds of programmes, crm kb credits has "
                "the contributions of each person.",
            .examples = {{"programme contribute pg1 ada@acme.example k1", "an article"},
                         {"programme contribute pg1 c3 f2 --note 'at the workshop'", "an idea"}}};
}

}  // namespace crm::cmd
